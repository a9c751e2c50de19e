/**
 * The books of one manifest while a command writes to them: run lock, lock and journal in one hand.
 * What `lock` shows is always the lock at the start with everything recorded since, whether it is
 * saved yet or not.
 */
import { randomUUID } from 'node:crypto';
import { basename, join } from 'node:path';
import type { Diagnostic } from '../diagnostic.ts';
import type { AttemptId, GatewayName, RenderId, TaskId } from '../ids.ts';
import { toUsd } from '../money.ts';
import { isoSeconds } from '../ports/clock.ts';
import type { FileProblem, Files } from '../ports/files/files.ts';
import { recoverLines, writeDump } from './journal/emergency.ts';
import type { JournalEvent } from './journal/events.ts';
import type { Lock, LockEntry } from './file/format.ts';
import { type Journal, startJournal } from './journal/journal.ts';
import { mergeLocks, sharedWith } from './merge/merge.ts';
import { landedBy, rememberLanded } from './landed-here.ts';
import type { LockPaths } from './file/paths.ts';
import { type Books, type ForeignJournal, notice, takeIn } from './journal/recovery.ts';
import { type Found, identified, replayer } from './journal/replay.ts';
import {
  type RunLock,
  type RunLockParts,
  type RunLockTaken,
  type RunOwner,
  takeRunLock,
} from './run-lock/run-lock.ts';
import { attemptsOf, type Carried, spentBy } from './spent.ts';
import { holds, noHiddenFolder, readLock, writeLock } from './file/store.ts';

type Done = { readonly ok: true } | { readonly ok: false; readonly problem: FileProblem };

export interface Ledger {
  /** Absolute. */
  readonly lockPath: string;
  /** Absolute: the folder of what came in place of a clip and was paid for. */
  readonly received: string;
  /**
   * As it stands after the last recorded event. Entries never change; ask again for the next state.
   */
  readonly lock: Lock;
  /** The money that killed predecessors had spent or reserved under the same cap. */
  readonly carried: Carried;
  /** Until when a gateway asked a killed predecessor to send nothing more; epoch milliseconds. */
  readonly waits: ReadonlyMap<GatewayName, number>;
  /** Notices about opening and saving, for people. */
  readonly notices: readonly Diagnostic[];
  /** A journal of another branch that was found and set aside while opening. */
  readonly foreign: ForeignJournal | undefined;
  /** Names this run; the first line of its journal says it too. */
  readonly run: string;
  /** Runs whose journals were merged completely while opening. */
  readonly tookIn: readonly string[];
  byKey(key: string): Found | undefined;
  byTask(task: TaskId): readonly Found[];
  /**
   * Resolves when the line is on the disk itself. A problem means that it is not, and never will be
   * in this run.
   */
  record(event: JournalEvent): Promise<Done>;
  /**
   * For what needs no flush before going on: survives a kill, and a power cut from the next
   * `record` on.
   */
  recordSoon(event: JournalEvent): void;
  /**
   * A decision of a person: the lock that one of `decisions.ts` made of this one. Durable with the
   * next `save`.
   */
  decide(lock: Lock): void;
  /** Writes the lock file, if it would change. */
  save(): Promise<Done>;
  /**
   * Saves, empties the journal and gives the run lock back. `killed`: the run was interrupted, and
   * its cap continues in the next run. If the lock could not be written, the journal stays, and the
   * next command merges it.
   */
  finish(end: { readonly killed: boolean }): Promise<Done>;
  /**
   * For when the disk fails: writes what is known of paid tasks, what was not sent, and this line,
   * to another place.
   * Resolves to its path, if one took it.
   */
  emergency(line: string): Promise<string | undefined>;
}

/** The same ledger, with other money under the caps of this run. */
export const withCarried = (ledger: Ledger, carried: Carried): Ledger => ({
  ...ledger,
  carried,
  // Another one after each event: asked for, never copied.
  get lock() {
    return ledger.lock;
  },
});

export type LedgerOpened =
  | { readonly kind: 'open'; readonly ledger: Ledger }
  /** Another command is running; the message names it. */
  | { readonly kind: 'held'; readonly owner: RunOwner | undefined; readonly message: string }
  | { readonly kind: 'invalid'; readonly diagnostics: readonly Diagnostic[] }
  | { readonly kind: 'problem'; readonly problem: FileProblem };

export interface LedgerOptions extends RunLockParts {
  /** The command as the user typed it: shown to other runs that find the manifest locked. */
  readonly command: string;
  /**
   * Whether this command may submit. One that may not (`collect`, `redo`, `recover`) leaves a
   * killed run's cap to the next one that may. Default true.
   */
  readonly spends?: boolean;
  /** The lock's path as people would type it. */
  readonly shown?: string;
  /** The branch that is checked out: whose journal this is. Absent outside of git. */
  readonly branch?: string;
  /** Told of every change, when it is applied. */
  readonly observer?: LedgerObserver;
}

export interface LedgerObserver {
  /** The event, and the renders that it may have changed, as they are now. */
  applied(event: JournalEvent, renders: ReadonlyMap<RenderId, LockEntry>): void;
  /** A person's decision, or a merge with what others wrote: anything may have changed. */
  replaced(lock: Lock): void;
}

export async function openLedger(paths: LockPaths, options: LedgerOptions): Promise<LedgerOpened> {
  const { files } = options;
  const folder = await makeHiddenFolder(paths, files);
  if (!folder.ok) return { kind: 'problem', problem: folder.problem };
  const taken = await takeRunLock(paths.runLock, options.command, options);
  if (taken.kind !== 'taken') return taken;
  const opened = await openHeld(paths, options, taken);
  if (opened.kind !== 'open') await taken.lock.release();
  return opened;
}

async function openHeld(
  paths: LockPaths,
  options: LedgerOptions,
  taken: Taken,
): Promise<LedgerOpened> {
  const found = await takeIn(paths, options, taken.from);
  if (found.kind !== 'books') return found;
  // First, because the next step empties the journal that has these facts. Disposable: see there.
  await rememberLanded(options.files, paths.landed, found.landed);
  const run = randomUUID();
  const begun = await startJournal(
    options.files,
    paths.journal,
    runLine(run, options, found.carried),
  );
  if (!begun.ok) return { kind: 'problem', problem: begun.problem };
  return {
    kind: 'open',
    ledger: ledgerOn(paths, options, {
      ...found,
      run,
      runLock: taken.lock,
      journal: begun.journal,
    }),
  };
}

type Taken = Extract<RunLockTaken, { readonly kind: 'taken' }>;

interface Opened extends Books {
  readonly run: string;
  readonly runLock: RunLock;
  readonly journal: Journal;
}

function ledgerOn(paths: LockPaths, options: LedgerOptions, opened: Opened): Ledger {
  const { files, clock } = options;
  const { run, runLock, journal, carried, waits, notices, foreign, tookIn } = opened;
  let { state } = opened;
  const landed = new Set<string>();
  const shown = options.shown ?? paths.lock;
  /**
   * What the lock file held when we last read or wrote it, and what that meant: the base of a merge
   * if another process writes.
   */
  let onDisk = { text: opened.text, lock: snapshot(state.lock) };
  const attempts = new Set<AttemptId>(carried.attempts);
  const dumped: string[] = [];
  /** Renders of which something is known that the journal did not take. */
  const undurable = new Set<RenderId>();
  /**
   * Of attempts that were not sent, and whose intent may be on the disk: a part of a write stays.
   */
  const unsent: JournalEvent[] = [];
  let saving: Promise<Done> = Promise.resolve({ ok: true });
  let finished: Promise<Done> | undefined;

  function apply(event: JournalEvent): void {
    for (const attempt of attemptsOf(event)) attempts.add(attempt);
    const before = rendersOf(event);
    state.apply(event);
    const place = landedBy(event, state.lock);
    if (place !== undefined) landed.add(place);
    if (options.observer === undefined) return;
    const renders = new Map<RenderId, LockEntry>();
    for (const id of [...before, ...rendersOf(event)]) {
      const entry = state.lock.renders.get(id);
      if (entry !== undefined) renders.set(id, entry);
    }
    options.observer.applied(event, renders);
  }

  async function saveNow(): Promise<Done> {
    if ((await runLock.state()) === 'taken-over') return { ok: false, problem: TAKEN_OVER };
    // Otherwise a power cut could leave a lock that is ahead of its journal.
    await journal.flush();
    const merged = await takeInOthers();
    if (!merged.ok) return merged;
    const written = await writeLock(files, paths.lock, state.lock, onDisk.text);
    if (!written.ok) return written;
    onDisk = { text: written.value, lock: snapshot(state.lock) };
    // Whatever became of the journal: the lock has everything now.
    return { ok: true };
  }

  /** Another program (git, an editor) may have changed or removed the lock meanwhile. */
  async function takeInOthers(): Promise<Done> {
    if (await holds(files, paths.lock, onDisk.text)) return { ok: true };
    const found = await readLock(files, paths.lock, options.shown);
    if (found.kind === 'problem') return { ok: false, problem: found.problem };
    if (found.kind === 'invalid') {
      const message = found.diagnostics[0]?.message ?? 'it cannot be read';
      return {
        ok: false,
        problem: {
          code: 'EINVALID',
          message: `${message}; it was changed while rushes was running`,
        },
      };
    }
    if (found.text === undefined) {
      notices.push(
        notice(
          'lock-changed',
          'warning',
          `the lock ${shown} was removed while rushes was running; it is written again`,
        ),
      );
    } else {
      notices.push(
        notice(
          'lock-changed',
          'warning',
          `the lock ${shown} was changed while rushes was running; both versions are merged`,
        ),
      );
      // An older version that git brought back does not know the tasks of this run: that is no
      // reason to forget them.
      state = replayer(mergeLocks(sharedWith(onDisk.lock, found.lock), state.lock, found.lock));
      options.observer?.replaced(state.lock);
    }
    onDisk = { text: found.text, lock: found.lock };
    return { ok: true };
  }

  function save(): Promise<Done> {
    // One after the other: two saves at once could write in the wrong order.
    saving = saving.then(saveNow);
    return saving;
  }

  async function finishNow(killed: boolean): Promise<Done> {
    const saved = await save();
    // Disposable: without it these clips count as landed on another machine.
    await rememberLanded(files, paths.landed, landed);
    await journal.close();
    const emptied = saved.ok ? await emptyJournal(killed) : saved;
    await runLock.release();
    return emptied;
  }

  async function emptyJournal(killed: boolean): Promise<Done> {
    const left = spentBy(attempts, state);
    const goesOn = (killed || options.spends === false) && left.usd > 0;
    if (!goesOn) return files.remove(paths.journal);
    const kept = await startJournal(files, paths.journal, runLine(run, options, left));
    if (!kept.ok) return kept;
    await kept.journal.close();
    return { ok: true };
  }

  function rendersOf(event: JournalEvent): readonly RenderId[] {
    if ('attempt' in event && event.kind !== 'intent')
      return [state.byKey(event.attempt)?.id ?? []].flat();
    if ('task' in event) return state.byTask(event.task).map(({ id }) => id);
    if (event.kind === 'moved') return [event.from, event.to];
    return event.kind === 'run' ? [] : [event.id];
  }

  /** Whether the journal is still the one that the next run will find. */
  async function standing(): Promise<Done> {
    const held = await runLock.state();
    return held === 'held'
      ? { ok: true }
      : { ok: false, problem: held === 'gone' ? GONE : TAKEN_OVER };
  }

  return {
    lockPath: paths.lock,
    received: paths.received,
    get lock() {
      return state.lock;
    },
    carried,
    waits,
    notices,
    foreign,
    run,
    tookIn,
    byKey: (key) => state.byKey(key),
    byTask: (task) => state.byTask(task),
    record: async (event) => {
      const line = identified(state, event);
      if (event.kind !== 'intent') {
        // True whether the disk takes it or not: an emergency dump must know the task.
        apply(line);
        const recorded = await journal.record(line);
        // A paid task in a journal that has lost its name is not written down.
        const durable = recorded.ok && line.kind === 'accepted' ? await standing() : recorded;
        if (!durable.ok && line.kind === 'withdrawn') unsent.push(line);
        else if (!durable.ok) for (const id of rendersOf(line)) undurable.add(id);
        return durable;
      }
      // Not before it is durable: without that no POST leaves, and there is nothing to show.
      const recorded = await journal.record(line);
      if (!recorded.ok) unsent.push(notSent(event));
      // And only then: who has taken over in between may have read the journal without this line.
      const stands = recorded.ok ? await standing() : recorded;
      if (stands.ok) apply(line);
      return stands;
    },
    recordSoon: (event) => {
      const line = identified(state, event);
      apply(line);
      journal.recordSoon(line);
    },
    decide: (lock) => {
      state = replayer(lock);
      options.observer?.replaced(lock);
    },
    save,
    finish: ({ killed }) => (finished ??= finishNow(killed)),
    emergency: (line) => {
      if (!dumped.includes(line)) dumped.push(line);
      const name = basename(paths.lock, '.lock.json');
      const lines = [...new Set([...recoverLines(name, state.lock), ...dumped])];
      const entries = [...undurable].flatMap((id): JournalEvent[] => {
        const entry = state.lock.renders.get(id);
        return entry === undefined
          ? []
          : [{ kind: 'received', at: isoSeconds(clock.now()), id, entry }];
      });
      entries.push(...unsent);
      return writeDump(files, paths, runLock.owner.owner.slice(0, 8), { lines, entries });
    },
  };
}

const notSent = ({ at, attempt }: Extract<JournalEvent, { kind: 'intent' }>): JournalEvent => ({
  kind: 'withdrawn',
  at,
  attempt,
  reason: 'its intent could not be written to the journal',
});

const TAKEN_OVER: FileProblem = {
  code: 'ESTALE',
  message:
    'another rushes has taken over this manifest, because nothing was heard of this one for two minutes',
};
const GONE: FileProblem = {
  code: 'ENOENT',
  message: 'the folder .rushes with the journal was removed while rushes was running',
};

const snapshot = (lock: Lock): Lock => ({ renders: new Map(lock.renders) });

/** `.rushes` ignores itself, so that no user has to think of it. */
async function makeHiddenFolder(paths: LockPaths, files: Files): Promise<Done> {
  const wrong = await noHiddenFolder(files, paths);
  if (wrong !== undefined) return { ok: false, problem: wrong };
  const made = await files.makeFolder(paths.folder);
  if (!made.ok) return made;
  const ignore = join(paths.hidden, '.gitignore');
  return (await files.stat(ignore)).ok ? { ok: true } : files.writeAtomic(ignore, '*\n');
}

const runLine = (
  run: string,
  { clock, branch }: Pick<LedgerOptions, 'clock' | 'branch'>,
  { usd, attempts }: Carried,
): JournalEvent => ({
  kind: 'run',
  at: isoSeconds(clock.now()),
  run,
  carriedUsd: toUsd(usd),
  attempts: [...attempts],
  ...(branch !== undefined && { branch }),
});
