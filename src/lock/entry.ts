/** The results of one render: the current one, the earlier ones, and a person's decision. Pure. */
import type { RenderId } from '../ids.ts';
import { answersOf, unclear } from './attempt.ts';
import type { Decision, Lock, LockEntry, Result } from './file/format.ts';

/** The current result of a render and all earlier ones. */
export const resultsOf = (lock: Lock, id: RenderId): readonly Result[] => {
  const entry = lock.renders.get(id);
  return entry === undefined ? [] : [entry, ...(entry.earlier ?? [])];
};

/** Its clip landed and is not as asked. */
export const isNotAsAsked = ({ clip, mismatch = [] }: Result): boolean =>
  clip !== undefined && mismatch.length > 0;

/** Not as asked, and no decision says that it will do: `accept` and `pick` say so. */
export const awaitsLook = (entry: LockEntry): boolean =>
  isNotAsAsked(entry) && entry.decision?.accept === undefined && entry.decision?.pick === undefined;

/**
 * Earlier results whose payment is unclear and that have no decision yet. They come from an import,
 * or from a merge of two branches.
 */
export const undecidedEarlier = ({ earlier = [] }: LockEntry): readonly Result[] =>
  earlier.filter((result) => unclear(result) !== undefined && !answersOf(result).paidAgain);

/** The entry without what belongs to the render as a whole. */
export function resultOf(entry: LockEntry): Result {
  const { decision: _decision, earlier: _earlier, ...result } = entry;
  return result;
}

export function entryOf(
  current: Result,
  decision: Decision | undefined,
  earlier: readonly Result[],
): LockEntry {
  const said = withoutDone(current, decision);
  return {
    ...current,
    ...(said !== undefined && { decision: said }),
    ...(earlier.length > 0 && { earlier }),
  };
}

/**
 * A `redo` is done when another result than the one it names is current and has a task, whichever
 * way it came by it: an attempt that was killed before its answer is adopted later. Until then it
 * remains, because the attempt may be withdrawn. So it is with a `reject`.
 */
function withoutDone({ task }: Result, decision: Decision | undefined): Decision | undefined {
  if (decision === undefined || task === undefined) return decision;
  const redone = decision.redo !== undefined && decision.redo !== task;
  const gone = decision.reject !== undefined && decision.reject.of !== task;
  if (!redone && !gone) return decision;
  const { redo, reject, ...rest } = decision;
  return decisionIn({
    ...rest,
    ...(redo !== undefined && !redone && { redo }),
    ...(reject !== undefined && !gone && { reject }),
  });
}

/**
 * The decision once another result is current: a pin and a pick are about the render and stay, what
 * was said of one clip is done.
 */
export function decisionAfterReplacement(decision: Decision | undefined): Decision | undefined {
  if (decision === undefined) return undefined;
  const { accept: _accept, redo: _redo, reject: _reject, ...rest } = decision;
  return decisionIn(rest);
}

/**
 * The decision once the current result has got further. To pay again for a task that was lost holds
 * only as long as it is: if its clip is made after all, there is nothing to pay for.
 */
export function decisionAfterReturn(
  before: Result,
  after: Result,
  decision: Decision | undefined,
): Decision | undefined {
  if (decision?.redo === undefined) return decision;
  if (!answersOf(before).paidAgain || after.status !== 'completed') return decision;
  const { redo: _notNeeded, ...rest } = decision;
  return decisionIn(rest);
}

/** The decision, or `undefined` if only the name of the person is left of it. */
export function decisionIn(decision: Decision): Decision | undefined {
  const { by: _by, ...rest } = decision;
  return Object.values(rest).some((value) => value !== undefined) ? decision : undefined;
}

/** The result with its clip, or the place where its clip will land, at another path. */
export const atPath = (result: Result, path: string): Result =>
  result.clip !== undefined
    ? { ...result, clip: { ...result.clip, path } }
    : result.target !== undefined
      ? { ...result, target: path }
      : result;
