/**
 * Nothing is paid for twice, and either the record is on the remote or nothing is sent: each remote
 * and each history once. `one-step.long.ts` has all of them, twenty times each.
 */
import { expect, onTestFailed, test } from 'vitest';
import { oneStep } from './one-step.ts';

const CELLS = [
  ['plain', 'late re-run', 1],
  ['protected', 'cancel', 2],
  ['signed', 're-run', 3],
  ['no credentials', 'queued', 4],
  ['not persisted', 'push', 5],
] as const;

test.each(CELLS)('%s remote, %s', async (rule, history, seed) => {
  const { log, accepted, ...outcome } = await oneStep(rule, history, seed);
  onTestFailed(() => console.error(log));
  expect(outcome).toEqual({
    twice: [],
    unrecorded: [],
    missing: [],
    sentByStale: 0,
  });
  expect(accepted.length === 0).toBe(rule === 'no credentials');
});
