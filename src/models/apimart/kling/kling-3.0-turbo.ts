/** kling-3.0-turbo through APIMart: at most one picture, no sound, no shots. */
import type { Card } from '../../card/card.ts';
import { ratioFromPictureRow, ratioRow } from '../../shared/common-rows.ts';
import { choice, flag, link, nsfwCheck, prompt, ratio3, seconds } from '../../shared/fields.ts';
import { apimartRows } from '../../shared/sheet-rows.ts';
import { shotLinesRow } from '../../shared/shot-lines.ts';
import { APIMART_PRICES, apimartSources, LISTED } from '../../shared/sources.ts';
import { klingPictures } from '../../shared/picture-limits.ts';

const PICTURE = { first_frame_image: { present: true } } as const;
const INTO_THE_PROMPT = { rule: 'KT12', hint: 'Write the shots into the prompt.' };

export const kling3Turbo: Card = {
  gateway: 'apimart',
  native: 'kling-3.0-turbo',
  title: 'Kling 3.0 turbo (APIMart)',
  sources: apimartSources('kling-3.0-turbo'),
  lifecycle: LISTED,
  pictures: { rule: 'KT7', ...klingPictures(50) },
  fields: {
    prompt: prompt(
      'What happens; at most 3072 characters, 2500 are advised. Optional with a picture.',
    ),
    first_frame_image: link('First frame', 'jpg, jpeg or png, 50 MB at most.', [
      'jpg',
      'jpeg',
      'png',
    ]),
    aspect_ratio: ratio3('16:9'),
    resolution: choice('Resolution', ['720p', '1080p'], '720p'),
    duration: seconds(3, 15),
    watermark: flag('Watermark', 'The mark of the provider.'),
    nsfw_check: nsfwCheck,
  },
  words: {
    prompt: 'prompt',
    duration: 'duration',
    aspect_ratio: 'aspect_ratio',
    resolution: 'resolution',
    first_frame: true,
    watermark: 'watermark',
  },
  frames: { first: 'first_frame_image' },
  lacks: {
    audio: ': its page has no field for sound and does not say whether clips have it',
    shots: ': write them into the prompt',
  },
  longestPrompt: 3072,
  ratioFrom: ['first_frame_image'],
  stray: 'KT11',
  elsewhere: {
    multi_shot: INTO_THE_PROMPT,
    shot_type: INTO_THE_PROMPT,
    multi_prompt: INTO_THE_PROMPT,
  },
  rules: [
    ...apimartRows({ links: true, formats: true }),
    { rule: 'KT1', text: 'duration is 3 to 15 seconds.', fields: ['duration'] },
    { rule: 'KT2', text: 'resolution is 720p or 1080p.', fields: ['resolution'] },
    {
      rule: 'KT3',
      text: 'prompt is there and not blank, unless there is a picture.',
      fields: ['prompt'],
      needed: { field: 'prompt', blank: true, unless: PICTURE },
    },
    { rule: 'KT4', text: 'prompt has at most 3072 characters.', longest: { prompt: 3072 } },
    {
      rule: 'KT5',
      text: 'A prompt of at most 2500 characters is advised.',
      verdict: 'warn',
      longest: { prompt: 2500 },
    },
    { rule: 'KT6', text: 'first_frame_image is one link.', fields: ['first_frame_image'] },
    ratioRow('KT8'),
    ratioFromPictureRow(
      'KT9',
      'With a picture, aspect_ratio is not sent: the picture decides.',
      PICTURE,
    ),
    {
      rule: 'KT10',
      text: 'With a picture, a prompt of blanks is not sent.',
      verdict: 'note',
      drop: {
        field: 'prompt',
        when: { ...PICTURE, prompt: { blank: true } },
        because: 'it is blank',
      },
    },
    { rule: 'KT11', text: 'Fields of other models are refused.' },
    { rule: 'KT12', text: 'There is no field for shots.' },
    shotLinesRow('KT13', 'observed'),
  ],
  prices: {
    unit: 'usd',
    per: 'second',
    ...APIMART_PRICES,
    rows: [
      { when: { resolution: '720p' }, rate: 0.1144 },
      { when: { resolution: '1080p' }, rate: 0.1432 },
    ],
  },
};
