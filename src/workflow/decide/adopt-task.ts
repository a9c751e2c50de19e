/**
 * Decisions that depend on what a gateway says of a task: one is adopted or imported only if it is
 * there and fits, and a pending one is given up only if it is not.
 */
import { taskIdForm } from '../../gateways/task-id-form.ts';
import {
  manifestName,
  parseModelName,
  parseTaskId,
  type RenderId,
  type TaskId,
} from '../../ids.ts';
import { type RenderKey, renderKey } from '../../keys.ts';
import { stateOf, unclear } from '../../lock/attempt.ts';
import { resultsOf } from '../../lock/entry.ts';
import { holderOf } from '../../lock/decisions.ts';
import { EMPTY_LOCK, type Lock } from '../../lock/file/format.ts';
import type { ExitCode } from '../../plan/exit.ts';
import { askDenial, type Claim, sentAt, taskAsker } from './ask-task.ts';
import { openNetwork } from '../open/open-network.ts';
import type { Surroundings } from '../open/surroundings.ts';

export interface TaskCheck {
  /** Only the form of the id is checked: no network. Default false. */
  readonly unchecked?: boolean | undefined;
  /** The tasks of a draft end with its process, so there is nothing to ask. Default false. */
  readonly draft?: boolean | undefined;
}

export type CheckedTask =
  | { readonly ok: true; readonly task: TaskId }
  | {
      readonly ok: false;
      readonly problem: string;
      readonly hint?: string;
      readonly exit: Extract<ExitCode, 64 | 69 | 77>;
    };

/** The task as the one of a render whose submit has no answer. */
export async function checkAdopted(
  at: Surroundings,
  locks: ReadonlyMap<string, Lock>,
  { manifest, id }: { readonly manifest: string; readonly id: RenderId },
  text: string,
  check: TaskCheck,
): Promise<CheckedTask> {
  const lock = locks.get(manifest) ?? EMPTY_LOCK;
  const results = resultsOf(lock, id);
  const ambiguous = results.find((result) => unclear(result) === 'ambiguous');
  const model = (ambiguous ?? results[0])?.model;
  if (model === undefined)
    return { ok: false, problem: `${id} is not in the lock: it was never rendered`, exit: 64 };
  const task = parseTaskId(text);
  for (const [name, other] of locks) {
    const holder = task === undefined ? undefined : holderOf(other, model, task);
    if (holder !== undefined)
      return {
        ok: false,
        problem: `task ${task} is already known: it belongs to ${name === manifest ? holder : `${manifestName(name)}:${holder}`}`,
        exit: 64,
      };
  }
  const sentAtMs = sentAt(lock, id);
  const sent = { model, ...(sentAtMs !== undefined && { sentAtMs }) };
  // Without such a submit the decision is refused anyway: the gateway need not be asked.
  return checkTask(at, text, sent, ambiguous === undefined ? { ...check, unchecked: true } : check);
}

/** The task as one that was made for a model. */
export async function checkTask(
  at: Surroundings,
  text: string,
  { model, ...sent }: Omit<Claim, 'task'>,
  { unchecked = false, draft = false }: TaskCheck,
): Promise<CheckedTask> {
  const gateway = parseModelName(model)?.gateway;
  if (gateway === undefined)
    return { ok: false, problem: `${model} is not a model of a gateway`, exit: 64 };
  const form = taskIdForm(gateway, text);
  if (!form.ok) return { ...form, exit: 64 };
  if (unchecked || draft) return form;
  const network = await openNetwork(at, {});
  try {
    const answer = await taskAsker(network)({ task: form.task, model, ...sent });
    switch (answer.kind) {
      case 'fits':
        return form;
      case 'refused':
        return {
          ok: false,
          problem: answer.problem,
          hint: 'Nothing was changed. rushes recover says where to look the task up.',
          exit: 64,
        };
      case 'unasked':
        return {
          ok: false,
          problem: answer.problem,
          hint: 'Nothing was changed. Run it again later, or add --unchecked to take the task without asking.',
          exit: answer.exit,
        };
    }
  } finally {
    await network.close();
  }
}

/** Why a render's task cannot be given up: the gateway has it, or did not say. */
export type GivingUp =
  | { readonly kind: 'denied'; readonly task: TaskId }
  | { readonly kind: 'not-pending' }
  | { readonly kind: 'refused'; readonly problem: string };

/** Asks about the pending tasks among the renders, each once. */
export async function checkGivenUp(
  at: Surroundings,
  renders: readonly { readonly manifest: string; readonly id: RenderId }[],
  lockOf: (manifest: string) => Lock,
  { draft = false }: Pick<TaskCheck, 'draft'>,
): Promise<(render: { readonly manifest: string; readonly id: RenderId }) => GivingUp> {
  const answers = new Map<RenderKey, GivingUp>();
  const pending = renders.flatMap(({ manifest, id }) => {
    const entry = lockOf(manifest).renders.get(id);
    return entry?.task === undefined || stateOf(entry) !== 'submitted'
      ? []
      : [{ manifest, id, task: entry.task, model: entry.model }];
  });
  const network = pending.length === 0 || draft ? undefined : await openNetwork(at, {});
  try {
    for (const { manifest, id, task, model } of pending) {
      const answer =
        network === undefined
          ? ({ kind: 'denied' } as const)
          : await askDenial(network, { task, model });
      answers.set(
        renderKey(manifest, id),
        answer.kind === 'denied'
          ? { kind: 'denied', task }
          : { kind: 'refused', problem: `${id} is pending, and ${answer.problem}` },
      );
    }
  } finally {
    await network?.close();
  }
  return ({ manifest, id }) => answers.get(renderKey(manifest, id)) ?? { kind: 'not-pending' };
}
