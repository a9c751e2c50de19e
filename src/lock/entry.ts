/** The results of one render: which is current, which were before, and what a person decided. Pure. */
import type { RenderId } from '../ids.ts';
import type { Decision, Lock, LockEntry, Result } from './file/format.ts';

/** The current result of a render and all earlier ones. */
export const resultsOf = (lock: Lock, id: RenderId): readonly Result[] => {
  const entry = lock.renders.get(id);
  return entry === undefined ? [] : [entry, ...(entry.earlier ?? [])];
};

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
  const said = withoutDoneRedo(current, decision);
  return {
    ...current,
    ...(said !== undefined && { decision: said }),
    ...(earlier.length > 0 && { earlier }),
  };
}

/**
 * A `redo` is done when another result than the one it names is current and has a task, whichever
 * way it came by it: an attempt that was killed before its answer is adopted later. Until then it
 * stands, because the attempt may be withdrawn.
 */
function withoutDoneRedo({ task }: Result, decision: Decision | undefined): Decision | undefined {
  if (decision?.redo === undefined || task === undefined || decision.redo === task) return decision;
  const { redo: _done, ...rest } = decision;
  return rest.pin === undefined && rest.accept === undefined ? undefined : rest;
}

/** The decision once another result is current: a pin stays, what was said of one clip is done. */
export function decisionAfterReplacement(decision: Decision | undefined): Decision | undefined {
  if (decision?.pin === undefined) return undefined;
  return { pin: decision.pin, ...(decision.by !== undefined && { by: decision.by }) };
}

/** The result with its clip, or the place where its clip will land, at another path. */
export const atPath = (result: Result, path: string): Result =>
  result.clip !== undefined
    ? { ...result, clip: { ...result.clip, path } }
    : result.target !== undefined
      ? { ...result, target: path }
      : result;
