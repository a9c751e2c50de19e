/**
 * The locks of the working tree with everything known here: the journal of a killed run is merged
 * first. If the disk cannot be written, or another rushes is running, it is merged in
 * memory only, so that no push says "every result" without it.
 */
import { stat } from 'node:fs/promises';
import path from 'node:path';
import type { Diagnostic } from '../../diagnostic.ts';
import type { Lock } from '../../lock/file/format.ts';
import { pathsOf } from '../../lock/file/paths.ts';
import { readLedger } from '../../lock/read-ledger.ts';
import { systemFiles } from '../../ports/files/files.ts';
import { openLedgers } from '../../workflow/open/open-ledgers.ts';
import { readLocks } from '../../workflow/open/read-locks.ts';
import { shown } from '../../workflow/open/surroundings.ts';
import { type Io, UsageError } from '../shared/io.ts';
import { printUnwritten, remedyLine, remedyOf } from '../shared/ledgers.ts';
import { printDiagnostics } from '../shared/print.ts';
import type { LockFile } from './branch.ts';

/** Of a lock, wherever it is. */
export const manifestOf = (lock: string): string => lock.replace(/\.lock\.json$/, '.yaml');

/** Merges journals and emergency dumps into the locks, as far as the disk allows it. */
export async function takeInJournals(
  io: Io,
  files: readonly { readonly absolute: string }[],
  command: string,
): Promise<void> {
  for (const { absolute } of files) {
    const manifestPath = manifestOf(absolute);
    // Without this folder nothing ever ran here, and nothing remains to merge.
    if (!(await exists(pathsOf(manifestPath).folder))) continue;
    const manifest = shown(io, manifestPath);
    const opened = await openLedgers(io, [{ manifest, manifestPath }], { spends: false, command });
    if (opened.kind === 'refused') {
      printDiagnostics(io, opened.notices);
      for (const problem of opened.problems)
        if (problem.kind !== 'invalid')
          io.stderr.write(
            `rushes: warning: ${shown(io, absolute)} could not be brought up to date: ${problem.message}\n${remedyLine(problem)}`,
          );
      continue;
    }
    const { ledgers } = opened;
    // The next run that spends continues under the cap of a killed run.
    const unwritten = await ledgers.close({ killed: true });
    printDiagnostics(io, ledgers.takeNotices());
    printUnwritten(io, unwritten);
  }
}

/** The lock with the results that only its journal has. `undefined` if there is neither. */
export async function ownLock(
  io: Io,
  { absolute }: LockFile,
  problems: Diagnostic[],
): Promise<Lock | undefined> {
  const manifestPath = manifestOf(absolute);
  // Only the lock: the record's remote is not asked for each one.
  const here: Io = { ...io, remoteRecord: undefined };
  const read = await readLocks(here, [{ manifest: absolute, manifestPath }], {});
  if (read.kind === 'refused') {
    for (const problem of read.problems)
      if (problem.kind === 'invalid') problems.push(...problem.diagnostics);
      else throw new UsageError(problem.message, remedyOf(problem));
    return undefined;
  }
  const lock = read.lockOf(absolute);
  return lock.renders.size > 0 || (await exists(absolute)) ? lock : undefined;
}

/** A lock in the folder of an artifact, with the journal that lies beside it. */
export async function lockInFolder(
  io: Io,
  folder: string,
  { inRepository }: LockFile,
  problems: Diagnostic[],
): Promise<Lock | undefined> {
  const absolute = path.resolve(io.cwd, folder, inRepository);
  const read = await readLedger(systemFiles, pathsOf(manifestOf(absolute)), {
    shown: `${folder}/${inRepository}`,
  });
  if (read.kind === 'invalid') problems.push(...read.diagnostics);
  if (read.kind === 'problem') throw new UsageError(read.problem.message, read.problem.remedy);
  if (read.kind !== 'lock') return undefined;
  return read.lock.renders.size > 0 || (await exists(absolute)) ? read.lock : undefined;
}

const exists = (file: string): Promise<boolean> =>
  stat(file).then(
    () => true,
    () => false,
  );
