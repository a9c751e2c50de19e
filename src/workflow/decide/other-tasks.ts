/** Tasks that are known to be of another request: of this lock, another branch or another clone. */
import type { TaskId } from '../../ids.ts';
import { type Lock, type Result, taskKey } from '../../lock/file/format.ts';
import type { Attempts } from '../../record/attempts.ts';

/**
 * Whether a task cannot belong to an unclear submit, because it is known to be of another request.
 * A known task of the same request still can: another branch may have adopted it, or another clone
 * may have imported it.
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
