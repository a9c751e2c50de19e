/** kling-o3-image-to-video through EvoLink: frames, reference pictures, elements, shots. */
import type { Card } from '../../card/card.ts';
import { lastNeedsFirstRow, pictureMayWinRow, ratioRow } from '../../shared/common-rows.ts';
import { choice, link, links, prompt, ratio3, seconds } from '../../shared/fields.ts';
import { klingShotRows } from '../../shared/kling-shot-rows.ts';
import { evolinkModelParams } from '../../shared/model-params.ts';
import {
  evolinkRows,
  fillRow,
  insideRow,
  promptRow,
  soundRow,
  tagRow,
} from '../../shared/sheet-rows.ts';
import { EVOLINK_PRICES, evolinkSources, LISTED } from '../../shared/sources.ts';
import { klingPictures } from '../../shared/picture-limits.ts';

const FORMATS = ['jpg', 'jpeg', 'png'];
const LIST = { formats: FORMATS };
const ELEMENTS = 'model_params.element_list';
const PICTURES = ['image_start', 'image_end', 'image_urls'];

export const klingO3ImageToVideo: Card = {
  gateway: 'evolink',
  native: 'kling-o3-image-to-video',
  title: 'Kling o3, image to video (EvoLink)',
  sources: evolinkSources('kling-o3-image-to-video'),
  lifecycle: LISTED,
  pictures: { rule: 'EI12', ...klingPictures(10) },
  fields: {
    prompt: prompt('At most 2500 characters; <<<element_1>>> and <<<image_1>>> name inputs.'),
    image_start: link('First frame', 'jpg, jpeg or png, 10 MB at most.', FORMATS),
    image_end: link('Last frame', 'Needs image_start; 2 pictures in all at most.', FORMATS),
    image_urls: links('Reference pictures', undefined, 'With the elements 7 at most.', LIST),
    duration: seconds(3, 15),
    aspect_ratio: ratio3(),
    quality: choice('Quality', ['720p', '1080p', '4k'], '720p'),
    sound: choice('Sound', ['on', 'off'], 'off', 'The text on or off.'),
    model_params: evolinkModelParams({ shots: ['customize'], elements: 7 }),
  },
  words: {
    prompt: 'prompt',
    duration: 'duration',
    aspect_ratio: 'aspect_ratio',
    resolution: 'quality',
    audio: { field: 'sound', values: { true: 'on', false: 'off' } },
    first_frame: true,
    last_frame: true,
    references: true,
    shots: true,
    elements: true,
    watermark: 'model_params.watermark_info.enabled',
  },
  frames: { first: 'image_start', last: 'image_end' },
  references: { images: 'image_urls' },
  shots: {
    inside: 'model_params',
    types: ['customize'],
    seconds: 'text',
    longest: 512,
    automaticRule: 'EI13',
  },
  elements: { as: 'ids', rule: 'EI10' },
  longestPrompt: 2500,
  ratioFrom: PICTURES,
  stray: 'EI21',
  changes: ['CE13', 'CE5', 'EI4', 'EI14', 'EI3'],
  rules: [
    ...evolinkRows({ links: true, formats: true }),
    insideRow,
    { rule: 'EI1', text: 'duration is 3 to 15 seconds.', fields: ['duration'] },
    ratioRow('EI2'),
    { rule: 'EI3', text: 'quality is 720p, 1080p or 4k.', fields: ['quality'] },
    fillRow('EI3', 'quality', '720p'),
    { rule: 'EI4', text: 'sound is the text on or off.', fields: ['sound'] },
    soundRow('EI4'),
    promptRow('EI5', 2500),
    {
      rule: 'EI6',
      text: 'With shots of your own, prompt is ignored.',
      verdict: 'note',
      when: { 'model_params.multi_shot': true, prompt: { present: true } },
      at: 'prompt',
      says: 'prompt is ignored: the shots replace it',
    },
    {
      rule: 'EI7',
      text: 'A first frame, a reference picture or an element is given: else the text model does it.',
      verdict: 'warn',
      mark: 'assumed',
      oneOf: { fields: ['image_start', 'image_urls', ELEMENTS] },
      hint: 'Use evolink/kling-o3-text-to-video.',
    },
    lastNeedsFirstRow('EI8', 'image_end', 'image_start'),
    {
      rule: 'EI9',
      text: 'image_end takes at most 2 pictures in all.',
      atMost: { most: 2, of: PICTURES, when: { image_end: { present: true } } },
    },
    {
      rule: 'EI10',
      text: 'At most 7 pictures and elements.',
      fields: [ELEMENTS, `${ELEMENTS}.*`, `${ELEMENTS}.*.element_id`],
      atMost: { most: 7, of: [...PICTURES, ELEMENTS] },
    },
    {
      rule: 'EI11',
      text: 'At most 3 elements with a first frame.',
      atMost: { most: 3, of: [ELEMENTS], when: { image_start: { present: true } } },
    },
    ...klingShotRows({
      type: 'EI13',
      list: 'EI13',
      seconds: 'EI14',
      prompts: 'EI15',
      stray: 'EI16',
      types: ['customize'],
      isOrderDocumented: false,
    }),
    tagRow('EI17', '<<<element_#>>>', 'element', [ELEMENTS]),
    tagRow('EI18', '<<<image_#>>>', 'picture', PICTURES),
    {
      rule: 'EI19',
      text: 'Whether image_start counts as <<<image_1>>> is not known.',
      verdict: 'warn',
      mark: 'assumed',
      when: { image_start: { present: true }, prompt: { matches: String.raw`<<<image_\d` } },
      at: 'prompt',
      says: 'whether image_start counts as <<<image_1>>> is not known',
    },
    { ...pictureMayWinRow('EI20', { image_start: { present: true } }), mark: 'assumed' },
    { rule: 'EI21', text: 'Fields of other models are refused.' },
  ],
  prices: {
    unit: 'evolink-credits',
    per: 'second',
    ...EVOLINK_PRICES,
    base: 5.4,
    least: 16.2,
    rows: [
      { when: { quality: '4k' }, rate: 5 },
      { when: { quality: '720p', sound: 'off' }, rate: 1 },
      { when: { quality: '1080p', sound: 'off' }, rate: 1.334 },
      { when: { quality: '720p', sound: 'on' }, rate: 1.334 },
      { when: { quality: '1080p', sound: 'on' }, rate: 1.667 },
    ],
  },
};
