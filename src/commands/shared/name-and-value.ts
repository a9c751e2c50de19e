import { UsageError } from './io.ts';

/** `name=value` of `--var`. Throws a usage error. */
export function nameAndValue(text: string): readonly [name: string, value: string] {
  const equals = text.indexOf('=');
  if (equals <= 0)
    throw new UsageError(`--var ${JSON.stringify(text)} is not of the form name=value`);
  return [text.slice(0, equals), text.slice(equals + 1)];
}
