/**
 * A process that records as fast as it can, says what it was told is durable, and is killed: see
 * `kill.test.ts`.
 */
import type { RenderId, TaskId } from '../../src/ids.ts';
import { openLedger } from '../../src/lock/ledger.ts';
import { pathsOf } from '../../src/lock/file/paths.ts';
import { systemProcesses } from '../../src/lock/run-lock/processes.ts';
import { systemClock } from '../../src/ports/clock.ts';
import { systemFiles } from '../../src/ports/files/files.ts';
import { attemptOf, fingerprintOf } from './arbitraries.ts';

const [manifest = '', from = '0'] = process.argv.slice(2);
const opened = await openLedger(pathsOf(manifest), {
  files: systemFiles,
  clock: systemClock,
  processes: await systemProcesses(),
  command: 'rushes render film.yaml',
});
if (opened.kind !== 'open') throw new Error(JSON.stringify(opened));
const { ledger } = opened;
const at = '2026-11-20T17:00:00Z';

async function one(n: number): Promise<void> {
  const [attempt, task] = [attemptOf(n), `task_${n}` as TaskId];
  const intent = await ledger.record({
    kind: 'intent',
    at,
    id: `s-${n}/kling` as RenderId,
    attempt,
    fingerprint: fingerprintOf('a'),
    model: 'apimart/kling-v3',
    request: { prompt: '물' },
    target: 'x.mp4',
    cost: { usd: 0.01, source: 'estimated' },
  });
  if (intent.ok) process.stdout.write(`intent ${n}\n`);
  const accepted = await ledger.record({ kind: 'accepted', at, attempt, task });
  if (accepted.ok) process.stdout.write(`accepted ${n}\n`);
}

for (let n = Number(from); ; n += 3) {
  await Promise.all([one(n), one(n + 1), one(n + 2)]);
  if (n % 30 === 0) await ledger.save();
}
