/**
 * News of ended tasks, as the gateways send them to `webhook` and `callback_url`: here to one
 * address of the user's own, never to the address in the request, which is a real one.
 */
import type { GatewayName } from '../../ids.ts';
import { taskObject } from './ask.ts';
import { type Context, DIALECTS } from '../context.ts';
import { stateAt, type Task } from '../task.ts';

export interface Callbacks {
  /** Will be sent when the task ends, if its request names a callback. */
  expect(task: Task): void;
  /** Callbacks that are due are sent once more; the others are dropped. */
  close(): Promise<void>;
}

/** Seconds before each further try: provider sheets, EvoLink section 6, APIMart section 6. */
const PAUSES: Readonly<Record<GatewayName, readonly number[]>> = {
  apimart: [10, 30, 60],
  evolink: [1, 2, 4],
};
const TIMEOUT_MS = 10_000;

/** APIMart takes a status below 500 for an answer, EvoLink a 2xx alone. 0: there was none. */
const isTaken = (gateway: GatewayName, status: number): boolean =>
  status >= 200 && status < (gateway === 'apimart' ? 500 : 300);

/** `to`: the receiver. */
export function openCallbacks(context: Context, to: string): Callbacks {
  const closing = new AbortController();
  const running = new Set<Promise<void>>();
  return {
    expect(task) {
      const address = addressOf(task);
      if (address === undefined || task.endsAtMs === Number.POSITIVE_INFINITY) return;
      const sent = deliver(context, task, { to, address, signal: closing.signal }).finally(() =>
        running.delete(sent),
      );
      running.add(sent);
    },
    async close() {
      closing.abort();
      await Promise.all(running);
    },
  };
}

/** The address in the request; APIMart appends /callback to it. */
function addressOf({ gateway, body }: Task): string | undefined {
  const given = body[gateway === 'apimart' ? 'webhook' : 'callback_url'];
  if (typeof given !== 'string') return undefined;
  return gateway === 'apimart' ? `${given.replace(/\/+$/, '')}/callback` : given;
}

interface Delivery {
  readonly to: string;
  readonly address: string;
  readonly signal: AbortSignal;
}

async function deliver(context: Context, task: Task, how: Delivery): Promise<void> {
  const { clock } = context;
  // A timer may be early by a millisecond.
  while (clock.now() < task.endsAtMs)
    if (!(await waited(context, task.endsAtMs - clock.now(), how.signal))) break;
  if (clock.now() < task.endsAtMs) return;
  const { state } = stateAt(task, clock.now());
  if (state === 'forgotten' || (state === 'cancelled' && task.gateway === 'apimart')) return;
  for (const pause of [...PAUSES[task.gateway], undefined]) {
    const status = await post(context, task, how);
    context.state.books.note({
      kind: 'callback',
      at: clock.now(),
      gateway: task.gateway,
      task: task.id,
      address: how.address,
      status,
    });
    if (isTaken(task.gateway, status) || pause === undefined) return;
    if (!(await waited(context, pause * 1000, how.signal))) return;
  }
}

/** Whether the time has passed, and the server is still open. */
async function waited({ clock }: Context, ms: number, signal: AbortSignal): Promise<boolean> {
  if (ms > 0) await clock.sleep(ms, signal);
  return !signal.aborted;
}

/** Status of the receiver's answer; 0 where there was none. */
async function post(context: Context, task: Task, { to, address }: Delivery): Promise<number> {
  const said = taskObject(context, task);
  const body = task.gateway === 'apimart' ? said : DIALECTS[task.gateway].envelope(said);
  try {
    const answer = await fetch(to, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-rushes-callback': address },
      body: JSON.stringify(body),
      redirect: 'manual',
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    await answer.body?.cancel();
    return answer.status;
  } catch {
    return 0;
  }
}
