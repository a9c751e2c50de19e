/**
 * What an earlier run left, brought together: the lock as it should be, what its cap had spent, and
 * what people should know.
 */
import { basename } from 'node:path';
import type { Diagnostic } from '../../diagnostic.ts';
import type { FileProblem } from '../../ports/files/files.ts';
import { readDumps } from './emergency.ts';
import type { GatewayName } from '../../ids.ts';
import type { JournalEvent } from './events.ts';
import { readJournal } from './journal.ts';
import type { DecodedJournal } from './journal-line.ts';
import { landedBy } from '../landed-here.ts';
import { branchOf, isForeign, setAside, setAsideFor } from './set-aside.ts';
import type { LockPaths } from '../file/paths.ts';
import { type Replayer, replayer } from './replay.ts';
import type { RunLockParts, RunOwner } from '../run-lock/run-lock.ts';
import { type Carried, carriedOf } from '../spent.ts';
import { readLock, writeLock } from '../file/store.ts';

export interface Books {
  readonly state: Replayer;
  /** The lock file's text. */
  readonly text: string | undefined;
  readonly carried: Carried;
  /** Until when a gateway asked a killed run to send nothing more; epoch milliseconds. */
  readonly waits: ReadonlyMap<GatewayName, number>;
  readonly notices: Diagnostic[];
  readonly foreign: ForeignJournal | undefined;
  /** Runs of which every line was read: what is not in their journals never left. */
  readonly tookIn: readonly string[];
  /** Digests of clips that killed runs of this machine downloaded. */
  readonly landed: readonly string[];
}

/** A journal of another branch, which was set aside. */
export interface ForeignJournal {
  readonly branch: string;
  readonly events: readonly JournalEvent[];
  /** Its run, if every line of it was read: what is not in it never left. */
  readonly runs: readonly string[];
}

/**
 * Under the run lock: afterwards the lock file holds all that the journal knows, which may be
 * started again. `dead`: whose run lock was taken over. `branch`: the one that is checked out.
 */
export async function takeIn(
  paths: LockPaths,
  {
    files,
    clock,
    shown,
    branch,
  }: RunLockParts & { readonly shown?: string; readonly branch?: string },
  dead: RunOwner | undefined,
): Promise<
  | ({ readonly kind: 'books' } & Books)
  | { readonly kind: 'invalid'; readonly diagnostics: readonly Diagnostic[] }
  | { readonly kind: 'problem'; readonly problem: FileProblem }
> {
  const start = await readLock(files, paths.lock, shown);
  if (start.kind !== 'lock') return start;
  const notices: Diagnostic[] = [];
  const left = await readJournal(files, paths.journal);
  if (!left.ok) return { kind: 'problem', problem: left.problem };
  const theirs = branchOf(left.value.events);
  let foreign: ForeignJournal | undefined;
  if (theirs !== undefined && isForeign(left.value.events, branch)) {
    const aside = await setAside(files, paths, theirs);
    if (!aside.ok) return { kind: 'problem', problem: aside.problem };
    foreign = { branch: theirs, events: left.value.events, runs: wholeRuns(left.value) };
    if (knowsResults(foreign.events)) notices.push(saidAside(theirs, aside.value));
  }
  const named = await setAsideFor(files, paths, branch);
  let events: readonly JournalEvent[] = [];
  const mine: string[] = [];
  const tookIn: string[] = [];
  for (const path of [...named, ...(foreign === undefined ? [paths.journal] : [])]) {
    const read = path === paths.journal ? left : await readJournal(files, path);
    if (!read.ok) return { kind: 'problem', problem: read.problem };
    // The name alone does not tell the second journal of `v1` from the first one of `v1.2`.
    if (isForeign(read.value.events, branch)) continue;
    if (path !== paths.journal) mine.push(path);
    const kept = await keepDamaged(files, `${path}.${clock.now()}.damaged`, read.value);
    if (kept !== undefined && 'code' in kept) return { kind: 'problem', problem: kept };
    if (kept !== undefined) notices.push(kept.said);
    events = [...events, ...read.value.events];
    tookIn.push(...wholeRuns(read.value));
  }
  const dumps = await readDumps(files, paths);
  const state = replayer(start.lock);
  for (const event of [...events, ...dumps.entries]) state.apply(event);
  const saved = await writeLock(files, paths.lock, state.lock, start.text);
  if (!saved.ok) return { kind: 'problem', problem: saved.problem };
  // The lock has them now. One that cannot be removed changes nothing when it is read again.
  for (const path of [...mine, ...dumps.paths]) await files.remove(path);
  if (knowsResults([...events, ...dumps.entries])) notices.push(saidRecovered(dead));
  return {
    kind: 'books',
    state,
    text: saved.value,
    carried: carriedOf(events, state),
    waits: waitsIn(events),
    notices,
    foreign,
    tookIn,
    landed: events.flatMap((event) => landedBy(event, state.lock) ?? []),
  };
}

function waitsIn(events: readonly JournalEvent[]): ReadonlyMap<GatewayName, number> {
  const waits = new Map<GatewayName, number>();
  for (const event of events) {
    if (event.kind !== 'withdrawn' || event.wait === undefined) continue;
    const { gateway, until } = event.wait;
    waits.set(gateway, Math.max(waits.get(gateway) ?? 0, Date.parse(until)));
  }
  return waits;
}

const wholeRuns = ({ bad, events }: DecodedJournal): readonly string[] =>
  bad.length > 0 ? [] : events.flatMap((event) => (event.kind === 'run' ? event.run : []));

const knowsResults = (events: readonly JournalEvent[]): boolean =>
  events.some(({ kind }) => kind !== 'run');

/** A copy of a journal with lines that cannot be read. `undefined` if there are none. */
async function keepDamaged(
  files: RunLockParts['files'],
  copy: string,
  { bad, text }: DecodedJournal & { readonly text: Uint8Array },
): Promise<{ readonly said: Diagnostic } | FileProblem | undefined> {
  if (bad.length === 0) return undefined;
  const kept = await files.writeAtomic(copy, text);
  if (!kept.ok) return kept.problem;
  const lines = bad.map(({ line }) => line).join(', ');
  return {
    said: notice(
      'journal-damaged',
      'warning',
      `the journal of an earlier run cannot be read in line ${lines}; the rest of it is in the lock`,
      `the damaged file is kept as ${basename(copy)}`,
    ),
  };
}

const saidRecovered = (dead: RunOwner | undefined): Diagnostic =>
  notice(
    'run-recovered',
    'note',
    `${
      dead === undefined
        ? 'an earlier run'
        : `"${dead.command}" (process ${dead.pid}, since ${dead.since})`
    } did not shut down cleanly; the results in its journal are in the lock now`,
  );

const saidAside = (branch: string, path: string): Diagnostic =>
  notice(
    'run-recovered',
    'note',
    `a run on branch ${branch} did not shut down cleanly; its journal is kept as ${basename(path)}`,
    `the next run on ${branch} merges it into the lock`,
  );

export const notice = (
  code: Diagnostic['code'],
  severity: 'warning' | 'note',
  message: string,
  hint?: string,
): Diagnostic => ({
  code,
  severity,
  message,
  renders: [],
  ...(hint !== undefined && { hint }),
});
