/** kling-v3-text-to-video through EvoLink. */
import type { Card } from '../../card/card.ts';
import { CUSTOMISED, klingV3Prices, klingV3ShotRows } from '../../families/evolink-kling-v3.ts';
import { choice, negativePrompt, prompt, ratio3, seconds } from '../../shared/fields.ts';
import { evolinkModelParams } from '../../shared/model-params.ts';
import { evolinkRows, fillRow, insideRow, promptRow, soundRow } from '../../shared/sheet-rows.ts';
import { evolinkSources, LISTED } from '../../shared/sources.ts';

export const evolinkKlingV3TextToVideo: Card = {
  gateway: 'evolink',
  native: 'kling-v3-text-to-video',
  title: 'Kling v3, text to video (EvoLink)',
  sources: evolinkSources('kling-v3-text-to-video'),
  lifecycle: LISTED,
  fields: {
    prompt: prompt('At most 2500 characters; not sent with shots of your own.'),
    negative_prompt: negativePrompt,
    duration: seconds(3, 15),
    aspect_ratio: ratio3(),
    quality: choice('Quality', ['720p', '1080p', '4k'], '720p'),
    sound: choice('Sound', ['on', 'off'], 'off', 'The text on or off.'),
    model_params: evolinkModelParams({ shots: ['customize', 'intelligence'] }),
  },
  words: {
    prompt: 'prompt',
    negative_prompt: 'negative_prompt',
    duration: 'duration',
    aspect_ratio: 'aspect_ratio',
    resolution: 'quality',
    audio: { field: 'sound', values: { true: 'on', false: 'off' } },
    shots: true,
    watermark: 'model_params.watermark_info.enabled',
  },
  lacks: {
    first_frame: ': evolink/kling-v3-image-to-video takes pictures',
    last_frame: ': evolink/kling-v3-image-to-video takes pictures',
  },
  shots: {
    inside: 'model_params',
    types: ['customize', 'intelligence'],
    seconds: 'text',
    longest: 512,
  },
  longestPrompt: 2500,
  stray: 'ET10',
  changes: ['CE13', 'CE5', 'ET1', 'ET7', 'ET4', 'ET2'],
  rules: [
    ...evolinkRows({}),
    insideRow,
    {
      rule: 'ET1',
      text: 'duration is 3 to 15 seconds; aspect_ratio 16:9, 9:16 or 1:1; quality 720p, 1080p or 4k; sound on or off.',
      fields: ['duration', 'aspect_ratio', 'quality', 'sound'],
    },
    soundRow('ET1'),
    fillRow('ET2', 'aspect_ratio', '16:9'),
    promptRow('ET3', 2500, CUSTOMISED),
    ...klingV3ShotRows((of) => of),
    {
      rule: 'ET9',
      text: 'negative_prompt has at most 2500 characters, the figure of the model behind it.',
      verdict: 'warn',
      mark: 'assumed',
      longest: { negative_prompt: 2500 },
    },
    { rule: 'ET10', text: 'Fields of other models are refused.' },
  ],
  prices: klingV3Prices,
};
