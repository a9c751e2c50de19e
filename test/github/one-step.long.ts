/** Every remote with every history, `RUSHES_ROUNDS` times each (default 20). */
import { expect, onTestFailed, test } from 'vitest';
import { HISTORIES, oneStep, RULES } from './one-step.ts';

const ROUNDS = Number(process.env['RUSHES_ROUNDS'] ?? 20);
const CELLS = RULES.flatMap((rule) => HISTORIES.map((history) => [rule, history] as const));

test.each(CELLS)('%s remote, %s', async (rule, history) => {
  for (let seed = 1; seed <= ROUNDS; seed++) {
    const { log, accepted, ...outcome } = await oneStep(rule, history, seed * 31);
    onTestFailed(() => console.error(`seed ${seed * 31}\n${log}`));
    expect(outcome).toEqual({
      twice: [],
      unrecorded: [],
      missing: [],
      sentByStale: 0,
    });
    expect(accepted.length === 0).toBe(rule === 'no credentials');
  }
});
