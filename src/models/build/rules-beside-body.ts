/** Rules of a card that are not rows: of pictures, and of words with a single value. */
import { limitWords } from '../../pictures/limits.ts';
import type { Card } from '../card/card.ts';
import type { RuleText } from '../model.ts';

export function rulesBesideBody({ pictures, words }: Card): readonly RuleText[] {
  const documented = { verdict: 'refuse', mark: 'documented', source: 0 } as const;
  return [
    ...(pictures === undefined
      ? []
      : [
          {
            rule: pictures.rule,
            text: `A picture of the repository: ${limitWords(pictures)}.`,
            ...documented,
          },
        ]),
    ...Object.entries(words).flatMap(([word, binding]) =>
      typeof binding === 'object' && binding.only !== undefined
        ? [
            {
              rule: binding.rule,
              text: `${word} is ${String(binding.only)}: ${binding.says}.`,
              ...documented,
            },
          ]
        : [],
    ),
  ];
}
