/**
 * Decisions about single renders, as functions from lock to lock. A decision that makes
 * no sense is a sentence that says why and what to do instead, and changes nothing. Pure.
 */
import type { AttemptId, Fingerprint, ModelName, RenderId, TaskId } from '../ids.ts';
import type { JsonObject } from '../scene.ts';
import {
  type Decision,
  keyOf,
  type Lock,
  type LockEntry,
  type Result,
  taskKey,
} from './file/format.ts';
import {
  answersOf,
  attemptOf,
  neverHappened,
  type PersonsDecision,
  resultOfAttempt,
  stateOf,
  unclear,
} from './attempt.ts';
import { type AttemptEvent, transition } from './transition.ts';
import { decisionAfterReplacement, decisionIn, entryOf, isNotAsAsked, resultOf } from './entry.ts';

/** `note`: additional information for the user. */
export type Decided =
  | { readonly ok: true; readonly lock: Lock; readonly note?: string }
  | { readonly ok: false; readonly problem: string };

export interface Naming {
  /**
   * The render as a command of a hint names it, with its manifest, and what stands between the two.
   * Default: its id alone.
   */
  readonly named?: (between?: string) => string;
}

/** `by`: who decides, written down only if given. */
export interface Deciding extends Naming {
  readonly by?: string;
  readonly undo?: boolean;
}

/**
 * Make it again although nothing changed. Names the result that it replaces, so it is done once
 * another is current.
 */
export function redo(
  lock: Lock,
  id: RenderId,
  { by, undo = false, named = idAlone(id) }: Deciding = {},
): Decided {
  return onEntry(lock, id, (entry) => {
    if (undo) return undoing(entry, 'redo', `${id} has no redo to take back`);
    if (entry.decision?.pin === true)
      return problem(`${id} is pinned: rushes unpin ${named()} first`);
    if (!may(entry, 'redo') && unclear(entry) === undefined)
      return problem(
        `${id} is pending (task ${entry.task}): rushes collect --only ${named()} asks for it; if the gateway has no record of it, rushes recover ${named()} --give-up`,
      );
    if (!may(entry, 'redo')) {
      return problem(
        `${id} is ${entry.status} and may be paid for: rushes recover ${named()} shows what is known and records your decision`,
      );
    }
    return decided(entry, { redo: replaceable(entry) }, by);
  });
}

/** The current clip stands for the new inputs too. */
export function accept(
  lock: Lock,
  id: RenderId,
  fingerprint: Fingerprint,
  { by }: Deciding = {},
): Decided {
  return onEntry(lock, id, (entry) => {
    if (!may(entry, 'accept'))
      return problem(`${id} has no clip that could be accepted: it is ${entry.status}`);
    // A clip that is not as asked may be kept.
    if (entry.fingerprint === fingerprint && !isNotAsAsked(entry))
      return problem(`${id} is up to date: its clip was made from these inputs`);
    return decided(entry, { accept: fingerprint }, by);
  });
}

export const undoAccept = (lock: Lock, id: RenderId): Decided =>
  onEntry(lock, id, (entry) => undoing(entry, 'accept', `${id} was not accepted for other inputs`));

/** Never make it again, whatever changes. */
export const pin = (lock: Lock, id: RenderId, { by }: Deciding = {}): Decided =>
  onEntry(lock, id, (entry) =>
    entry.decision?.pin === true
      ? problem(`${id} is pinned already`)
      : decided(entry, { pin: true }, by),
  );

export const unpin = (lock: Lock, id: RenderId): Decided =>
  onEntry(lock, id, (entry) => undoing(entry, 'pin', `${id} is not pinned`));

/**
 * What a person says of a submit whose answer was lost, or of a task that the gateway does not
 * know.
 */
export interface Recovering extends Naming {
  /** Which one, where a render has several; default: the current one, else the newest. */
  readonly attempt?: AttemptId;
}

/** The submit was accepted, and this is its task: from now on it is followed and fetched. */
export function adopt(lock: Lock, id: RenderId, task: TaskId, options: Recovering = {}): Decided {
  const { named = idAlone(id) } = options;
  return onEntry(lock, id, (entry) => {
    const found = open(entry, options, 'adopt');
    const holder = holderOf(lock, (found ?? entry).model, task);
    if (holder !== undefined)
      return problem(`task ${task} is already known: it belongs to ${holder}`);
    if (found === undefined)
      return problem(
        `${id} has no submit without an answer; rushes import ${named(task)} adopts a task that was made elsewhere`,
      );
    return changed(entry, found, after(found, { kind: 'adopted', task }));
  });
}

/**
 * Nothing was accepted: the reservation is released, and the render is what it was before. The
 * attempt stays as a tombstone among the earlier, so that no old journal brings it back.
 */
export function declareNeverHappened(lock: Lock, id: RenderId, options: Recovering = {}): Decided {
  return onEntry(lock, id, (entry) => {
    const found = open(entry, options, 'never-happened');
    if (found === undefined) return problem(`${id} has nothing that is ambiguous or lost`);
    const tombstone = after(found, { kind: 'never-happened' });
    const others = [resultOf(entry), ...(entry.earlier ?? [])].filter(
      (one) => keyOf(one) !== keyOf(found),
    );
    const current =
      keyOf(entry) === keyOf(found)
        ? (others.find((one) => !neverHappened(one)) ?? tombstone)
        : resultOf(entry);
    const earlier = [tombstone, ...others].filter((one) => keyOf(one) !== keyOf(current));
    return { ok: true, entry: entryOf(current, entry.decision, earlier) };
  });
}

/**
 * Submit again at the risk of paying twice: the old attempt keeps its reservation and stays in the
 * books.
 */
export function payAgain(
  lock: Lock,
  id: RenderId,
  { by, named = idAlone(id) }: Deciding = {},
): Decided {
  return onEntry(lock, id, (entry) => {
    if (unclear(entry) === undefined)
      return problem(
        `${id} is ${entry.status}, neither ambiguous nor lost: rushes redo ${named()} makes it again`,
      );
    if (entry.decision?.pin === true)
      return problem(`${id} is pinned: rushes unpin ${named()} first`);
    const result = after(resultOf(entry), { kind: 'paid-again' });
    return decided({ ...entry, ...result }, { redo: replaceable(entry) }, by);
  });
}

export interface GivingUp extends Recovering {
  /** A pending task that its gateway, just asked, has no record of: lost without more waiting. */
  readonly denied?: TaskId | undefined;
}

/**
 * A lost task will not come back: it counts as failed, with its reservation unconfirmed, and is no
 * longer asked for.
 */
export function giveUp(lock: Lock, id: RenderId, { denied, ...options }: GivingUp = {}): Decided {
  const { named = idAlone(id) } = options;
  const decided = onEntry(lock, id, (entry) => {
    const isDenied =
      denied !== undefined && entry.task === denied && stateOf(entry) === 'submitted';
    const found = isDenied ? resultOf(entry) : open(entry, options, 'give-up');
    if (found === undefined) return problem(`${id} has no lost task to give up`);
    const lost = isDenied
      ? after(found, {
          kind: 'lost',
          at: '',
          task: denied,
          reason: 'the gateway has no record of it',
        })
      : found;
    return changed(entry, found, after(lost, { kind: 'gave-up' }));
  });
  return decided.ok && denied !== undefined
    ? {
        ...decided,
        note: `${id} counts as failed: rushes import ${named('<task>')} adopts the right task, render --retry-failed pays again`,
      }
    : decided;
}

/** A task that was made elsewhere, with the render that it is taken for. */
export interface Imported {
  readonly id: RenderId;
  readonly task: TaskId;
  readonly fingerprint: Fingerprint;
  readonly model: ModelName;
  readonly request: JsonObject;
  /** Relative to the lock. */
  readonly target: string;
  /**
   * ISO time of the import: from then on its age counts, so that a task that never ends is lost
   * some day.
   */
  readonly submittedAt: string;
}

/**
 * Follows and fetches a task as if this lock had submitted it. Costs nothing here: it was paid
 * where it was made.
 */
export function importTask(
  lock: Lock,
  { id, task, ...rest }: Imported,
  { named = idAlone(id) }: Naming = {},
): Decided {
  const holder = holderOf(lock, rest.model, task);
  if (holder !== undefined)
    return problem(`task ${task} is already known: it belongs to ${holder}`);
  const before = lock.renders.get(id);
  if (before?.decision?.pin === true)
    return problem(`${id} is pinned: rushes unpin ${named()} first`);
  const result: Result = { ...rest, status: 'submitted', task };
  const earlier = before === undefined ? [] : [resultOf(before), ...(before.earlier ?? [])];
  const imported = withEntry(
    lock,
    id,
    entryOf(result, decisionAfterReplacement(before?.decision), earlier),
  );
  return before !== undefined && unclear(before) === 'ambiguous'
    ? {
        ok: true,
        lock: imported,
        note: `the submit of ${id} without an answer stays ambiguous; if this is its task, use rushes recover ${named()} --adopt ${task} instead`,
      }
    : { ok: true, lock: imported };
}

/** If the caller has no manifest to name. */
export const idAlone =
  (id: RenderId) =>
  (between?: string): string =>
    between === undefined ? id : `${id} ${between}`;

type EntryDecided =
  | { readonly ok: true; readonly entry: LockEntry }
  | { readonly ok: false; readonly problem: string };

const problem = (text: string): { readonly ok: false; readonly problem: string } => ({
  ok: false,
  problem: text,
});

function onEntry(lock: Lock, id: RenderId, decide: (entry: LockEntry) => EntryDecided): Decided {
  const entry = lock.renders.get(id);
  if (entry === undefined) return problem(`${id} is not in the lock: it was never rendered`);
  const made = decide(entry);
  return made.ok ? { ok: true, lock: withEntry(lock, id, made.entry) } : made;
}

const withEntry = (lock: Lock, id: RenderId, entry: LockEntry): Lock => ({
  renders: new Map(lock.renders).set(id, entry),
});

const may = (result: Result, decision: PersonsDecision): boolean =>
  answersOf(result).decisions.includes(decision);

/** A result after a person's decision. */
function after(result: Result, event: AttemptEvent): Result {
  const next = transition(attemptOf(result), event);
  return next === undefined ? result : resultOfAttempt(next);
}

/** The id that a `redo` names: the task or, without one, the attempt. */
const replaceable = (result: Result): string => result.task ?? keyOf(result);

const decided = (entry: LockEntry, decision: Decision, by: string | undefined): EntryDecided => ({
  ok: true,
  entry: {
    ...entry,
    decision: { ...entry.decision, ...decision, ...(by !== undefined && { by }) },
  },
});

function undoing(
  entry: LockEntry,
  what: 'pin' | 'accept' | 'redo',
  otherwise: string,
): EntryDecided {
  if (entry.decision?.[what] === undefined) return problem(otherwise);
  const { [what]: _undone, ...left } = entry.decision;
  return {
    ok: true,
    entry: entryOf(resultOf(entry), decisionIn(left), entry.earlier ?? []),
  };
}

/** The result that a recovery is about. */
function open(
  entry: LockEntry,
  { attempt }: Recovering,
  decision: PersonsDecision,
): Result | undefined {
  return [resultOf(entry), ...(entry.earlier ?? [])].find(
    (result) => may(result, decision) && (attempt === undefined || result.attempt === attempt),
  );
}

function changed(entry: LockEntry, old: Result, result: Result): EntryDecided {
  const key = keyOf(old);
  const earlier = entry.earlier ?? [];
  return keyOf(entry) === key
    ? { ok: true, entry: entryOf(result, entry.decision, earlier) }
    : {
        ok: true,
        entry: { ...entry, earlier: earlier.map((one) => (keyOf(one) === key ? result : one)) },
      };
}

/** Whose the task of that model's gateway is. */
export function holderOf(lock: Lock, model: ModelName, task: TaskId): RenderId | undefined {
  const key = taskKey(model, task);
  const isIt = (result: Result): boolean =>
    result.task === task && taskKey(result.model, result.task) === key;
  for (const [id, entry] of lock.renders)
    if (isIt(entry) || entry.earlier?.some(isIt) === true) return id;
  return undefined;
}
