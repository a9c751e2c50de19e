/** kling-v3-image-to-video through EvoLink: the first frame decides the ratio. */
import type { Card } from '../../card/card.ts';
import { CUSTOMISED, klingV3Prices, klingV3ShotRows } from '../../families/evolink-kling-v3.ts';
import { ratioFromPictureRow } from '../../shared/common-rows.ts';
import { choice, link, negativePrompt, prompt, ratio3, seconds } from '../../shared/fields.ts';
import { evolinkModelParams } from '../../shared/model-params.ts';
import { evolinkRows, insideRow, soundRow } from '../../shared/sheet-rows.ts';
import { evolinkSources, LISTED } from '../../shared/sources.ts';
import { klingPictures } from '../../shared/picture-limits.ts';

const FORMATS = ['jpg', 'jpeg', 'png'];
const ELEMENTS = 'model_params.element_list';

export const evolinkKlingV3ImageToVideo: Card = {
  gateway: 'evolink',
  native: 'kling-v3-image-to-video',
  title: 'Kling v3, image to video (EvoLink)',
  sources: evolinkSources('kling-v3-image-to-video'),
  lifecycle: LISTED,
  pictures: { rule: 'CE9', ...klingPictures(10) },
  fields: {
    image_start: {
      ...link('First frame', 'jpg, jpeg or png, 10 MB at most.', FORMATS),
      required: true,
    },
    image_end: link('Last frame', 'jpg, jpeg or png, 10 MB at most.', FORMATS),
    prompt: prompt('At most 2500 characters; not sent with shots of your own.'),
    negative_prompt: negativePrompt,
    duration: seconds(3, 15),
    aspect_ratio: { ...ratio3(), about: 'Not sent: the picture decides.' },
    quality: choice('Quality', ['720p', '1080p', '4k'], '720p'),
    sound: choice('Sound', ['on', 'off'], 'off', 'The text on or off.'),
    model_params: evolinkModelParams({ shots: ['customize', 'intelligence'], elements: 3 }),
  },
  words: {
    prompt: 'prompt',
    negative_prompt: 'negative_prompt',
    duration: 'duration',
    aspect_ratio: 'aspect_ratio',
    resolution: 'quality',
    audio: { field: 'sound', values: { true: 'on', false: 'off' } },
    first_frame: true,
    last_frame: true,
    shots: true,
    elements: true,
    watermark: 'model_params.watermark_info.enabled',
  },
  frames: { first: 'image_start', last: 'image_end' },
  shots: {
    inside: 'model_params',
    types: ['customize', 'intelligence'],
    seconds: 'text',
    longest: 512,
  },
  elements: { as: 'ids', rule: 'EM7' },
  longestPrompt: 2500,
  ratioFrom: ['image_start'],
  stray: 'EM10',
  changes: ['CE13', 'CE5', 'EM2', 'EM8', 'EM5'],
  rules: [
    ...evolinkRows({ links: true, formats: true }),
    insideRow,
    { rule: 'EM1', text: 'image_start is there.', fields: ['image_start'] },
    {
      rule: 'EM2',
      text: 'duration is 3 to 15 seconds; quality 720p, 1080p or 4k; sound on or off.',
      fields: ['duration', 'quality', 'sound'],
    },
    soundRow('EM2'),
    {
      rule: 'EM3',
      text: 'prompt is there, unless the shots take its place.',
      verdict: 'warn',
      unless: CUSTOMISED,
      needed: { field: 'prompt', blank: true },
    },
    {
      rule: 'EM4',
      text: 'prompt has at most 2500 characters.',
      fields: ['prompt'],
      unless: CUSTOMISED,
      longest: { prompt: 2500 },
    },
    ratioFromPictureRow('EM5', 'aspect_ratio is not sent: the picture decides.'),
    {
      rule: 'EM7',
      text: 'At most 3 elements, each with an element_id.',
      fields: [ELEMENTS, `${ELEMENTS}.*`, `${ELEMENTS}.*.element_id`],
    },
    ...klingV3ShotRows(() => 'EM8'),
    {
      rule: 'EM9',
      text: 'image_end together with shots or elements is not described.',
      verdict: 'warn',
      mark: 'assumed',
      cases: [
        {
          when: { image_end: { present: true }, 'model_params.multi_shot': true },
          at: 'image_end',
          says: 'image_end together with multi_shot is not described',
        },
        {
          when: { image_end: { present: true }, [ELEMENTS]: { list: true } },
          at: 'image_end',
          says: 'image_end together with elements is not described',
        },
      ],
    },
    { rule: 'EM10', text: 'Fields of other models are refused.' },
  ],
  prices: klingV3Prices,
};
