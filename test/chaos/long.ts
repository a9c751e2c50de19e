/**
 * `npm run chaos -- --seed 1 --rounds 100`: the long form, a line per round, exit 1 with the seeds
 * that failed.
 */
import { parseArgs } from 'node:util';
import { round } from './round.ts';

const { values } = parseArgs({
  options: {
    seed: { type: 'string', default: String(Date.now() % 1_000_000) },
    rounds: { type: 'string', default: '50' },
    verbose: { type: 'boolean', default: false },
  },
});
const first = Number(values.seed);
const rounds = Number(values.rounds);
const failed: number[] = [];
for (let seed = first; seed < first + rounds; seed += 1) {
  const beganAt = performance.now();
  const { breaches, lives, kills, accepted, decisions, renders, folder } = await round({
    seed,
    scenes: 2 + (seed % 3),
    storms: 4 + (seed % 4),
    slow: seed % 2 === 0,
    ...(values.verbose ? { say: (text) => console.log(text) } : {}),
  });
  const seconds = ((performance.now() - beganAt) / 1000).toFixed(1);
  const what = `${renders} renders, ${accepted} accepted, ${lives} processes, ${kills} killed, ${decisions} decisions, ${seconds} s`;
  console.log(`seed ${seed}: ${breaches.length === 0 ? 'held' : 'BREACHED'} (${what})`);
  if (breaches.length === 0) continue;
  failed.push(seed);
  for (const breach of breaches) console.log(`  - ${breach}`);
  console.log(`  files: ${folder}\n  again: npm run chaos -- --seed ${seed} --rounds 1 --verbose`);
}
console.log(
  failed.length === 0
    ? `${rounds} rounds, everything held`
    : `${failed.length} of ${rounds} rounds failed: ${failed.join(', ')}`,
);
process.exitCode = failed.length === 0 ? 0 : 1;
