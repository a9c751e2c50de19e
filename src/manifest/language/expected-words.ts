/** What zod expected, in words. */
import type { Issue } from './checked.ts';
import { WHOLE_NUMBER } from './schema/values.ts';

export function kindOf(issue: Issue): string {
  if (issue.code === 'invalid_value') return 'value';
  return issue.code !== 'invalid_type'
    ? issue.code
    : issue.message === WHOLE_NUMBER
      ? 'int'
      : issue.expected;
}

export function expectedOfAny(branches: readonly (readonly Issue[])[]): string {
  const all = branches.flatMap((issues) =>
    issues
      .filter(({ path }) => path.length === 0)
      .flatMap((issue) =>
        issue.code === 'invalid_union' ? [expectedOfAny(issue.errors)] : [expectedWords(issue)],
      ),
  );
  return orList([...new Set(all)]);
}

/** `a whole number`, `"auto" or "x"`, `at least 1`. */
export function expectedWords(issue: Issue | undefined): string {
  if (issue?.code === 'invalid_type')
    return issue.message === WHOLE_NUMBER
      ? WHOLE_NUMBER
      : (TYPE_WORDS[issue.expected] ?? issue.expected);
  if (issue?.code === 'invalid_value') {
    return issue.values.length === 1
      ? String(issue.values[0])
      : `one of ${issue.values.map(String).join(', ')}`;
  }
  if (issue?.code === 'too_small') {
    const thing = { array: 'list', string: 'text' }[issue.origin as string];
    return thing === undefined ? `a number from ${issue.minimum} up` : `a non-empty ${thing}`;
  }
  return issue?.code === 'too_big' ? `a number up to ${issue.maximum}` : 'something else';
}

const TYPE_WORDS: Readonly<Record<string, string>> = {
  string: 'a text',
  int: 'a whole number',
  number: 'a number',
  boolean: 'true or false',
  array: 'a list',
  object: 'a map (key: value)',
  record: 'a map (key: value)',
};

const orList = (words: readonly string[]): string =>
  words.length < 2 ? (words[0] ?? '') : `${words.slice(0, -1).join(', ')} or ${words.at(-1) ?? ''}`;
