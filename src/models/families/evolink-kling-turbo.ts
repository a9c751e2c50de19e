/** kling-v3-turbo-text-to-video and -image-to-video through EvoLink share one page. */
import type { Card } from '../card/card.ts';
import { ratioRow } from '../shared/common-rows.ts';
import { choice, link, prompt, ratio3, seconds } from '../shared/fields.ts';
import { evolinkRows, promptRow } from '../shared/sheet-rows.ts';
import { shotLinesRow } from '../shared/shot-lines.ts';
import { EVOLINK_PRICES, evolinkSources, LISTED } from '../shared/sources.ts';
import { klingPictures } from '../shared/picture-limits.ts';

const INTO_THE_PROMPT = { rule: 'EU8', hint: 'Write the shots into the prompt.' };

export const klingTurboCard = (kind: 'text' | 'image'): Card => {
  const native = `kling-v3-turbo-${kind}-to-video`;
  const isImage = kind === 'image';
  return {
    gateway: 'evolink',
    native,
    title: `Kling v3 turbo, ${kind} to video (EvoLink)`,
    sources: evolinkSources(native),
    lifecycle: LISTED,
    ...(kind === 'text' ? {} : { pictures: { rule: 'EU6', ...klingPictures(50) } }),
    fields: {
      prompt: prompt('What happens; at most 2500 characters.'),
      ...(isImage
        ? {
            image_start: {
              ...link('First frame', 'jpg, jpeg or png, 50 MB at most.', ['jpg', 'jpeg', 'png']),
              required: true,
            },
            aspect_ratio: { ...ratio3(), about: 'Not sent: the picture decides.' },
          }
        : { aspect_ratio: ratio3('16:9') }),
      duration: seconds(3, 15),
      quality: choice('Quality', ['720p', '1080p'], '720p'),
    },
    words: {
      prompt: 'prompt',
      duration: 'duration',
      aspect_ratio: 'aspect_ratio',
      resolution: 'quality',
      ...(isImage ? { first_frame: true } : {}),
    },
    ...(isImage ? { frames: { first: 'image_start' }, ratioFrom: ['image_start'] } : {}),
    lacks: {
      audio: ': its page has no field for sound and does not say whether clips have it',
      shots: ': write them into the prompt',
      ...(isImage ? {} : { first_frame: ': evolink/kling-v3-turbo-image-to-video takes one' }),
    },
    longestPrompt: 2500,
    stray: 'EU9',
    elsewhere: {
      multi_shot: INTO_THE_PROMPT,
      shot_type: INTO_THE_PROMPT,
      multi_prompt: INTO_THE_PROMPT,
      model_params: { rule: 'EU9', hint: 'This model has none.' },
      ...(isImage
        ? {}
        : { image_start: { rule: 'EU4', hint: 'Use evolink/kling-v3-turbo-image-to-video.' } }),
    },
    rules: [
      ...evolinkRows(isImage ? { links: true, formats: true } : {}),
      {
        rule: 'EU1',
        text: 'duration is 3 to 15 seconds; quality 720p or 1080p.',
        fields: ['duration', 'quality'],
      },
      ...(isImage
        ? ([
            {
              rule: 'EU2',
              text: 'prompt has at most 2500 characters.',
              fields: ['prompt'],
              longest: { prompt: 2500 },
            },
            { rule: 'EU3', text: 'image_start is there.', fields: ['image_start'] },
            {
              rule: 'EU5',
              text: 'aspect_ratio is not sent: the picture decides.',
              verdict: 'note',
              drop: { field: 'aspect_ratio', because: 'the picture decides', value: true },
            },
          ] satisfies Card['rules'])
        : ([
            promptRow('EU2', 2500),
            { rule: 'EU4', text: 'The text model takes no picture.' },
            ratioRow('EU2'),
          ] satisfies Card['rules'])),
      shotLinesRow('EU7', 'documented'),
      { rule: 'EU8', text: 'There is no field for shots.' },
      { rule: 'EU9', text: 'Fields of other models are refused.' },
    ],
    prices: {
      unit: 'evolink-credits',
      per: 'second',
      ...EVOLINK_PRICES,
      base: 7.2,
      least: 21.6,
      rows: [
        { when: { quality: '720p' }, rate: 1 },
        { when: { quality: '1080p' }, rate: 1.25 },
      ],
    },
  };
};
