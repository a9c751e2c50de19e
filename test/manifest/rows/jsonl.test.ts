import { expect, test } from 'vitest';
import { Source } from '../../../src/diagnostic.ts';
import { plain } from '../../../src/scene.ts';
import { parseJsonl } from '../../../src/manifest/rows/jsonl.ts';
import type { Problem } from '../../../src/manifest/values/problems.ts';

function read(text: string) {
  const problems: Problem[] = [];
  const rows = parseJsonl(new Source('rows.jsonl', text), (problem) => problems.push(problem));
  return { rows: rows.map(plain), problems };
}

test('one row a line, whatever is in it; empty lines are passed over', () => {
  const rows = [
    { id: 'a', prompt: 'A "crab", 雨 \\ \n', tags: ['x', { deep: [[], {}] }] },
    { id: 'b', seconds: 5, rate: -1.5e-3, sound: true, none: null, __proto__: 1 },
  ];
  const text = `${JSON.stringify(rows[0])}\r\n\n  \t\n${JSON.stringify(rows[1])}`;
  expect(read(text)).toEqual({ rows, problems: [] });
});

test.each([
  ['{"id": "a", }', 'row-file', '"}" does not belong here', '}'],
  ['{"id": x}', 'row-file', '"x" does not belong here', 'x'],
  ['{"id": "a"} {', 'row-file', '"{" does not belong here', '{'],
  ['{"id": "a\\q"}', 'row-file', '"\\\\" does not belong here', '\\'],
  ['{"id": 01}', 'row-file', '"1" does not belong here', '1'],
  ['{"id": "a"', 'row-file', 'it ends too early', '"'],
  ['{"id": "a', 'row-file', 'it ends too early', 'a'],
  ['[1]', 'row-file', 'the row is a list; expected a JSON object', '[1]'],
  ['"a"', 'row-file', 'the row is "a"; expected a JSON object', '"a"'],
  ['{"id": 9007199254740993}', 'wrong-value', 'cannot be kept exactly', '9007199254740993'],
  ['{"id": {"b": 1, "b": 1e999}}', 'wrong-value', 'cannot be kept exactly', '1e999'],
  ['{"id": [{"b": 1, "\\u0062": 2}]}', 'duplicate-key', 'duplicate key b', '"\\u0062"'],
  [`{"id": ${'['.repeat(64)}${']'.repeat(64)}}`, 'too-large', 'more than 64 levels deep', '['],
])('%s is refused where it is wrong', (line, code, message, at) => {
  const text = `{"id": "before"}\n${line}\n{"id": "after"}\n`;
  const { rows, problems } = read(text);
  // Nothing is known of the wrong one.
  expect(rows).toEqual([{ id: 'before' }, null, { id: 'after' }]);
  expect(problems).toHaveLength(1);
  const [{ place, ...problem } = { place: undefined }] = problems;
  expect(problem).toMatchObject({ code, message: expect.stringContaining(message) as string });
  expect(text.slice(place?.start, place?.end)).toBe(at);
  expect(place?.start).toBeGreaterThan(text.indexOf('\n'));
});

test('a deep line costs no stack', () => {
  const { rows, problems } = read(`{"id": ${'['.repeat(20_000)}`);
  expect(rows).toEqual([null]);
  expect(problems.map(({ message }) => message)).toEqual([
    'the line is not JSON: it ends too early',
  ]);
});
