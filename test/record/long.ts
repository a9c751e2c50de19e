/** `npm run test:long -- --seed 1 --histories 1000`: exit 1 with the seeds that paid twice. */
import { parseArgs } from 'node:util';
import { randomHistory } from './random-history.ts';

const { values } = parseArgs({
  options: {
    seed: { type: 'string', default: '1' },
    histories: { type: 'string', default: '1000' },
  },
});
const first = Number(values.seed);
const failed: number[] = [];
for (let seed = first; seed < first + Number(values.histories); seed += 1) {
  const { steps, duplicates } = await randomHistory(seed, 14);
  if (duplicates.length === 0) continue;
  failed.push(seed);
  console.log(`seed ${seed} paid twice for ${duplicates.join(', ')}: ${steps.join(' · ')}`);
}
console.log(
  failed.length === 0
    ? `${values.histories} histories, nothing was paid for twice`
    : `${failed.length} of ${values.histories} histories paid twice: ${failed.join(', ')}`,
);
process.exitCode = failed.length === 0 ? 0 : 1;
