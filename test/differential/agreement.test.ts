/**
 * `validate` refuses exactly what an independent strict server refuses. Longer, with other bodies:
 * `RUSHES_DIFFERENTIAL_SEED=7 RUSHES_DIFFERENTIAL_BODIES=20000 npx vitest run test/differential
 * --testTimeout 0`.
 *
 * Where a sheet leaves something open, the judge reads it so (each line is the sheet's, none is
 * ours alone):
 * - What a sheet marks as assumption only warns: R13 (no empty shot prompt), R15, R16, R17 (unique
 *   names), E8 (order), E9 (1 s and more).
 * - `size`, `last_frame_image`, `sound: true`, shot durations of another type, fields moved into
 *   `model_params`: judged as what they become (R19, R8, E4, E9, E14). The same field at both
 *   places of E14 is refused: two cannot become one.
 * - E5 with E6: a prompt beside customised shots is not sent, so it may have any length.
 * - Section 6 of the APIMart sheet: a `webhook` that would be "dropped without an error" is
 *   refused; 9.1: `language` is any text.
 */
import * as fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { catalogue } from '../../src/models/catalogue.ts';
import { startJudge, verdicts } from './agreement.ts';
import { BODIES } from './bodies.ts';
import { sized } from '../sizes.ts';

const seed = Number(process.env['RUSHES_DIFFERENTIAL_SEED'] ?? 20_261_120);
const numRuns = Number(process.env['RUSHES_DIFFERENTIAL_BODIES'] ?? sized(60, 500));

let judge: Awaited<ReturnType<typeof startJudge>>;
beforeAll(async () => void (judge = await startJudge()));
afterAll(() => judge.close());

it('there are bodies for every model of the catalogue', () => {
  expect(Object.keys(BODIES).sort()).toEqual([...catalogue.keys()].sort());
});

describe.each(Object.entries(BODIES))('%s', (model, bodies) => {
  it('is refused here exactly where a strict server refuses it', async () => {
    const judged = await verdicts(judge.url, model, fc.sample(bodies, { seed, numRuns }));
    const disagreements = judged.filter(
      ({ ours, theirs }) => (ours.length === 0) !== (theirs.length === 0),
    );
    expect(disagreements).toEqual([]);
    // A test of nothing but refusals, or of none, would prove little.
    const refused = judged.filter(({ theirs }) => theirs.length > 0).length;
    expect(refused / judged.length).toBeGreaterThan(0.3);
    expect(refused / judged.length).toBeLessThan(0.8);
  });
});
