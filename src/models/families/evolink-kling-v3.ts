/** The common part of kling-v3-text-to-video and kling-v3-image-to-video on EvoLink. */
import type { Condition, Prices, RuleRow } from '../card/card.ts';
import { klingShotRows } from '../shared/kling-shot-rows.ts';
import { EVOLINK_PRICES } from '../shared/sources.ts';

export const CUSTOMISED: Condition = {
  'model_params.multi_shot': true,
  'model_params.shot_type': 'customize',
};

/** ET4 to ET8, in the numbers of a model. */
export const klingV3ShotRows = (number: (of: string) => string): readonly RuleRow[] => [
  {
    rule: number('ET4'),
    text: 'With shots of your own, prompt is ignored there and not sent.',
    verdict: 'note',
    drop: { field: 'prompt', when: CUSTOMISED, because: 'the shots replace it' },
  },
  ...klingShotRows({
    type: number('ET5'),
    list: number('ET6'),
    seconds: number('ET7'),
    prompts: number('ET7'),
    stray: number('ET8'),
    types: ['customize', 'intelligence'],
    isOrderDocumented: true,
  }),
  {
    rule: number('ET8'),
    text: 'shot_type intelligence takes no multi_prompt.',
    verdict: 'warn',
    mark: 'assumed',
    shots: 'unlisted',
  },
];

/** Sound costs more here than on o3. */
export const klingV3Prices: Prices = {
  unit: 'evolink-credits',
  per: 'second',
  ...EVOLINK_PRICES,
  base: 5.4,
  least: 16.2,
  rows: [
    { when: { quality: '4k' }, rate: 5 },
    { when: { quality: '720p', sound: 'off' }, rate: 1 },
    { when: { quality: '1080p', sound: 'off' }, rate: 1.334 },
    { when: { quality: '720p', sound: 'on' }, rate: 1.5 },
    { when: { quality: '1080p', sound: 'on' }, rate: 2 },
  ],
};
