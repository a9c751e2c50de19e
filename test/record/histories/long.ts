/**
 * `npm run test:long -- --seed 1 --histories 1000`: exit 1 with the seeds that paid twice.
 * `--clones 1`: of one clone only; default: one and two in turn.
 */
import { parseArgs } from 'node:util';
import type { History } from './history-parts.ts';
import { randomHistory } from './random-history.ts';
import { twoCloneHistory } from './two-clones.ts';

const { values } = parseArgs({
  options: {
    seed: { type: 'string', default: '1' },
    histories: { type: 'string', default: '1000' },
    clones: { type: 'string' },
  },
});
const first = Number(values.seed);
const failed: number[] = [];
const play = (seed: number): Promise<History> =>
  (values.clones ?? String(1 + (seed % 2))) === '1'
    ? randomHistory(seed, 14)
    : twoCloneHistory(seed, 18);
for (let seed = first; seed < first + Number(values.histories); seed += 1) {
  const { steps, ...found } = await play(seed);
  if (Object.values(found).every((list) => list.length === 0)) continue;
  failed.push(seed);
  console.log(`seed ${seed}: ${JSON.stringify(found)} after ${steps.join(' · ')}`);
}
console.log(
  failed.length === 0
    ? `${values.histories} histories, nothing was paid for twice or forgotten`
    : `${failed.length} of ${values.histories} histories failed: ${failed.join(', ')}`,
);
process.exitCode = failed.length === 0 ? 0 : 1;
