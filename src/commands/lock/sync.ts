/**
 * `rushes lock pull` and `rushes lock push`: locks travel through git without any result
 * being lost. Pull takes the lock of the branch's tip into the working tree, push puts the working
 * tree's locks onto the tip, and both merge. The working tree's other files, its branch and its
 * index are never touched.
 */
import { readFile } from 'node:fs/promises';
import { encodeLock, type Lock } from '../../lock/file/format.ts';
import { mergeLocks } from '../../lock/merge/merge.ts';
import type { Diagnostic } from '../../diagnostic.ts';
import { systemFiles } from '../../ports/files/files.ts';
import { sealed, terminalLines } from '../../report/text/escape.ts';
import { plural } from '../../report/text/format.ts';
import { EXIT, type Io } from '../shared/io.ts';
import {
  commitOnto,
  commonCommit,
  fetchTip,
  type LockBranch,
  type LockFile,
  locksAt,
  locksOnlyAt,
  type LockSyncOptions,
  openBranch,
  type Tip,
} from './branch.ts';
import { lockInFolder, ownLock, takeInJournals } from './own-locks.ts';
import { leaveInRecord, locksInRecord, RemoteFailure } from './record-locks.ts';
import { shown } from '../../workflow/open/surroundings.ts';
import { printDiagnostics } from '../shared/print.ts';

/** Another machine may push between our fetch and our push; each round starts from their tip. */
const MOST_ROUNDS = 30;

/** As {@link pullLocks}. */
export const lockPull = async (
  io: Io,
  named: readonly string[],
  options: LockSyncOptions,
): Promise<number> => (await pullLocks(io, named, options)).exit;

export interface Pulled {
  readonly exit: number;
  /** The facts learned about the branch; nothing if it looked in folders. */
  readonly from?: Tip & { readonly sides: LockBranch };
}

/**
 * Takes the results of the branch's tip (or of folders) into the locks here. Refuses, and changes
 * nothing, if one of them cannot be read.
 */
export async function pullLocks(
  io: Io,
  named: readonly string[],
  options: LockSyncOptions,
): Promise<Pulled> {
  const sides = await openBranch(io, named, options);
  if (options.from === undefined) return pullFromBranch(io, sides, named, options);
  const problems: Diagnostic[] = [];
  const incoming: (readonly [LockFile, Lock])[] = [];
  for (const folder of options.from) {
    for (const file of sides.files) {
      const theirs = await lockInFolder(io, folder, file, problems);
      if (theirs !== undefined) incoming.push([file, theirs]);
    }
  }
  const found = [...new Set(incoming.map(([file]) => file))];
  const before = await locksAt(sides.git, 'HEAD', found, problems);
  return { exit: await takeIn(io, sides.files, { incoming, before, kept: [] }, problems) };
}

async function pullFromBranch(
  io: Io,
  sides: LockBranch,
  named: readonly string[],
  options: LockSyncOptions,
): Promise<Pulled> {
  const problems: Diagnostic[] = [];
  const fetched = await fetchTip(sides, options);
  if (!fetched.ok) return { exit: unreachable(io, fetched.message) };
  const { tip, isHead, record } = fetched;
  if (tip !== undefined && named.length === 0) sides.files.push(...(await locksOnlyAt(sides, tip)));
  const theirs = await locksAt(sides.git, tip, sides.files, problems);
  const base = await commonCommit(sides, fetched);
  const before =
    base === tip ? theirs : await locksAt(sides.git, base, [...theirs.keys()], problems);
  const kept: (readonly [LockFile, Lock])[] = [];
  try {
    for (const [file, lock] of await locksInRecord(io, sides, record, problems)) {
      if (!sides.files.includes(file)) {
        if (named.length > 0) continue;
        sides.files.push(file);
      }
      kept.push([file, lock]);
    }
  } catch (error) {
    if (error instanceof RemoteFailure) return { exit: unreachable(io, error.message) };
    throw error;
  }
  const incoming = [...theirs];
  const exit = await takeIn(io, sides.files, { incoming, before, kept }, problems);
  return { exit, from: { sides, tip, isHead } };
}

/** The results that come into the locks here. */
interface News {
  readonly incoming: readonly (readonly [LockFile, Lock])[];
  /** The common ancestor of both sides. */
  readonly before: ReadonlyMap<LockFile, Lock>;
  /** In the record's ref, because the branch did not take them: their origin is unknown. */
  readonly kept: readonly (readonly [LockFile, Lock])[];
}

async function takeIn(
  io: Io,
  files: readonly LockFile[],
  { incoming, before, kept }: News,
  problems: Diagnostic[],
): Promise<number> {
  if (problems.length > 0) return refuse(io, problems);
  await takeInJournals(io, files, 'rushes lock pull');
  const merged = new Map<LockFile, Lock | undefined>();
  for (const file of files) merged.set(file, await ownLock(io, file, problems));
  if (problems.length > 0) return refuse(io, problems);
  for (const [file, theirs] of incoming)
    merged.set(file, mergeKnown(before.get(file), merged.get(file), theirs));
  for (const [file, theirs] of kept)
    merged.set(file, mergeKnown(undefined, merged.get(file), theirs));
  let changed = 0;
  for (const [file, lock] of merged)
    if (lock !== undefined && (await writeIfNew(file, lock))) changed++;
  io.stdout.write(
    changed === 0
      ? 'the locks here already have every result\n'
      : `${plural(changed, 'lock')} brought up to date\n`,
  );
  return EXIT.done;
}

/**
 * Puts the results of the locks here onto the branch: fetch, merge, commit, push, again until it is
 * accepted.
 */
export async function lockPush(
  io: Io,
  named: readonly string[],
  options: LockSyncOptions,
): Promise<number> {
  const sides = await openBranch(io, named, options);
  await takeInJournals(io, sides.files, 'rushes lock push');
  for (let round = 1; round <= MOST_ROUNDS; round++) {
    const problems: Diagnostic[] = [];
    const fetched = await fetchTip(sides, options);
    if (!fetched.ok) return unreachable(io, fetched.message);
    const { tip, record: listed } = fetched;
    const there = await locksAt(sides.git, tip, sides.files, problems);
    const base = await commonCommit(sides, fetched);
    const before = base === tip ? there : await locksAt(sides.git, base, sides.files, problems);
    if (problems.length > 0) return refuse(io, problems);
    const changed: { readonly file: LockFile; readonly text: string }[] = [];
    const all: { readonly file: LockFile; readonly lock: Lock }[] = [];
    for (const file of sides.files) {
      const ours = await ownLock(io, file, problems);
      const theirs = there.get(file);
      const merged = mergeKnown(before.get(file), ours, theirs);
      if (problems.length > 0) return refuse(io, problems);
      if (merged === undefined) continue;
      // A full disk keeps nothing from being pushed: the journal stays for the next run.
      await writeIfNew(file, merged).catch((error: unknown) => {
        if (round === 1)
          io.stderr.write(
            `rushes: warning: ${shown(io, file.absolute)} could not be written: ${error instanceof Error ? error.message : String(error)}\n`,
          );
      });
      const text = encodeLock(merged);
      all.push({ file, lock: merged });
      if (theirs === undefined ? merged.renders.size > 0 : text !== encodeLock(theirs))
        changed.push({ file, text });
    }
    if (changed.length === 0) {
      io.stdout.write(`${options.remote}/${sides.branch} already has every result\n`);
      await leaveInRecord(io, sides, all, { taken: true, listed });
      return EXIT.done;
    }
    // The branch was deleted. Do not create it again with only a lock in it.
    if (tip === undefined && sides.wasThere) {
      const left = await leaveInRecord(io, sides, all, { taken: false, listed });
      if (left?.ok === true) {
        io.stderr.write(
          sealed(
            `rushes: warning: the branch ${sides.branch} is gone on ${options.remote}, and is not made again\n${inRecord(options)}`,
          ),
        );
        return EXIT.done;
      }
    }
    const commit = await commitOnto(
      sides.git,
      io,
      tip,
      changed,
      options.message ?? `Results of ${plural(changed.length, 'lock')}`,
    );
    const pushed = await sides.net.run([
      'push',
      '--quiet',
      options.remote,
      `${commit}:refs/heads/${sides.branch}`,
    ]);
    if (pushed.ok) {
      io.stdout.write(
        `pushed ${changed.map(({ file }) => file.inRepository).join(', ')} to ${options.remote}/${sides.branch}\n`,
      );
      // If this fails, the remaining file is merged once more, which changes nothing.
      await leaveInRecord(io, sides, all, { taken: true, listed });
      return EXIT.done;
    }
    // Moved on, or locked by another push at this instant: both are cured by starting from the new
    // tip.
    if (
      !/non-fast-forward|fetch first|stale info|cannot lock ref|failed to update ref|reference already exists/i.test(
        pushed.message,
      )
    ) {
      const left = await leaveInRecord(io, sides, all, { taken: false, listed });
      if (left?.ok === true) {
        io.stderr.write(
          sealed(
            `rushes: warning: ${options.remote}/${sides.branch} refused the locks: ${terminalLines(pushed.message)}\n${inRecord(options)}`,
          ),
        );
        return EXIT.done;
      }
      if (left !== undefined)
        io.stderr.write(
          sealed(
            `rushes: ${options.remote} refused the spend record too: ${terminalLines(left.message)}\n`,
          ),
        );
      io.stderr.write(
        sealed(
          `rushes: the push was refused: ${terminalLines(pushed.message)}\n  The results are in the locks here; keep them (as an artifact), or push them to a branch that may be written: --branch <name>\n`,
        ),
      );
      return EXIT.unreachable;
    }
  }
  io.stderr.write(
    `rushes: ${options.remote}/${sides.branch} changed ${MOST_ROUNDS} times in a row; run the same command again\n`,
  );
  return EXIT.pending;
}

const inRecord = ({ remote }: LockSyncOptions): string =>
  `  The locks are in the spend record on ${remote}, and rushes lock pull --record ${remote} gets them from there: nothing is paid for twice.\n`;

/**
 * A file that is missing on a side says nothing of what was paid: only an entry missing from a file
 * that is there is a deletion.
 */
function mergeKnown(
  base: Lock | undefined,
  ours: Lock | undefined,
  theirs: Lock | undefined,
): Lock | undefined {
  if (ours === undefined || theirs === undefined) return ours ?? theirs;
  return mergeLocks(base, ours, theirs);
}

function unreachable(io: Io, message: string): number {
  io.stderr.write(sealed(`rushes: ${terminalLines(message)}\n`));
  return EXIT.unreachable;
}

function refuse(io: Io, problems: readonly Diagnostic[]): number {
  printDiagnostics(io, problems);
  io.stderr.write(
    'rushes: nothing was merged: a lock that cannot be read may contain paid results\n',
  );
  return EXIT.invalid;
}

async function writeIfNew({ absolute }: LockFile, lock: Lock): Promise<boolean> {
  const text = encodeLock(lock);
  const before = await readFile(absolute, 'utf8').catch(() => undefined);
  if (before === text || (before === undefined && lock.renders.size === 0)) return false;
  const written = await systemFiles.writeAtomic(absolute, text);
  if (!written.ok) throw new Error(written.problem.message);
  return true;
}
