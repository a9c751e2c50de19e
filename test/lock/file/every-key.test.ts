import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { decodeLock } from '../../../src/lock/file/decode.ts';
import { holdsEveryKey, MOST_LEVELS } from '../../../src/lock/file/every-key.ts';
import { firstDuplicate } from '../../../src/lock/file/json-text.ts';

/** Short strings of what could mislead the count. */
const string = fc.oneof(
  fc.constantFrom('a', ':', '": "', 'a:b', '"', '\\', '\\u003a', '__proto__', ''),
  fc.string({ maxLength: 4 }),
);

/** JSON texts in which keys stand twice, and characters are escaped now and then. */
const { text } = fc.letrec<{ text: string; written: string }>((tie) => ({
  written: fc
    .tuple(string, fc.nat(9))
    .map(([said, spelling]) =>
      spelling === 0 ? JSON.stringify(said).replaceAll(':', '\\u003A') : JSON.stringify(said),
    ),
  text: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    tie('written'),
    fc.constantFrom('1', 'null', 'true', '{}', '[ ]'),
    fc.array(tie('text'), { maxLength: 3 }).map((items) => `[${items.join(' , ')}]`),
    fc
      .array(fc.tuple(tie('written'), tie('text')), { maxLength: 4 })
      .map((fields) => `{${fields.map(([key, value]) => `${key} :${value}`).join(',')}}`),
  ),
}));

test('no text with a duplicate key is passed, and every other without an escaped colon is', () => {
  fc.assert(
    fc.property(text, (json) => {
      const sound = firstDuplicate(json) === undefined && !json.includes('\\u003');
      expect(holdsEveryKey(json, JSON.parse(json))).toBe(sound);
    }),
    { seed: 20_261_129, numRuns: 500 },
  );
});

const lockWith = (levels: number): string =>
  JSON.stringify({
    lockVersion: 1,
    renders: {
      'crab/kling': {
        fingerprint: `sha256:${'a'.repeat(64)}`,
        model: 'apimart/kling-v3',
        status: 'completed',
        attempt: '0f1e2d3c-0000-4000-8000-000000000000',
        task: 'task_1',
        request: { prompt: '[]' },
      },
    },
  }).replace('"[]"', '['.repeat(levels) + ']'.repeat(levels));

test('an entry nested deeper than any request is told, however deep it is', () => {
  expect(decodeLock(lockWith(MOST_LEVELS - 4), 'film.lock.json').ok).toBe(true);
  for (const levels of [MOST_LEVELS, 20_000]) {
    const lock = lockWith(levels);
    const decoded = decodeLock(lock, 'film.lock.json');
    const [diagnostic, ...others] = decoded.ok ? [] : decoded.diagnostics;
    expect(others).toEqual([]);
    expect(diagnostic?.message).toBe(
      'the lock film.lock.json nests crab/kling more than 64 levels deep',
    );
    expect(lock.slice(diagnostic?.place?.start, diagnostic?.place?.end)).toBe('"crab/kling"');
  }
});
