/** Tasks that are known to be of another request: of this lock, another branch or another clone. */
import type { TaskId } from '../../ids.ts';
import { type Lock, type Result, taskKey } from '../../lock/file/format.ts';
import type { Attempts } from '../../record/attempts.ts';

/**
 * Whether a task is no candidate for an unclear submit. One of the same request may still be its:
 * another branch has adopted it, or another clone has imported it.
 */
export function otherTasks(
  locks: Iterable<Lock>,
  attempts: Attempts | undefined,
): (task: TaskId, unclear: Result) => boolean {
  const known = new Map<string, string>();
  const results = [...locks].flatMap(({ renders }) =>
    [...renders.values()].flatMap((entry) => [entry, ...(entry.earlier ?? [])]),
  );
  for (const { model, task, fingerprint } of [...(attempts?.all() ?? []), ...results])
    if (task !== undefined) known.set(taskKey(model, task), fingerprint);
  return (task, { model, fingerprint }) => {
    const of = known.get(taskKey(model, task));
    return of !== undefined && of !== fingerprint;
  };
}
