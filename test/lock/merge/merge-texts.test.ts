import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { EMPTY_LOCK, encodeLock, type Lock } from '../../../src/lock/file/format.ts';
import { mergeLocks } from '../../../src/lock/merge/merge.ts';
import { mergeTexts } from '../../../src/lock/merge/merge-texts.ts';
import { anyLock } from '../arbitraries.ts';
import { sized } from '../../sizes.ts';

async function merged(
  texts: Readonly<Record<'base' | 'ours' | 'theirs', string>>,
  options?: Parameters<typeof mergeTexts>[1],
) {
  // As the command does: the texts share one memory.
  let scratch = Buffer.alloc(0);
  const found = await mergeTexts((side) => {
    const bytes = Buffer.from(texts[side]);
    scratch.fill(0);
    scratch = bytes;
    return Promise.resolve(bytes);
  }, options);
  return found && { ...found, text: Buffer.concat([...found.text]).toString() };
}

const over = (below: Lock, above: Lock): Lock => ({
  renders: new Map([...below.renders, ...above.renders]),
});

test('by pieces of texts: the same bytes as by locks', async () => {
  let copied = 0;
  await fc.assert(
    fc.asyncProperty(anyLock, anyLock, anyLock, async (common, a, b) => {
      const [ours, theirs] = [over(common, a), over(common, b)];
      const found = await merged({
        base: encodeLock(common),
        ours: encodeLock(ours),
        theirs: encodeLock(theirs),
      });
      // Only a text without any render has another form.
      const isWhole = [common, ours, theirs].some(({ renders }) => renders.size === 0);
      const expected = isWhole ? undefined : encodeLock(mergeLocks(common, ours, theirs));
      copied += found?.copied ?? 0;
      expect(found?.text).toBe(expected);
      const two = { base: 'unread', ours: encodeLock(ours), theirs: encodeLock(theirs) };
      const union = await merged(two, { hasBase: false });
      const whole = [ours, theirs].some(({ renders }) => renders.size === 0);
      expect(union?.text).toBe(whole ? undefined : encodeLock(mergeLocks(undefined, ours, theirs)));
    }),
    { seed: 7, numRuns: sized(60, 300) },
  );
  expect(copied).toBeGreaterThan(50);
});

test('any other text is left to the whole way, which says what is wrong', async () => {
  const [lock] = fc.sample(
    anyLock.filter(({ renders }) => renders.size > 1),
    { seed: 3, numRuns: 1 },
  );
  const good = encodeLock(lock ?? EMPTY_LOCK);
  expect(await merged({ base: good, ours: good, theirs: good })).toMatchObject({ text: good });
  for (const bad of [
    '',
    '{}',
    good.replaceAll('\n', '\r\n'),
    good.replace('"lockVersion": 1', '"lockVersion": 2'),
    good.replace('"model"', '"modell"'),
    JSON.stringify(JSON.parse(good)),
    good.slice(0, -3),
    `${good}\n`,
    encodeLock(EMPTY_LOCK),
  ]) {
    expect(await merged({ base: good, ours: bad, theirs: good })).toBeUndefined();
    expect(await merged({ base: bad, ours: bad, theirs: bad })).toBeUndefined();
  }
});
