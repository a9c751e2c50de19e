/** sora-2 and sora-2-pro through APIMart share one page: they differ in resolutions and price. */
import type { Resolution } from '../../../scene.ts';
import type { Card } from '../../card/card.ts';
import { oneOf } from '../../format-value.ts';
import { linksRow, modelRow, notBlankRow, wholeDurationRow } from '../../shared/common-rows.ts';
import { upTo10Megabytes } from '../../shared/picture-limits.ts';

const IMAGE_TYPES = ['jpeg', 'jpg', 'png', 'webp'];
const BY_ITSELF = 'This model decides about sound on its own.';

export const soraCard = (
  native: 'sora-2' | 'sora-2-pro',
  title: string,
  resolutions: readonly Resolution[],
  prices: Card['prices'],
): Card => ({
  gateway: 'apimart',
  native,
  title,
  sources: [
    { text: 'APIMart API page sora-2 and sora-2-pro, Korean', read: '2026-11-20' },
    { text: 'https://docs.apimart.ai/llms.txt (no longer lists sora-2)', read: '2026-11-20' },
    { text: 'https://developers.openai.com (end of the Sora 2 video API)', read: '2026-11-20' },
  ],
  lifecycle: {
    state: 'retiring',
    asOf: '2026-11-20',
    goneOn: '2026-09-24',
    why: 'OpenAI ends its Sora 2 video API, and the index of APIMart no longer lists the model',
  },
  pictures: { rule: 'R28', ...upTo10Megabytes },
  fields: {
    prompt: { type: 'text', filled: true, required: true, title: 'Prompt', about: 'What happens.' },
    duration: {
      type: 'choice',
      values: [4, 8, 12, 16, 20],
      default: 4,
      title: 'Duration',
      about: 'Seconds: 4, 8, 12, 16 or 20. Default 4.',
    },
    resolution: {
      type: 'choice',
      values: resolutions,
      default: '720p',
      title: 'Resolution',
      about: `${resolutions.join(', ')}. Default 720p.`,
    },
    aspect_ratio: {
      type: 'choice',
      values: ['16:9', '9:16', 'landscape', 'portrait'],
      default: '16:9',
      title: 'Aspect ratio',
      about: 'Default 16:9; left out with an image, which decides.',
    },
    image_urls: {
      type: 'list',
      of: { type: 'link', formats: IMAGE_TYPES },
      most: 1,
      title: 'Image',
      about: 'One public http(s) URL: jpeg, jpg, png or webp, 10 MB at most.',
    },
  },
  words: {
    prompt: 'prompt',
    duration: 'duration',
    resolution: 'resolution',
    aspect_ratio: { field: 'aspect_ratio', values: { '16:9': '16:9', '9:16': '9:16' } },
    first_frame: true,
  },
  frames: { list: 'image_urls', last: false },
  lacks: { audio: ' switch: it decides about sound on its own' },
  ratioFrom: ['image_urls'],
  rules: [
    modelRow('R1'),
    wholeDurationRow('R2'),
    { rule: 'R26', text: 'duration is 4, 8, 12, 16 or 20 seconds.', fields: ['duration'] },
    {
      rule: 'R27',
      text: `resolution of ${native} is ${oneOf(resolutions)}.`,
      fields: ['resolution'],
    },
    { rule: 'R28', text: 'At most one image.', fields: ['image_urls', 'image_urls.*'] },
    {
      rule: 'R28',
      text: `The image is ${oneOf(IMAGE_TYPES)}, where its URL shows a type.`,
      verdict: 'warn',
      formats: 'the image',
    },
    {
      rule: 'R29',
      text: 'With an image, aspect_ratio is not sent: the image decides.',
      verdict: 'note',
      drop: {
        field: 'aspect_ratio',
        when: { image_urls: { list: true } },
        because: 'the image decides',
        value: true,
      },
    },
    {
      rule: 'R30',
      text: 'aspect_ratio is 16:9 (landscape) or 9:16 (portrait).',
      fields: ['aspect_ratio'],
    },
    {
      rule: 'R30',
      text: 'landscape is sent as 16:9, portrait as 9:16.',
      verdict: 'note',
      map: {
        field: 'aspect_ratio',
        values: [
          ['landscape', '16:9'],
          ['portrait', '9:16'],
        ],
      },
    },
    linksRow('R31'),
    notBlankRow,
  ],
  elsewhere: {
    size: 'Here it is aspect_ratio.',
    quality: 'Here it is resolution.',
    mode: 'Here it is resolution.',
    audio: BY_ITSELF,
    sound: BY_ITSELF,
    callback_url: 'APIMart calls it webhook.',
    last_frame_image: 'This model takes a first frame only.',
  },
  prices,
});

export const sora2: Card = soraCard('sora-2', 'Sora 2 (APIMart)', ['720p'], {
  unit: 'usd',
  per: 'second',
  kind: 'estimated',
  asOf: '2026-11-20',
  source: 'sora-2-prompt-gallery, a public wiki about APIMart, read 2026-11-20',
  rows: [{ rate: 0.08 }],
});
