/**
 * The gateway's books: requests, accepted tasks and charges. The truth against
 * which a run's own records are checked.
 */
import { defined } from '../defined.ts';
import type { GatewayName } from '../ids.ts';
import { type MicroUsd, subtractMoney } from '../money.ts';
import { addMoney, NO_MONEY } from '../money.ts';
import type { JsonObject } from '../scene.ts';
import { bill, type Task } from './task.ts';

export type GatewayEvent =
  /**
   * One POST of a generation. `outcome` is what the gateway did, not what the client got to read.
   */
  | {
      readonly kind: 'submit';
      readonly at: number;
      readonly gateway: GatewayName;
      readonly idempotencyKey?: string;
      readonly body: string;
      readonly outcome: 'accepted' | 'replayed' | 'refused' | 'not-reached';
      readonly task?: string;
      readonly status?: number;
      readonly rule?: string;
    }
  | {
      readonly kind: 'ask' | 'batch' | 'list' | 'balance';
      readonly at: number;
      readonly gateway: GatewayName;
      readonly tasks: readonly string[];
      readonly status: number;
      readonly rule?: string;
    }
  | {
      readonly kind: 'download';
      readonly at: number;
      readonly gateway: GatewayName;
      readonly task: string;
      readonly status: number;
      /** Bytes of the answer's body. */
      readonly bytes: number;
      readonly range?: string;
      /** A key was sent to the media host: it never should be. */
      readonly leakedKey: boolean;
      readonly rule?: string;
    }
  /** One upload of a picture. `sha256`: of what was stored; absent if nothing was. */
  | {
      readonly kind: 'upload';
      readonly at: number;
      readonly gateway: GatewayName;
      readonly status: number;
      /** Bytes of the request's body. */
      readonly bytes: number;
      readonly sha256?: string;
      readonly rule?: string;
    }
  /** News of an ended task. `address`: the one in its request; `status` 0: no answer. */
  | {
      readonly kind: 'callback';
      readonly at: number;
      readonly gateway: GatewayName;
      readonly task: string;
      readonly address: string;
      readonly status: number;
    }
  | {
      readonly kind: 'settled';
      readonly at: number;
      readonly gateway: GatewayName;
      readonly task: string;
      readonly charged: MicroUsd;
      readonly refunded: MicroUsd;
    };

/** One accepted task, as the books have it. */
interface Accepted {
  readonly at: number;
  readonly gateway: GatewayName;
  readonly model: string;
  readonly task: string;
  readonly idempotencyKey?: string;
  readonly body: JsonObject;
  readonly reserved: MicroUsd;
  /** Both absent until the task has ended. */
  readonly charged?: MicroUsd;
  readonly refunded?: MicroUsd;
}

export interface Books {
  readonly accepted: readonly Accepted[];
  readonly events: readonly GatewayEvent[];
  /**
   * Most tasks that were accepted and not ended at one time; keys `all`, `apimart`, `evolink`, and
   * model names.
   */
  readonly peak: ReadonlyMap<string, number>;
  /** Accepted and not ended now. */
  readonly open: number;
  /** Per gateway. `reserved`: of open tasks. */
  readonly money: Readonly<
    Record<
      GatewayName,
      { readonly reserved: MicroUsd; readonly charged: MicroUsd; readonly refunded: MicroUsd }
    >
  >;
}

export interface Bookkeeper {
  note(event: GatewayEvent): void;
  accept(task: Task): void;
  /** Books every task that has ended by now. */
  settle(nowMs: number): void;
  /** Accepted and not ended, as of the last `settle`. */
  running(gateway: GatewayName): number;
  /** Reserved and charged so far: the amount that has left the balance. */
  spent(gateway: GatewayName): MicroUsd;
  read(): Books;
}

export function openBooks(onEvent: (event: GatewayEvent) => void): Bookkeeper {
  const accepted: Accepted[] = [];
  const events: GatewayEvent[] = [];
  const peak = new Map<string, number>();
  const running = new Map<string, number>();
  const money = { apimart: emptyAccount(), evolink: emptyAccount() };
  /** Open tasks with the place of their line in `accepted`. */
  const open = new Map<Task, number>();
  /** Before this time no open task ends, so that most requests need not look at them. */
  let nextEndMs = Number.POSITIVE_INFINITY;

  const note = (event: GatewayEvent): void => {
    events.push(event);
    onEvent(event);
  };
  const change = (task: Task, by: 1 | -1): void => {
    for (const key of ['all', task.gateway, task.model.name]) {
      const now = (running.get(key) ?? 0) + by;
      running.set(key, now);
      if (now > (peak.get(key) ?? 0)) peak.set(key, now);
    }
  };

  return {
    note,
    accept(task) {
      const reserved = task.price?.usd ?? NO_MONEY;
      const { gateway, idempotencyKey, body } = task;
      open.set(task, accepted.length);
      nextEndMs = Math.min(nextEndMs, task.endsAtMs);
      accepted.push({
        at: task.acceptedAtMs,
        gateway,
        model: task.model.name,
        task: task.id,
        body,
        reserved,
        ...defined({ idempotencyKey }),
      });
      money[gateway].reserved = addMoney(money[gateway].reserved, reserved);
      change(task, 1);
    },
    settle(nowMs) {
      if (nowMs < nextEndMs) return;
      nextEndMs = Number.POSITIVE_INFINITY;
      for (const [task, line] of open) {
        if (task.endsAtMs > nowMs) {
          nextEndMs = Math.min(nextEndMs, task.endsAtMs);
          continue;
        }
        open.delete(task);
        change(task, -1);
        const { charged, refunded } = bill(task);
        const account = money[task.gateway];
        const entry = accepted[line];
        if (entry === undefined) continue;
        account.reserved = subtractMoney(account.reserved, entry.reserved);
        account.charged = addMoney(account.charged, charged);
        account.refunded = addMoney(account.refunded, refunded);
        accepted[line] = { ...entry, charged, refunded };
        note({
          kind: 'settled',
          at: task.endsAtMs,
          gateway: task.gateway,
          task: task.id,
          charged,
          refunded,
        });
      }
    },
    running: (gateway) => running.get(gateway) ?? 0,
    spent: (gateway) => addMoney(money[gateway].reserved, money[gateway].charged),
    read: () => ({
      accepted: [...accepted],
      events: [...events],
      peak: new Map(peak),
      open: open.size,
      money: { apimart: { ...money.apimart }, evolink: { ...money.evolink } },
    }),
  };
}

const emptyAccount = (): { reserved: MicroUsd; charged: MicroUsd; refunded: MicroUsd } => ({
  reserved: NO_MONEY,
  charged: NO_MONEY,
  refunded: NO_MONEY,
});
