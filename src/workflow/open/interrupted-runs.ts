/** What interrupted runs leave under the caps of the next run, for commands that only read. */
import { isRunning } from '../../lock/run-lock/run-lock.ts';
import { systemProcesses } from '../../lock/run-lock/processes.ts';
import { carriedOnce } from '../../lock/spent.ts';
import type { MicroUsd } from '../../money.ts';
import type { ReadLock, ReadLocks } from './read-locks.ts';
import { filesOf, type Surroundings } from './surroundings.ts';

/** By manifest. A run that goes on has its money under its own cap. */
export async function carriedByInterrupted(
  at: Surroundings,
  { byManifest }: ReadLocks,
): Promise<ReadonlyMap<string, MicroUsd>> {
  const interrupted: [manifest: string, lock: ReadLock][] = [];
  for (const [manifest, read] of byManifest) {
    if (read.carried.attempts.size === 0) continue;
    const processes = at.processes ?? (await systemProcesses());
    const parts = { files: filesOf(at), clock: at.clock, processes };
    if (!(await isRunning(read.paths.runLock, parts))) interrupted.push([manifest, read]);
  }
  return carriedOnce(interrupted);
}
