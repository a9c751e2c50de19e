/**
 * Whether a task that only a log names is real and may be a render's: its gateway is asked once
 * before anything is written. A log may hold any file that a workflow printed, so it proves
 * nothing.
 */
import type { Gateway, ListedTask } from '../gateways/gateway.ts';
import { type GatewayName, parseModelName, type TaskId } from '../ids.ts';
import type { Network } from './open-network.ts';

interface Claim {
  readonly task: TaskId;
  /** As in the lock: `apimart/kling-v3`. */
  readonly model: string;
  /** Epoch milliseconds: when the render was sent; absent where nothing says. */
  readonly sentAtMs?: number;
}

/** Why the task is not taken, in words; `undefined` where its gateway knows it and all fits. */
export type AskTask = (claim: Claim) => Promise<string | undefined>;

/** Two clocks may differ by this much. */
const CLOCKS_MS = 2 * 60_000;

/** Each gateway's list is read at most once; where there is none, the answer about the task alone counts. */
export function taskAsker({ gateways, closed }: Pick<Network, 'gateways' | 'closed'>): AskTask {
  const lists = new Map<GatewayName, Promise<readonly ListedTask[]>>();
  const listOf = (gateway: Gateway): Promise<readonly ListedTask[]> => {
    const list = lists.get(gateway.name) ?? listed(gateway);
    lists.set(gateway.name, list);
    return list;
  };
  return async ({ task, model, sentAtMs }) => {
    const name = parseModelName(model);
    if (name === undefined) return `${model} is no model of a gateway`;
    const gateway = gateways.get(name.gateway);
    if (gateway === undefined) {
      const why = closed.get(name.gateway)?.problem ?? `${name.gateway} is not open`;
      return `${name.gateway} cannot be asked: ${why}; --unchecked takes it unasked`;
    }
    const answer = await gateway.ask(task);
    if (answer.kind === 'unknown-task') return `${name.gateway} has no such task`;
    if (answer.kind === 'unreadable')
      return `${name.gateway} did not say: ${answer.reason}; run it again, or --unchecked takes it unasked`;
    const item = (await listOf(gateway)).find((one) => one.task === task);
    if (item?.model !== undefined && item.model !== name.native)
      return `${name.gateway} made it with ${item.model}, and the render asks for ${name.native}`;
    const completedAtMs = answer.kind === 'completed' ? answer.completedAtMs : undefined;
    const madeAtMs = item?.createdAtMs ?? completedAtMs;
    return sentAtMs !== undefined && madeAtMs !== undefined && madeAtMs < sentAtMs - CLOCKS_MS
      ? 'it is older than the request of the render'
      : undefined;
  };
}

async function listed(gateway: Gateway): Promise<readonly ListedTask[]> {
  const list = await gateway.list();
  return 'kind' in list ? [] : list;
}
