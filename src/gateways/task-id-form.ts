/**
 * How the task ids of each gateway begin: what was copied from elsewhere (a request id, a key, the
 * other gateway's task) is noticed before anything is written. Facts: docs/providers/apimart.md
 * section 3 and docs/providers/evolink.md section 3, read 2026-11-20.
 */
import { type GatewayName, parseTaskId, type TaskId } from '../ids.ts';

const FORMS: Readonly<Record<GatewayName, { readonly begins: RegExp; readonly example: string }>> =
  {
    // `task_` and 26 characters; an older page shows `task-unified-…`.
    apimart: { begins: /^task[_-]/, example: 'task_01EXAMPLE00000000000000000' },
    // EvoLink itself refuses every other id.
    evolink: { begins: /^task-unified-/, example: 'task-unified-1700000000-abcd1234' },
  };

export type TaskIdForm =
  | { readonly ok: true; readonly task: TaskId }
  | { readonly ok: false; readonly problem: string; readonly hint: string };

export function taskIdForm(gateway: GatewayName, text: string): TaskIdForm {
  const { begins, example } = FORMS[gateway];
  const task = parseTaskId(text);
  if (task !== undefined && begins.test(task)) return { ok: true, task };
  return {
    ok: false,
    problem: `${JSON.stringify(text)} is not a task id of ${gateway}`,
    hint: `Copy it from the gateway; it looks like ${example}.`,
  };
}
