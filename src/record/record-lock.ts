/**
 * The lock around each step on the record: held for milliseconds, by all processes of a clone in
 * turn.
 */
import type { FileOutcome } from '../ports/files/files.ts';
import { type RunLock, type RunLockParts, takeRunLock } from '../lock/run-lock/run-lock.ts';

export interface RecordParts extends RunLockParts {
  /** As the user typed it: shown to the process that waits. */
  readonly command: string;
}

const TURN_MS = 4;
/** A step takes milliseconds; a hundred runs that start together take turns. */
const LONGEST_MS = 60_000;

/** `record.lock` beside the record. A dead owner's lock is taken over. */
export async function takeRecordLock(
  recordPath: string,
  parts: RecordParts,
): Promise<FileOutcome<Pick<RunLock, 'state' | 'release'>>> {
  const path = recordPath.replace(/\.jsonl$/, '.lock');
  const until = parts.clock.monotonic() + LONGEST_MS;
  for (;;) {
    const taken = await takeRunLock(path, parts.command, { ...parts, brief: true });
    if (taken.kind === 'taken') return { ok: true, value: taken.lock };
    if (taken.kind === 'problem') return { ok: false, problem: taken.problem };
    if (parts.clock.monotonic() >= until)
      return {
        ok: false,
        problem: {
          code: 'EBUSY',
          message: `${path} is held by ${taken.owner === undefined ? 'another rushes' : `"${taken.owner.command}", process ${taken.owner.pid}`}; if that process is not running, remove the file`,
        },
      };
    await parts.clock.sleep(TURN_MS);
  }
}
