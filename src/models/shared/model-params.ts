/** `model_params` of EvoLink's kling models: shots, elements, watermark. */
import type { Field } from '../card/card.ts';

export const evolinkModelParams = ({
  shots,
  elements,
}: {
  readonly shots?: readonly ('customize' | 'intelligence')[];
  /** The most that the list takes. */
  readonly elements?: number;
}): Field => ({
  type: 'object',
  title: 'Model parameters',
  fields: {
    ...(shots === undefined
      ? {}
      : {
          multi_shot: {
            type: 'flag',
            default: false,
            title: 'Several shots',
            about: `Needs shot_type ${shots.join(' or ')}. Default false.`,
          },
          shot_type: {
            type: 'choice',
            values: shots,
            title: 'Shot type',
            about:
              shots.length === 1
                ? 'Only customize: the shots of multi_prompt.'
                : 'customize: the shots of multi_prompt. intelligence: the model splits by itself.',
          },
          multi_prompt: {
            type: 'list',
            of: {
              type: 'object',
              fields: {
                index: { type: 'whole', required: true },
                prompt: { type: 'text', required: true },
                duration: {
                  type: 'text',
                  whole: true,
                  required: true,
                  about: 'Whole seconds, as a text.',
                },
              },
            },
            least: 1,
            most: 6,
            title: 'Shots',
            about: '1 to 6 shots; index counts from 1; durations are texts and add up to duration.',
          },
        }),
    ...(elements === undefined
      ? {}
      : {
          element_list: {
            type: 'list',
            of: {
              type: 'object',
              fields: { element_id: { type: 'text', filled: true, required: true } },
            },
            most: elements,
            title: 'Elements',
            about: `Up to ${elements} elements made beforehand.`,
          },
        }),
    watermark_info: {
      type: 'object',
      fields: { enabled: { type: 'flag', required: true } },
      title: 'Watermark',
    },
  },
});
