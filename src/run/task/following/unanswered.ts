/** Answers that say nothing of how a task stands: it is unknown, or they cannot be read. */
import type { AskOutcome } from '../../../gateways/gateway.ts';
import type { RunContext } from '../../context.ts';
import type { Followed } from '../../job.ts';
import { unknownTaskDelayMs, unreadableDelayMs } from '../../limits/poll-cadence.ts';
import { keyRefused } from '../key-refused.ts';
import { isDead } from './completed.ts';
import { holdTask, LOST_AFTER_MS, recordLost } from './leave.ts';
import { tellDelay } from '../tell-delay.ts';
import type { Watch } from './watch.ts';

/** "No such task" is final after this many answers, over at least {@link UNKNOWN_SPAN_MS}. */
const UNKNOWN_ASKS = 5;
/** Shortly after a submit a gateway may not know the task yet. */
const UNKNOWN_SPAN_MS = 10 * 60_000;
/** A key that may not read tasks is tried a few times, then no longer. */
const REFUSED_READS = 3;

export async function unknownTask(
  ctx: RunContext,
  task: Followed,
  watch: Watch,
  message: string,
  ageMs: number,
): Promise<number | 'over'> {
  const sinceStartMs = ctx.deps.clock.monotonic();
  if (watch.unknown.count === 0) watch.unknown.sinceMs = sinceStartMs;
  watch.unknown.count += 1;
  const expired = isDead(task, ctx.deps.clock.now());
  const surely =
    watch.unknown.count >= UNKNOWN_ASKS && sinceStartMs - watch.unknown.sinceMs >= UNKNOWN_SPAN_MS;
  if (watch.completedRecorded && (surely || expired)) {
    holdTask(
      ctx,
      task,
      expired ? 'missing' : 'pending',
      'the clip is paid for, but the gateway no longer knows its task',
    );
    return 'over';
  }
  if (surely || ageMs >= LOST_AFTER_MS)
    return recordLost(ctx, task, `the gateway has no record of it: ${message}`);
  if (watch.unknown.count === UNKNOWN_ASKS)
    tellDelay(
      ctx,
      task,
      `the gateway says that it does not know the task, and is asked on: ${message}`,
    );
  return unknownTaskDelayMs(watch.unknown.count, ctx.pacing);
}

export function unreadable(
  ctx: RunContext,
  task: Followed,
  watch: Watch,
  outcome: Extract<AskOutcome, { kind: 'unreadable' }>,
): number | 'over' {
  watch.unreadable += 1;
  if (outcome.auth === true) {
    watch.refusedReads += 1;
    keyRefused(ctx, task.gateway.name, task.gateway.keyVariable, outcome.reason);
    if (watch.refusedReads >= REFUSED_READS) {
      holdTask(ctx, task, 'pending', `its state cannot be read: ${outcome.reason}`);
      return 'over';
    }
  }
  if (watch.unreadable === 3) tellDelay(ctx, task, `no readable answer yet: ${outcome.reason}`);
  return unreadableDelayMs(watch.unreadable, outcome.retryAfterMs, ctx.pacing);
}
