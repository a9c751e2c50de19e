/**
 * The spend record of a clone: every attempt to submit, whatever branch or manifest it was of. It
 * only grows, and it is asked before each POST. Whether the request is paid for already, and that
 * it is about to be sent, is one step under a lock that all processes share.
 */
import { basename, dirname, join } from 'node:path';
import type { FileProblem, Files } from '../ports/files/files.ts';
import type { RecordedAttempt } from './attempt-line.ts';
import { Attempts, decodeRecord } from './attempts.ts';
import type { RecordParts } from './record-lock.ts';
import { type Claimed, CLOSED, damaged, type Done, RecordSteps } from './record-steps.ts';

export interface SpendRecord {
  readonly path: string;
  /** As last read; a claim reads what others have written since. */
  readonly attempts: Attempts;
  /** There was none when it was opened. */
  readonly isNew: boolean;
  /**
   * Asks whether any attempt of the same request and origin may be paid, but for those that
   * `intent` goes past, and if none is, writes the intent. Never rejects.
   */
  claim(intent: RecordedAttempt): Promise<Claimed>;
  /** Writes the new lines with the next step, or within a fraction of a second. */
  note(lines: readonly RecordedAttempt[]): void;
  /** Adds new lines of other clones. Resolves when they are on the disk. */
  merge(lines: readonly RecordedAttempt[]): Promise<Done>;
  /** Everything noted so far is on the disk. */
  flush(): Promise<Done>;
  /** Set by the first step that failed: from then on nothing is claimed. */
  readonly problem: FileProblem | undefined;
  close(): Promise<Done>;
}

export type ReadRecord =
  | { readonly kind: 'read'; readonly attempts: Attempts; readonly isNew: boolean }
  | { readonly kind: 'problem'; readonly problem: FileProblem };

/** For what only looks. An absent record is empty. */
export async function readRecord(files: Files, path: string): Promise<ReadRecord> {
  const read = await files.read(path);
  if (!read.ok)
    return read.problem.code === 'ENOENT'
      ? { kind: 'read', attempts: new Attempts(), isNew: true }
      : { kind: 'problem', problem: read.problem };
  const decoded = decodeRecord(read.value);
  return decoded.bad === undefined
    ? { kind: 'read', attempts: decoded.attempts, isNew: false }
    : { kind: 'problem', problem: damaged(path, decoded.bad) };
}

/** Opens the record for writing; creates it if it is missing. */
export async function openRecord(
  path: string,
  parts: RecordParts,
): Promise<
  | { readonly kind: 'open'; readonly record: SpendRecord }
  | { readonly kind: 'problem'; readonly problem: FileProblem }
> {
  const { files } = parts;
  const folder = await files.makeFolder(dirname(path));
  if (!folder.ok) return { kind: 'problem', problem: folder.problem };
  const isNew = !(await files.stat(path)).ok;
  // Outside of git it may be inside of git one day.
  const ignore = join(dirname(path), '.gitignore');
  if (basename(dirname(path)) === '.rushes' && !(await files.stat(ignore)).ok)
    await files.writeAtomic(ignore, '*\n');
  const steps = new RecordSteps(path, parts);
  const begun = await steps.step([], [], false);
  if (!begun.done.ok) return { kind: 'problem', problem: begun.done.problem };
  return {
    kind: 'open',
    record: {
      path,
      isNew,
      get attempts() {
        return steps.attempts;
      },
      get problem() {
        return steps.problem;
      },
      claim: async (intent) => {
        const { done, claimed } = await steps.step([intent], [], true);
        return claimed[0] ?? { kind: 'problem', problem: done.ok ? CLOSED : done.problem };
      },
      note: (lines) => {
        if (lines.length > 0) steps.later(lines);
      },
      merge: async (lines) => (await steps.step([], lines, true)).done,
      flush: async () => (await steps.step([], [], true)).done,
      close: () => steps.close(),
    },
  };
}
