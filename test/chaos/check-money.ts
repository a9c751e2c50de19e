/** Money in the lock against money on the gateway's books, task by task. */
import type { Books, GatewayEvent } from '../../src/local-gateway/books.ts';
import type { Task } from '../../src/local-gateway/task.ts';
import type { Result } from '../../src/lock/file/format.ts';
import { fromUsd } from '../../src/money.ts';

const UNSAID: ReadonlySet<string | undefined> = new Set(['unreported', 'silent', 'pending']);

export function moneyBreaches(
  accepted: Books['accepted'],
  results: readonly { readonly id: string; readonly result: Result }[],
  events: readonly GatewayEvent[],
  tasks: ReadonlyMap<string, Task>,
): string[] {
  const breaches: string[] = [];
  const costHidden = new Set(
    events.flatMap((event) =>
      (event.kind === 'ask' || event.kind === 'batch') &&
      event.rule?.includes('"omit":["cost"') === true
        ? event.tasks
        : [],
    ),
  );
  const byAttempt = new Map(
    results.map(({ id, result }) => [result.attempt as string | undefined, { id, result }]),
  );
  for (const { task, idempotencyKey, reserved, charged } of accepted) {
    const known = byAttempt.get(idempotencyKey);
    if (known === undefined) continue;
    const { id, result } = known;
    const say = (text: string): void =>
      void breaches.push(`${id}, task ${task}, ${result.status}: ${text}`);
    const { cost } = result;
    const fate = tasks.get(task)?.fate;
    const priced = tasks.get(task)?.price !== undefined;
    const atGateway = priced || fate?.costUsd !== undefined;
    if (cost === undefined) {
      say('the lock has no cost at all');
      continue;
    }
    if (cost.source === 'reported') {
      // A refund that is promised: charged is what the gateway says until it is made, the books
      // know already how it goes on.
      const said = cost.refund === 'pending' ? reserved : charged;
      if (said === undefined)
        say('the lock has a reported cost, and the gateway has not charged yet');
      else if (cost.usd === null || !near(fromUsd(cost.usd), said))
        say(`the lock says ${cost.usd} USD, the books ${said / 1e6}`);
      continue;
    }
    const reservation = cost.usd === null ? undefined : fromUsd(cost.usd);
    if (
      priced ? reservation === undefined || !near(reservation, reserved) : reservation !== undefined
    ) {
      say(
        `the lock has reserved ${cost.usd} USD, the gateway ${priced ? reserved / 1e6 : 'nothing'}`,
      );
    }
    if (costHidden.has(task) || !atGateway) continue;
    if (result.status === 'completed')
      say(`the gateway reported ${(charged ?? 0) / 1e6} USD, and the lock has an estimate`);
    if (
      result.status === 'failed' &&
      result.error?.kind !== 'gave-up' &&
      !UNSAID.has(fate?.refund)
    ) {
      say(
        `the gateway reported what it cost (refund: ${fate?.refund ?? 'full'}), and the lock says ${cost.source}`,
      );
    }
  }
  return breaches;
}

/** EvoLink counts in credits: a conversion may be off by one millionth of a dollar. */
const near = (a: number, b: number): boolean => Math.abs(a - b) <= 1;

/**
 * What the tasks of one cap came to, at the least: the most that the runner may know to be free
 * again is left out.
 */
export const leastSpent = (accepted: Books['accepted']): number =>
  accepted.reduce(
    (sum, { reserved, charged }) =>
      sum + (charged === undefined ? reserved : Math.min(reserved, charged)),
    0,
  ) / 1e6;
