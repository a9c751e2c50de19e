/** Options that many commands share, and the meaning of their filters. */
import { defined } from '../../defined.ts';
import type { Filter } from '../../plan/options.ts';
import type { Repeated } from '../../report/text/next-steps.ts';
import { shellWord } from '../../report/text/shell-word.ts';
import { UsageError } from './io.ts';

/** As commander gives them. */
export interface SharedOptions {
  readonly only?: readonly string[];
  readonly model?: readonly string[];
  readonly tag?: readonly string[];
  readonly var?: readonly string[];
  readonly draft?: boolean;
  readonly json?: boolean;
}

export const filterOf = ({ only, model, tag }: SharedOptions): Filter => ({
  ...defined({ only, models: model, tags: tag }),
});

interface RepeatedOptions extends SharedOptions {
  readonly budget?: number;
  readonly shard?: string;
}

/** Options that the next command must repeat. Each command handles `--draft` itself. */
export const repeatedOf = ({
  only = [],
  model = [],
  tag = [],
  var: vars = [],
  budget,
  shard,
}: RepeatedOptions): Repeated => {
  const given = (option: string, values: readonly (string | number)[]): string =>
    values.map((value) => ` ${option} ${shellWord(String(value))}`).join('');
  return {
    filters: given('--only', only) + given('--model', model) + given('--tag', tag),
    flags:
      given('--var', vars) +
      given('--budget', budget === undefined ? [] : [budget]) +
      given('--shard', shard === undefined ? [] : [shard]),
  };
};

/** `name=value` of `--var`. Throws a usage error. */
export function nameAndValue(text: string): readonly [name: string, value: string] {
  const equals = text.indexOf('=');
  if (equals <= 0)
    throw new UsageError(`--var ${JSON.stringify(text)} is not of the form name=value`);
  return [text.slice(0, equals), text.slice(equals + 1)];
}
