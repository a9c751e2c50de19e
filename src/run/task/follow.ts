/**
 * Follows one task to its end: asks at the right times, tells a read error from a failure, and
 * hands a finished clip on. Nothing here submits but a retry that `retries:` allows, and that only
 * by putting a new job in the queue.
 */
import { defined } from '../../defined.ts';
import type { AskOutcome } from '../../gateways/gateway.ts';
import type { RunContext } from '../context.ts';
import type { Followed } from '../job.ts';
import { firstAskMs, nextAskMs } from '../limits/poll-cadence.ts';
import { completed, linkless } from './following/completed.ts';
import { failed } from './following/failed.ts';
import { leave, LOST_AFTER_MS, recordLost } from './following/leave.ts';
import { inWords, tellClockOff, tellProgress, tellUnknownWord } from './following/tell.ts';
import { unknownTask, unreadable } from './following/unanswered.ts';
import { beginWatch, expectationOf, type Watch } from './following/watch.ts';

type Unfinished = Extract<AskOutcome, { kind: 'waiting' | 'running' }>;

/** How long one run follows a task where the manifest does not say. */
export const DEFAULT_DEADLINE_MS = 45 * 60_000;

export async function follow(ctx: RunContext, task: Followed): Promise<void> {
  const watch = beginWatch(ctx, task);
  try {
    await askToTheEnd(ctx, task, watch);
  } finally {
    watch.length.left();
  }
}

async function askToTheEnd(ctx: RunContext, task: Followed, watch: Watch): Promise<void> {
  const { clock } = ctx.deps;
  let delayMs = task.from === 'fresh' ? firstAskMs(watch.expectation, ctx.pacing) : 0;
  for (;;) {
    const leftMs = watch.beganAt + task.deadlineMs - clock.monotonic();
    if (delayMs > 0)
      await clock.sleep(Math.min(together(ctx, task, delayMs), leftMs), ctx.stops.asks);
    if (ctx.stops.asks.aborted) return leave(ctx, task, watch, 'the run ended before the task did');
    // The deadline is this run's patience, not the task's end: one last look is due before it is
    // left alone.
    const isLast = clock.monotonic() - watch.beganAt >= task.deadlineMs;
    const outcome = await ctx.asker(task.gateway).ask(task.task);
    tellClockOff(ctx, task.gateway);
    if (ctx.stops.asks.aborted && outcome.kind === 'unreadable')
      return leave(ctx, task, watch, 'the run ended before the task did');
    const next = await handleAnswer(ctx, task, watch, outcome);
    if (next === 'over') return;
    if (task.from === 'lost' && !watch.seenUnfinished)
      return leave(ctx, task, watch, 'still no sign of the task');
    if (ctx.deps.options.detach === true || task.from === 'lost')
      return leave(ctx, task, watch, 'the task is still running at the gateway');
    if (isLast)
      return leave(
        ctx,
        task,
        watch,
        `not finished after ${inWords(task.deadlineMs)}; the task is still running at the gateway`,
      );
    delayMs = next;
  }
}

/**
 * Where many tasks can be asked about in one request, their times are brought together on a grid.
 */
function together(ctx: RunContext, task: Followed, delayMs: number): number {
  if (!ctx.asker(task.gateway).batches || ctx.slots.inFlight(task.gateway.name) < 2) return delayMs;
  const gridMs = Math.max(1, Math.round(ctx.pacing.floorMs / 2));
  const due = ctx.deps.clock.monotonic() + delayMs;
  return Math.ceil(due / gridMs) * gridMs - ctx.deps.clock.monotonic();
}

/** Takes in one answer. Gives the milliseconds until the next ask, or `over`. */
async function handleAnswer(
  ctx: RunContext,
  task: Followed,
  watch: Watch,
  outcome: AskOutcome,
): Promise<number | 'over'> {
  const ageMs = Math.max(0, ctx.deps.clock.now() - task.submittedAtMs);
  if (outcome.kind !== 'unreadable') {
    watch.unreadable = 0;
    watch.refusedReads = 0;
  }
  if (outcome.kind !== 'unknown-task') watch.unknown.count = 0;
  if (outcome.kind === 'waiting' || outcome.kind === 'running') watch.seenUnfinished = true;
  else if (outcome.kind !== 'completed') watch.seenUnfinished = false;
  switch (outcome.kind) {
    case 'waiting':
    case 'running':
      return unfinished(ctx, task, watch, outcome, ageMs);
    case 'completed':
      return completed(ctx, task, watch, outcome);
    case 'failed':
      if (watch.completedRecorded) return linkless(ctx, task, watch);
      await failed(ctx, task, outcome);
      return 'over';
    case 'unknown-task':
      return unknownTask(ctx, task, watch, outcome.message, ageMs);
    case 'unreadable':
      return unreadable(ctx, task, watch, outcome);
  }
}

async function unfinished(
  ctx: RunContext,
  task: Followed,
  watch: Watch,
  outcome: Unfinished,
  ageMs: number,
): Promise<number | 'over'> {
  const running = outcome.kind === 'running' ? outcome : undefined;
  if (running?.unknownWord === true) tellUnknownWord(ctx, task, running.word);
  const progress = running?.progress;
  const estimatedSeconds = outcome.expectedSeconds ?? watch.expectation.expectedSeconds;
  watch.length.unfinished(ageMs / 1_000, defined({ estimatedSeconds, progress }));
  watch.expectation = expectationOf(watch.length, estimatedSeconds);
  if (ageMs >= LOST_AFTER_MS && !watch.completedRecorded)
    return recordLost(ctx, task, 'it has had no end for more than 24 hours');
  tellProgress(ctx, task, watch, outcome.kind, progress);
  // A task that was completed and now says otherwise still has its clip somewhere: the link is
  // asked for as before.
  if (watch.completedRecorded) return linkless(ctx, task, watch);
  return nextAskMs(ageMs, watch.expectation, ctx.pacing);
}
