import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { wordDiffTerminal } from '../../../src/report/plan/word-diff-terminal.ts';
import { nearChanges, withoutSameEnds, wordDiff } from '../../../src/report/text/word-diff.ts';
import { hostileText, REPEATABLE } from '../hostile.ts';

const plain = { color: false };

test('the parts spell both texts', () => {
  fc.assert(
    fc.property(hostileText, hostileText, (before, after) => {
      const parts = wordDiff(before, after);
      const without = (kind: 'old' | 'new'): string =>
        parts
          .filter((part) => part.kind !== kind)
          .map(({ text }) => text)
          .join('');
      expect([without('new'), without('old')]).toEqual([before, after]);
    }),
    REPEATABLE,
  );
});

test('only the words that changed are marked, and phrases stay together', () => {
  expect(
    wordDiffTerminal('a crab at sunrise, soft light', 'a crab at dusk, soft light', plain),
  ).toBe('a crab at [-sunrise-]{+dusk+}, soft light');
  expect(wordDiffTerminal('one two three', 'one four five', plain)).toBe(
    'one [-two three-]{+four five+}',
  );
  expect(wordDiffTerminal('same', 'same and more', plain)).toBe('same{+ and more+}');
});

test('scripts without blanks are split where a reader would', () => {
  expect(wordDiffTerminal('潮だまりの朝、カニが歩く', '潮だまりの夜、カニが歩く', plain)).toBe(
    '潮だまりの[-朝-]{+夜+}、カニが歩く',
  );
  expect(wordDiffTerminal('아침 바다', '저녁 바다', plain)).toBe('[-아침-]{+저녁+} 바다');
});

test('text far from a change is left out', () => {
  const parts = nearChanges(
    wordDiff(`start ${'word '.repeat(40)}old`, `start ${'word '.repeat(40)}new`),
  );
  expect(parts.map(({ text }) => text).join('|')).toBe('… word word word word |old|new');
});

test('very long texts are compared in bounded work', () => {
  const [a, b] = [0, 1].map((seed) =>
    Array.from({ length: 20_000 }, (_, index) => `w${index * 2 + seed}`).join(' '),
  );
  const started = performance.now();
  wordDiff(a ?? '', b ?? '');
  expect(performance.now() - started).toBeLessThan(2000);
});

const piece = fc.constantFrom(
  'a',
  'b',
  'ab',
  ' ',
  '  ',
  '\t',
  '\n',
  ',',
  'é',
  '海',
  '🦀',
  '\u0301',
  "'",
);
const line = fc.array(piece, { maxLength: 14 }).map((pieces) => pieces.join(''));

test('common beginning and end do not matter for removed and added words', () => {
  const changes = (before: string, after: string) =>
    wordDiff(before, after).filter(({ kind }) => kind !== 'same');
  fc.assert(
    fc.property(line, line, line, line, (start, old, fresh, end) => {
      const [before, after] = [start + old + end, start + fresh + end];
      expect(changes(...withoutSameEnds(before, after))).toEqual(changes(before, after));
    }),
    { seed: 20_261_130, numRuns: 5_000 },
  );
  expect(withoutSameEnds('and the old tide comes in', 'and the new tide comes in')).toEqual([
    'the old tide',
    'the new tide',
  ]);
});
