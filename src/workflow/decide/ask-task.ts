/**
 * Whether a task that a person or a log names is real and may be a render's: its gateway is asked
 * once before anything is written. A log may hold any file that a workflow printed, and a person
 * may copy the wrong line.
 */
import type { AskOutcome, Gateway, ListedTask } from '../../gateways/gateway.ts';
import { type GatewayName, parseModelName, type RenderId, type TaskId } from '../../ids.ts';
import { unclear } from '../../lock/attempt.ts';
import { resultsOf } from '../../lock/entry.ts';
import type { Lock } from '../../lock/file/format.ts';
import type { Network } from '../open/open-network.ts';

export interface Claim {
  readonly task: TaskId;
  /** As in the lock: `apimart/kling-v3`. */
  readonly model: string;
  /** Epoch milliseconds: when the render was sent; absent if nothing says. */
  readonly sentAtMs?: number;
}

type ClaimAnswer =
  /** The gateway has the task, and all that it says fits the render. */
  | { readonly kind: 'fits' }
  | { readonly kind: 'refused'; readonly problem: string }
  /** The gateway could not be asked, or did not say: 77 without a key, else 69. */
  | { readonly kind: 'unasked'; readonly problem: string; readonly exit: 69 | 77 };

export type AskTask = (claim: Claim) => Promise<ClaimAnswer>;

type Asked =
  | { readonly gateway: Gateway; readonly answer: Exclude<AskOutcome, { kind: 'unreadable' }> }
  | Extract<ClaimAnswer, { kind: 'refused' | 'unasked' }>;

/** Two clocks may differ by this much. */
const CLOCKS_MS = 2 * 60_000;

/** Reads each gateway's list at most once; without it, only the answer about the task counts. */
export function taskAsker(network: Pick<Network, 'gateways' | 'closed'>): AskTask {
  const lists = new Map<GatewayName, Promise<readonly ListedTask[]>>();
  const listOf = (gateway: Gateway): Promise<readonly ListedTask[]> => {
    const list = lists.get(gateway.name) ?? listed(gateway);
    lists.set(gateway.name, list);
    return list;
  };
  return async ({ task, model, sentAtMs }) => {
    const asked = await askOnce(network, task, model);
    if ('kind' in asked) return asked;
    const { gateway, answer } = asked;
    if (answer.kind === 'unknown-task')
      return { kind: 'refused', problem: `${gateway.name} has no task ${task}` };
    const native = parseModelName(model)?.native;
    const item = (await listOf(gateway)).find((one) => one.task === task);
    const madeBy = item?.model ?? (answer.kind === 'completed' ? answer.model : undefined);
    if (madeBy !== undefined && madeBy !== native)
      return {
        kind: 'refused',
        problem: `${gateway.name} made ${task} with ${madeBy}, and the render asks for ${native}`,
      };
    const completedAtMs = answer.kind === 'completed' ? answer.completedAtMs : undefined;
    const madeAtMs = item?.createdAtMs ?? completedAtMs;
    return sentAtMs !== undefined && madeAtMs !== undefined && madeAtMs < sentAtMs - CLOCKS_MS
      ? { kind: 'refused', problem: `${task} is older than the request of the render` }
      : { kind: 'fits' };
  };
}

export type DenialAnswer =
  /** The gateway has no record of the task. */
  { readonly kind: 'denied' } | Extract<ClaimAnswer, { kind: 'refused' | 'unasked' }>;

/**
 * Whether the gateway of a pending task has no record of it, so that it may be given up at once.
 */
export async function askDenial(
  network: Pick<Network, 'gateways' | 'closed'>,
  { task, model }: Pick<Claim, 'task' | 'model'>,
): Promise<DenialAnswer> {
  const asked = await askOnce(network, task, model);
  if ('kind' in asked) return asked;
  const { gateway, answer } = asked;
  return answer.kind === 'unknown-task'
    ? { kind: 'denied' }
    : {
        kind: 'refused',
        problem: `${gateway.name} has task ${task} (${answer.kind}): rushes collect follows it to its end`,
      };
}

async function askOnce(
  { gateways, closed }: Pick<Network, 'gateways' | 'closed'>,
  task: TaskId,
  model: string,
): Promise<Asked> {
  const name = parseModelName(model);
  if (name === undefined)
    return { kind: 'refused', problem: `${model} is not a model of a gateway` };
  const gateway = gateways.get(name.gateway);
  if (gateway === undefined) {
    const why = closed.get(name.gateway)?.problem ?? `${name.gateway} is not open`;
    return { kind: 'unasked', problem: `${name.gateway} cannot be asked: ${why}`, exit: 77 };
  }
  const answer = await gateway.ask(task);
  if (answer.kind !== 'unreadable') return { gateway, answer };
  return {
    kind: 'unasked',
    problem: `${name.gateway} did not say whether it has ${task}: ${answer.reason}`,
    exit: answer.auth === true ? 77 : 69,
  };
}

async function listed(gateway: Gateway): Promise<readonly ListedTask[]> {
  const list = await gateway.list();
  return 'kind' in list ? [] : list.tasks;
}

/** When the first request of a render went out whose task is not known. Epoch milliseconds. */
export function sentAt(lock: Lock, id: RenderId): number | undefined {
  const times = resultsOf(lock, id)
    .filter((result) => unclear(result) !== undefined && result.submittedAt !== undefined)
    .map(({ submittedAt = '' }) => Date.parse(submittedAt));
  return times.length === 0 ? undefined : Math.min(...times);
}
