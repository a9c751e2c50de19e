/** Rows about shots of EvoLink's kling models: the numbers differ, the facts do not. */
import type { RuleRow } from '../card/card.ts';

export function klingShotRows(numbers: {
  readonly type: string;
  readonly list: string;
  readonly seconds: string;
  readonly prompts: string;
  readonly stray: string;
  readonly types: readonly ('customize' | 'intelligence')[];
  /** Whether the page says that index counts without a gap. */
  readonly isOrderDocumented: boolean;
}): readonly RuleRow[] {
  const inside = 'model_params.multi_prompt';
  return [
    {
      rule: numbers.type,
      text: `multi_shot true needs shot_type ${numbers.types.join(' or ')}.`,
      fields: ['model_params.shot_type', 'model_params.multi_shot'],
      shots: 'type',
    },
    {
      rule: numbers.list,
      text: 'shot_type customize needs multi_prompt of 1 to 6 shots, each with index, prompt and duration.',
      fields: [inside, `${inside}.*`, `${inside}.*.index`, `${inside}.*.prompt`],
      shots: 'list',
    },
    {
      rule: numbers.list,
      text: 'multi_prompt[].index runs 1, 2, 3 … in order.',
      ...(numbers.isOrderDocumented ? {} : { verdict: 'warn', mark: 'assumed' }),
      shots: 'index',
    },
    {
      rule: numbers.seconds,
      text: 'Shot durations are texts of whole seconds, at least 1, and add up to duration.',
      fields: [`${inside}.*.duration`],
      hint: 'Write whole seconds in quotes, such as "4".',
      shots: 'seconds',
    },
    {
      rule: numbers.seconds,
      text: 'Shot durations given as numbers are sent as texts.',
      verdict: 'note',
      shots: 'texts',
    },
    {
      rule: numbers.prompts,
      text: "A shot's prompt says something, in at most 512 characters.",
      shots: 'blank-and-longest',
    },
    {
      rule: numbers.stray,
      text: 'shot_type and multi_prompt mean nothing without multi_shot true.',
      verdict: 'warn',
      mark: 'assumed',
      shots: 'stray',
    },
  ];
}
