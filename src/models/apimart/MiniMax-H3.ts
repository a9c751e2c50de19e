/** MiniMax-H3 through APIMart: frames or references, always with sound, 2K by default. */
import type { Card } from '../card/card.ts';
import { choice, flag, link, links, nsfwCheck, prompt, seconds } from '../shared/fields.ts';
import { ratioFromPictureRow } from '../shared/common-rows.ts';
import { MINIMAX_PICTURES } from '../shared/picture-limits.ts';
import { apimartRows, fillRow, promptRow } from '../shared/sheet-rows.ts';
import { APIMART_PRICES, apimartSources, LISTED } from '../shared/sources.ts';

const PICTURES = ['jpg', 'jpeg', 'png', 'webp', 'heic', 'heif'];
const RATIOS = ['21:9', '16:9', '4:3', '1:1', '3:4', '9:16', 'adaptive'];
const FRAMES = ['first_frame_image', 'last_frame_image'] as const;
const REFERENCES = ['image_urls', 'video_urls', 'audio_urls'] as const;
const LIST = { list: true } as const;
const CAPITALS = { '768p': '768P', '2k': '2K' };
const TEXT_ALONE = {
  first_frame_image: { present: false },
  last_frame_image: { present: false },
  image_urls: { list: false },
  video_urls: { list: false },
} as const;

export const miniMaxH3: Card = {
  gateway: 'apimart',
  native: 'MiniMax-H3',
  title: 'MiniMax H3 (APIMart)',
  sources: apimartSources('MiniMax-H3'),
  lifecycle: LISTED,
  pictures: { rule: 'CM9', ...MINIMAX_PICTURES },
  fields: {
    prompt: prompt('What happens; at most 7000 characters.'),
    duration: seconds(4, 15),
    resolution: choice('Resolution', ['768P', '2K'], '2K', 'In capitals.'),
    aspect_ratio: choice('Aspect ratio', RATIOS, undefined, 'adaptive only with references.'),
    watermark: flag('Watermark', 'Default false.', false),
    first_frame_image: link('First frame', 'Not with references.', PICTURES),
    last_frame_image: link('Last frame', 'Alone or with the first.', PICTURES),
    image_urls: links('Reference pictures', 9, 'The first 5 are free.', { formats: PICTURES }),
    video_urls: links('Reference videos', 3, '2 to 15 s each, 15 s together; they are billed.', {
      formats: ['mp4', 'mov'],
    }),
    audio_urls: links('Reference sounds', 3, '2 to 15 s each, 15 s together; not alone.', {
      formats: ['wav', 'mp3'],
    }),
    nsfw_check: nsfwCheck,
  },
  words: {
    prompt: 'prompt',
    duration: 'duration',
    aspect_ratio: 'aspect_ratio',
    resolution: { field: 'resolution', values: CAPITALS },
    audio: { only: true, rule: 'MH13', says: 'this model always makes sound' },
    watermark: 'watermark',
    first_frame: true,
    last_frame: true,
    references: true,
  },
  frames: { first: 'first_frame_image', last: 'last_frame_image', lastAlone: true },
  references: { images: 'image_urls', videos: 'video_urls', audios: 'audio_urls' },
  longestPrompt: 7000,
  ratioFrom: FRAMES,
  stray: 'MH14',
  elsewhere: {
    image_with_roles: {
      rule: 'MH11',
      hint: 'Here it is first_frame_image, last_frame_image and image_urls.',
    },
  },
  rules: [
    ...apimartRows({ links: true, formats: true }),
    promptRow('MH1', 7000),
    { rule: 'MH2', text: 'duration is 4 to 15 seconds.', fields: ['duration'] },
    { rule: 'MH3', text: 'resolution is 768P or 2K.', fields: ['resolution'] },
    {
      rule: 'MH3',
      text: 'resolution 768p and 2k are sent in capitals.',
      verdict: 'note',
      map: { field: 'resolution', values: Object.entries(CAPITALS) },
    },
    fillRow('MH3', 'resolution', '2K'),
    { rule: 'MH4', text: `aspect_ratio is ${RATIOS.join(', ')}.`, fields: ['aspect_ratio'] },
    ...['size', 'ratio'].map((from) => ({
      rule: 'MH4',
      text: `${from} is sent as aspect_ratio.`,
      verdict: 'note' as const,
      alias: { from, to: 'aspect_ratio' },
    })),
    {
      rule: 'MH5',
      text: 'From text alone, aspect_ratio is not adaptive.',
      when: { aspect_ratio: 'adaptive', ...TEXT_ALONE },
      at: 'aspect_ratio',
      says: 'aspect_ratio is adaptive, and there is nothing to adapt to',
      allowed: RATIOS.slice(0, -1),
    },
    fillRow('MH5', 'aspect_ratio', '16:9', TEXT_ALONE),
    ...FRAMES.map((frame) =>
      ratioFromPictureRow('MH6', `With ${frame}, aspect_ratio is not sent: the picture decides.`, {
        [frame]: { present: true },
      }),
    ),
    {
      rule: 'MH8',
      text: 'Frames and references exclude each other.',
      cases: FRAMES.flatMap((frame) =>
        REFERENCES.map((name) => ({
          when: { [frame]: { present: true }, [name]: LIST },
          at: name,
          says: `${name} is given together with ${frame}`,
          hint: 'Use frames, or references.',
        })),
      ),
    },
    {
      rule: 'MH9',
      text: 'audio_urls needs a reference picture or video.',
      when: { audio_urls: LIST, image_urls: { list: false }, video_urls: { list: false } },
      at: 'audio_urls',
      says: 'audio_urls is given without a reference picture or video',
    },
    {
      rule: 'MH10',
      text: 'At most 9 pictures, 3 videos and 3 sounds.',
      fields: REFERENCES.flatMap((name) => [name, `${name}.*`]),
    },
    { rule: 'MH11', text: 'image_with_roles is not sent: the single fields say the same.' },
    {
      rule: 'MH12',
      text: 'Reference pictures beyond the fifth are billed.',
      verdict: 'note',
      when: { image_urls: { count: [6, 9] } },
      at: 'image_urls',
      says: 'image_urls holds {#image_urls}: each beyond the fifth is billed',
    },
    { rule: 'MH14', text: 'Fields of other models are refused.' },
  ],
  prices: {
    unit: 'usd',
    per: 'second',
    ...APIMART_PRICES,
    rows: [
      { when: { resolution: '2K' }, rate: 0.09144 },
      { when: { resolution: '768P' }, rate: 0.05712 },
    ],
    extras: [
      { of: 'video_urls', seconds: 15, leastSeconds: 2, text: 'seconds of the videos' },
      { of: 'image_urls', free: 5, each: 0.02288 },
    ],
  },
};
