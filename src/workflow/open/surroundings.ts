/**
 * What a workflow is told about the machine. Nothing in this room reads the process itself: a
 * command, the action or the library hands this in.
 */
import path from 'node:path';
import type { Processes } from '../../lock/run-lock/processes.ts';
import type { Clock } from '../../ports/clock.ts';
import { type Files, systemFiles } from '../../ports/files/files.ts';

export interface Surroundings {
  /** Keys, base URLs and `RUSHES_…` settings. */
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Absolute: the base of relative paths. */
  readonly cwd: string;
  readonly clock: Clock;
  /**
   * What reading, planning and the ledgers see of the disk. Default: the disk of this machine.
   */
  readonly files?: Files | undefined;
  /** Who holds a manifest, and whether it still runs. Default: the processes of this machine. */
  readonly processes?: Processes | undefined;
  /** Told what takes minutes before anything can be done: a sentence for people. */
  readonly waiting?: (message: string) => void;
  /** The spend record lives on a git remote too, for machines that vanish. Default: here alone. */
  readonly remoteRecord?: RemoteRecordPlace | undefined;
}

export interface RemoteRecordPlace {
  /** `origin`, or the address of a repository. */
  readonly remote: string;
  /** Environment of the git calls that reach it, and of nothing else. Default: found by git. */
  readonly credentials?: Readonly<Record<string, string>> | undefined;
}

/** The disk to read through. */
export const filesOf = ({ files = systemFiles }: Pick<Surroundings, 'files'>): Files => files;

/**
 * Relative to the working folder, `/` as separator; absolute where it lies outside of it on another
 * drive.
 */
export function shown({ cwd }: Pick<Surroundings, 'cwd'>, absolute: string): string {
  const relative = path.relative(cwd, absolute);
  return (relative === '' ? '.' : relative).split(path.sep).join('/');
}
