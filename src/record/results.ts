/** From results of a lock to lines of the record, and back for a lock that adopts one. Pure. */
import { posix, relative, sep } from 'node:path';
import { defined } from '../defined.ts';
import type { GatewayName, RenderId } from '../ids.ts';
import type { JournalEvent } from '../lock/journal/events.ts';
import { answersOf } from '../lock/attempt.ts';
import { resultOf as resultOfEntry } from '../lock/entry.ts';
import { type Decision, keyOf, type Lock, type Result } from '../lock/file/format.ts';
import type { JsonObject } from '../scene.ts';
import { attemptKey, type RecordedAttempt } from './attempt-line.ts';
import type { Attempts } from './attempts.ts';

/** Data of a line besides the result itself. */
export interface Whereabouts {
  /** From the project's root, `/` as separator: see {@link lockName}. */
  readonly lock: string;
  readonly branch?: string | undefined;
  /** ISO time. */
  readonly at: string;
}

/** The lock as lines of the record name it: both paths absolute. */
export const lockName = (root: string, lockPath: string): string =>
  relative(root, lockPath).split(sep).join('/');

const recordedOf = (
  id: RenderId,
  result: Result & { readonly decision?: Decision },
  { lock, branch, at }: Whereabouts,
): RecordedAttempt => ({
  fingerprint: result.fingerprint,
  model: result.model,
  status: result.status,
  ...defined({
    attempt: result.attempt,
    task: result.task,
    submittedAt: result.submittedAt,
    completedAt: result.completedAt,
    expiresAt: result.expiresAt,
    cost: result.cost,
    clip: result.clip,
    target: result.target,
    // Our own words; a lock from a pull request could have others.
    error: result.error?.kind.slice(0, 100),
    decision: result.decision,
    branch,
  }),
  lock,
  id,
  at,
});

/** Every result of the lock that can be distinguished: imported tasks have no attempt. */
export const recordedIn = (lock: Lock, where: Whereabouts): readonly RecordedAttempt[] =>
  [...lock.renders].flatMap(([id, entry]) =>
    [entry, ...(entry.earlier ?? [])].flatMap((result) =>
      keyOf(result) === '' ? [] : [recordedOf(id, result, where)],
    ),
  );

/**
 * The attempt as a result of a lock that adopts it: `request` is that of the render which wants it,
 * the same but for delivery fields; `target`, relative to the adopting lock, is where its clip
 * belongs; `clipPath` where it is.
 */
export function resultOf(
  one: RecordedAttempt,
  {
    request,
    target,
    clipPath,
  }: {
    readonly request: JsonObject;
    readonly target: string;
    readonly clipPath: string;
  },
): Result {
  const {
    origin: _o,
    past: _p,
    sends: _s,
    run: _r,
    lock: _l,
    id: _i,
    branch: _b,
    at: _a,
    ...rest
  } = one;
  const { status, error, clip, target: _t, decision: _d, ...facts } = rest;
  return {
    ...facts,
    status: status === 'withdrawn' ? 'failed' : status,
    ...(clip === undefined ? { target } : { clip: { ...clip, path: clipPath } }),
    request,
    ...(error !== undefined && { error: { kind: error, message: messageOf(one) } }),
  };
}

const messageOf = ({ error = '', branch, lock, id }: RecordedAttempt): string =>
  `${error.replaceAll('-', ' ')}, as ${id} in ${lock}${branch === undefined ? '' : ` on branch ${branch}`}`;

/**
 * What the record knows of attempts that this lock knows too, and has heard no answer to: a run
 * that was taken over, or whose journal is gone, wrote it there. Nor does it hold that an attempt
 * never happened if the record has its task, or that a task is lost if the record has its end:
 * another branch found it. `name`: see {@link lockName}.
 */
export function newsFor(
  { renders }: Lock,
  attempts: Attempts,
  name: string,
): readonly JournalEvent[] {
  const events: JournalEvent[] = [];
  for (const [id, entry] of renders)
    for (const result of [resultOfEntry(entry), ...(entry.earlier ?? [])]) {
      const { correctedBy, isReplaced } = answersOf(result);
      if (correctedBy === undefined) continue;
      const known = attempts.get(attemptKey(result));
      if (correctedBy === 'end' && known?.status !== 'completed') continue;
      const answers = answerTo(known);
      if (known !== undefined && answers.length > 0 && isReplaced)
        events.push(broughtBack(result, known, { id, name }));
      events.push(...answers);
    }
  return events;
}

/** The task that it turned out to be. The void result does not know where its clip belongs. */
function broughtBack(
  { error: _refuted, cost: _void, ...rest }: Result,
  { at, status, cost, target, task, submittedAt = rest.submittedAt, lock }: RecordedAttempt,
  { id, name }: { readonly id: RenderId; readonly name: string },
): JournalEvent {
  const place =
    target && posix.relative(posix.dirname(name), posix.join(posix.dirname(lock), target));
  return {
    kind: 'received',
    at,
    id,
    entry: {
      ...rest,
      status: status === 'completed' ? status : 'submitted',
      ...(task !== undefined && { task }),
      ...(submittedAt !== undefined && { submittedAt }),
      ...(cost !== undefined && { cost }),
      ...(place !== undefined && { target: place }),
    },
  };
}

function answerTo(known: RecordedAttempt | undefined): readonly JournalEvent[] {
  if (known?.task === undefined) return [];
  const { attempt, task, at, status, cost, expiresAt, completedAt } = known;
  const gateway = known.model.slice(0, known.model.indexOf('/')) as GatewayName;
  // An imported task has no attempt, and no submit that could be answered.
  const accepted: readonly JournalEvent[] =
    attempt === undefined ? [] : [{ kind: 'accepted', at: known.submittedAt ?? at, attempt, task }];
  if (status === 'completed')
    return [
      ...accepted,
      {
        kind: 'completed',
        at,
        task,
        gateway,
        completedAt: completedAt ?? at,
        ...(cost !== undefined && { cost }),
        ...(expiresAt !== undefined && { expiresAt }),
      },
    ];
  return accepted;
}

/** Keys of everything that these locks know. */
export const keysOf = (locks: Iterable<Lock>): ReadonlySet<string> => {
  const keys = new Set<string>();
  for (const lock of locks)
    for (const entry of lock.renders.values())
      for (const result of [entry, ...(entry.earlier ?? [])]) keys.add(keyOf(result));
  return keys;
};
