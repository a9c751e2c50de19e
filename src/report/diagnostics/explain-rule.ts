/** `rushes explain R9`: a rule of the models by its number, and who has it. */
import type { Model, RuleText } from '../../models/model.ts';
import { paint, type Terminal, wrap } from '../text/terminal.ts';

/** The effect of a verdict on a request. */
const VERDICTS: Readonly<Record<RuleText['verdict'], string>> = {
  refuse: 'a request that breaks it is not sent',
  warn: 'a request that breaks it is sent with a warning',
  note: 'the request is changed, with a note in the plan',
};

const rulesOf = ({ rules, rulesBesideBody }: Model): readonly RuleText[] => [
  ...rules,
  ...rulesBesideBody,
];

/** Numbers of all rules, each once, such as `R9` and `blank-prompt`. */
export const ruleNumbers = (models: readonly Model[]): readonly string[] => [
  ...new Set(models.flatMap((model) => rulesOf(model).map(({ rule }) => rule))),
];

/** `undefined` if no model has a rule of that number. Upper and lower case are the same. */
export function explainRule(
  number: string,
  models: readonly Model[],
  terminal: Terminal,
): string | undefined {
  const c = paint(terminal);
  const width = Math.min(terminal.width, 96);
  const texts = new Map<
    string,
    { readonly rule: RuleText; readonly from: string; names: string[] }
  >();
  for (const model of models) {
    const { name, sources } = model;
    for (const rule of rulesOf(model)) {
      if (rule.rule.toLowerCase() !== number.toLowerCase()) continue;
      const source = sources[rule.source ?? 0];
      const from = source === undefined ? '' : `: ${source.text}, read ${source.read}`;
      const key = `${rule.text}\n${rule.verdict}\n${rule.mark}\n${from}`;
      const known = texts.get(key);
      if (known === undefined) texts.set(key, { rule, from, names: [name] });
      else known.names.push(name);
    }
  }
  const [first] = texts.values();
  if (first === undefined) return undefined;
  const parts = [...texts.values()].map(({ rule, from, names }) =>
    [
      `${c.bold(rule.rule)}: ${wrap(rule.text, width)}`,
      `  ${wrap(`${rule.mark}${from}`, width - 2, '  ')}`,
      `  ${VERDICTS[rule.verdict]}`,
      `  ${wrap(`models: ${names.join(', ')}`, width - 2, '  ')}`,
    ].join('\n'),
  );
  const [model = ''] = first.names;
  return `${parts.join('\n\n')}\n\nAll rules of a model: rushes models ${model}\n`;
}
