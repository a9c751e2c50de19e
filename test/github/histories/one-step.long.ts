/**
 * Every remote with every history, `RUSHES_ROUNDS` times each (default 20). A round is all of them
 * once, so that a run that is stopped has tried each about as often as the others.
 */
import { expect, onTestFailed, test } from 'vitest';
import { HISTORIES, oneStep, RULES } from './one-step.ts';

const ROUNDS = Number(process.env['RUSHES_ROUNDS'] ?? 20);
const CASES = Array.from({ length: ROUNDS }, (_, round) => (round + 1) * 31).flatMap((seed) =>
  RULES.flatMap((rule) => HISTORIES.map((history) => [rule, history, seed] as const)),
);

test.each(CASES)('%s remote, %s, seed %i', async (rule, history, seed) => {
  const { log, accepted, ...outcome } = await oneStep(rule, history, seed);
  onTestFailed(() => console.error(log));
  expect(outcome).toEqual({ twice: [], unrecorded: [], missing: [], sentByStale: 0 });
  expect(accepted.length === 0).toBe(rule === 'no credentials');
});
