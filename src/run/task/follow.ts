/**
 * Follows one task to its end: asks at the right times, tells a read error from a failure, and
 * hands a finished clip on. Nothing here submits but a retry that `retries:` allows, and that only
 * by putting a new job in the queue.
 */
import { commandWord, renderWords } from '../../command-words.ts';
import { defined } from '../../defined.ts';
import type { AskOutcome, Gateway } from '../../gateways/gateway.ts';
import { resultsOf } from '../../lock/entry.ts';
import { LONGEST_LINK_LIFE_MS } from '../../lock/link-life.ts';
import { isoSeconds } from '../../ports/clock.ts';
import {
  type Expectation,
  firstAskMs,
  nextAskMs,
  unknownTaskDelayMs,
  unreadableDelayMs,
} from '../limits/poll-cadence.ts';
import type { RunContext } from '../context.ts';
import { fetchClip } from './delivery/fetch-clip.ts';
import { hintFor } from './hold.ts';
import { about, now, recordPaid, reportedCost } from './record.ts';
import type { Outcome } from '../tally.ts';
import type { WatchedTask } from '../limits/task-lengths.ts';
import type { Followed } from '../job.ts';
import { answeredModel } from './answered-model.ts';
import { failureHint } from './failure-hint.ts';
import { keyRefused } from './key-refused.ts';
import { clipLanded } from './go-on.ts';
import { queueJob } from './queue-job.ts';

type Completed = Extract<AskOutcome, { kind: 'completed' }>;
type Failed = Extract<AskOutcome, { kind: 'failed' }>;

/** "No such task" this often … */
const UNKNOWN_ASKS = 5;
/**
 * … over at least this long is the gateway's last word. Shortly after a submit it only means that
 * it is slow to know.
 */
const UNKNOWN_SPAN_MS = 10 * 60_000;
/** How long one run follows a task where the manifest does not say. */
export const DEFAULT_DEADLINE_MS = 45 * 60_000;
const LOST_AFTER_MS = 24 * 3_600_000;
/** A key that may not read is asked with a few times, in case it comes back, then no longer. */
const REFUSED_READS = 3;
/** "Completed", but no link: asked again this often, with growing pauses. */
const LINKLESS_ASKS = 6;

/** What following has seen so far. */
interface Watch {
  readonly beganAt: number;
  readonly length: WatchedTask;
  expectation: Expectation;
  unreadable: number;
  refusedReads: number;
  /** `sinceMs`: on the clock that never goes back. */
  unknown: { count: number; sinceMs: number };
  linkless: number;
  completedRecorded: boolean;
  /** What it cost is known from the gateway; some say it only after the clip. */
  costReported: boolean;
  /** At the last ask the task was not finished, so when its end is seen, it has just ended. */
  seenUnfinished: boolean;
  lastShown: string;
}

export async function follow(ctx: RunContext, task: Followed): Promise<void> {
  const { clock } = ctx.deps;
  const length = ctx.lengths.watch(
    task.model,
    task.asked?.seconds,
    task.expectedSeconds === undefined ? {} : { estimatedSeconds: task.expectedSeconds },
  );
  const watch: Watch = {
    beganAt: clock.monotonic(),
    length,
    expectation: expectationOf(length, task.expectedSeconds, undefined),
    unreadable: 0,
    refusedReads: 0,
    unknown: { count: 0, sinceMs: 0 },
    linkless: 0,
    completedRecorded: task.from === 'completed',
    costReported: task.reserved?.source === 'reported',
    seenUnfinished: task.from === 'fresh',
    lastShown: '',
  };
  try {
    await askToTheEnd(ctx, task, watch);
  } finally {
    length.left();
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
    emitClockOff(ctx, task.gateway);
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
    case 'running': {
      if (outcome.kind === 'running' && outcome.unknownWord === true)
        emitUnknownWord(ctx, task, outcome.word);
      const progress = outcome.kind === 'running' ? outcome.progress : undefined;
      const estimatedSeconds = outcome.expectedSeconds ?? watch.expectation.expectedSeconds;
      watch.length.unfinished(ageMs / 1_000, {
        ...(estimatedSeconds !== undefined && { estimatedSeconds }),
        ...(progress !== undefined && { progress }),
      });
      watch.expectation = expectationOf(watch.length, estimatedSeconds, progress);
      if (ageMs >= LOST_AFTER_MS && !watch.completedRecorded)
        return recordLost(ctx, task, 'it has had no end for more than 24 hours');
      show(ctx, task, watch, outcome.kind, progress);
      // A task that was completed and now says otherwise still has its clip somewhere: the link is
      // asked for as before.
      if (watch.completedRecorded) return linkless(ctx, task, watch);
      return nextAskMs(ageMs, watch.expectation, ctx.pacing);
    }
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

async function completed(
  ctx: RunContext,
  task: Followed,
  watch: Watch,
  outcome: Completed,
): Promise<number | 'over'> {
  const nowMs = ctx.deps.clock.now();
  const completedAtMs =
    task.completedAtMs ??
    outcome.completedAtMs ??
    (outcome.tookSeconds === undefined
      ? nowMs
      : Math.min(nowMs, task.submittedAtMs + outcome.tookSeconds * 1_000));
  const { linkLifeMs } = task.gateway;
  const expiresAtMs =
    outcome.expiresAtMs ??
    task.expiresAtMs ??
    (linkLifeMs === undefined ? undefined : completedAtMs + linkLifeMs);
  const isNews = !watch.completedRecorded;
  if (isNews || (outcome.cost !== undefined && !watch.costReported)) {
    watch.completedRecorded = true;
    watch.costReported ||= outcome.cost !== undefined;
    await recordPaid(ctx, task, {
      kind: 'completed',
      at: now(ctx),
      task: task.task,
      gateway: task.gateway.name,
      ...answeredModel(ctx, task, outcome.model),
      ...(outcome.cost === undefined ? {} : { cost: reportedCost(outcome.cost) }),
      ...(expiresAtMs === undefined ? {} : { expiresAt: isoSeconds(expiresAtMs) }),
      completedAt: isoSeconds(completedAtMs),
    });
    ctx.cap.settle(task.capKey, outcome.cost?.usd, 'made');
  }
  if (isNews) {
    ctx.throttle(task.gateway.name).ended();
    // A clip that was ready for an unknown time before the first ask says nothing about how
    // long such a task takes.
    const hasTimes = outcome.tookSeconds !== undefined || outcome.completedAtMs !== undefined;
    if ((task.from === 'fresh' || task.from === 'pending') && (hasTimes || watch.seenUnfinished)) {
      ctx.history.add(
        task.model,
        task.asked?.seconds,
        outcome.tookSeconds ?? (completedAtMs - task.submittedAtMs) / 1_000,
      );
    }
    watch.length.ended((nowMs - task.submittedAtMs) / 1_000, outcome.tookSeconds);
    task.release();
  }
  if (task.from === 'out-of-scope') return 'over';
  if (outcome.links.length === 0) return linkless(ctx, task, watch);
  const links = {
    links: outcome.links,
    completedAtMs,
    expiresAtMs,
    ...(outcome.cost === undefined ? {} : { cost: outcome.cost.usd }),
  };
  const end = await fetchClip(ctx, task, links, watch.beganAt + task.deadlineMs);
  settleState(ctx, task, end);
  return 'over';
}

/**
 * "Completed" without a link: some gateways need a moment. Asked again a few times, then reported
 * and left pending.
 */
function linkless(ctx: RunContext, task: Followed, watch: Watch): number | 'over' {
  watch.linkless += 1;
  if (watch.linkless < LINKLESS_ASKS && ctx.deps.options.detach !== true)
    return ctx.pacing.floorMs * 2 ** (watch.linkless - 1);
  const expired = isDead(task, ctx.deps.clock.now());
  hold(
    ctx,
    task,
    expired ? 'missing' : 'pending',
    'the gateway says that the clip is made, but gives no link to it',
  );
  return 'over';
}

/** Whether the link of a clip that was known to be made when this run began is surely dead. */
const isDead = ({ completedAtMs, expiresAtMs }: Followed, nowMs: number): boolean =>
  completedAtMs !== undefined && nowMs >= (expiresAtMs ?? completedAtMs + LONGEST_LINK_LIFE_MS);

async function failed(ctx: RunContext, task: Followed, outcome: Failed): Promise<void> {
  const reserved = task.reserved;
  await recordPaid(ctx, task, {
    kind: 'failed',
    at: now(ctx),
    task: task.task,
    gateway: task.gateway.name,
    error: { kind: outcome.failure, message: outcome.message },
    ...(outcome.cost !== undefined
      ? { cost: reportedCost(outcome.cost, outcome.refundPending) }
      : reserved === undefined
        ? {}
        : {
            cost: {
              ...reserved,
              source: 'unconfirmed' as const,
              ...(outcome.refundPending === true && { refund: 'pending' as const }),
            },
          }),
  });
  ctx.cap.settle(
    task.capKey,
    outcome.cost?.usd,
    outcome.refundPending === true ? 'refund-pending' : 'failed',
  );
  ctx.throttle(task.gateway.name).ended();
  task.release();
  if (outcome.failure === 'dead-link') await forgetLinks(ctx, task);
  if (task.from === 'out-of-scope') return;
  const again = retryOf(ctx, task, outcome);
  if (again !== undefined) {
    ctx.deps.emit({
      event: 'render.progress',
      ...about(task),
      task: task.task,
      phase: 'delayed',
      message: `the gateway failed (${outcome.message}); submitting again, as the manifest's retries: allow`,
    });
    if (task.counts) ctx.tally.set(task.manifest, task.id, 'not-submitted');
    ctx.spawn(queueJob(ctx, again));
    return;
  }
  if (task.counts) ctx.tally.set(task.manifest, task.id, 'failed');
  ctx.deps.emit({
    event: 'render.failed',
    ...about(task),
    task: task.task,
    kind: outcome.failure,
    message: outcome.message,
    ...failureHint(outcome.failure),
  });
}

/** A link that the gateway cannot read is not used again, however long it should have lived. */
async function forgetLinks(ctx: RunContext, { gateway, ledger, ...task }: Followed): Promise<void> {
  const request = resultsOf(ledger.lock, task.id).find((one) => one.task === task.task)?.request;
  const sent = task.from === 'fresh' ? task.again?.body : undefined;
  if (request !== undefined) await ctx.pictures.forget(gateway, request, sent);
}

/** The next paid attempt, where the manifest allows one for this kind of failure. */
function retryOf(
  ctx: RunContext,
  { again }: Followed,
  { failure, message }: Failed,
): Followed['again'] {
  if (again === undefined || !ctx.deps.options.submits) return undefined;
  if (failure !== 'service' && failure !== 'timeout') return undefined;
  if (again.retries[failure] <= 0) return undefined;
  return {
    ...again,
    attempt: ctx.deps.uuid(),
    retries: { ...again.retries, [failure]: again.retries[failure] - 1 },
    failedBefore: { kind: failure, message },
  };
}

async function unknownTask(
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
    hold(
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
    emitDelayed(
      ctx,
      task,
      `the gateway says that it does not know the task, and is asked on: ${message}`,
    );
  return unknownTaskDelayMs(watch.unknown.count, ctx.pacing);
}

function unreadable(
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
      hold(ctx, task, 'pending', `its state cannot be read: ${outcome.reason}`);
      return 'over';
    }
  }
  if (watch.unreadable === 3) emitDelayed(ctx, task, `no readable answer yet: ${outcome.reason}`);
  return unreadableDelayMs(watch.unreadable, outcome.retryAfterMs, ctx.pacing);
}

function emitDelayed(ctx: RunContext, task: Followed, message: string): void {
  if (task.from === 'out-of-scope') return;
  ctx.deps.emit({
    event: 'render.progress',
    ...about(task),
    task: task.task,
    phase: 'delayed',
    message,
  });
}

async function recordLost(ctx: RunContext, task: Followed, reason: string): Promise<'over'> {
  if (task.from !== 'lost')
    await recordPaid(ctx, task, {
      kind: 'lost',
      at: now(ctx),
      task: task.task,
      gateway: task.gateway.name,
      reason,
    });
  ctx.cap.settle(task.capKey, undefined, 'unclear');
  task.release();
  hold(ctx, task, 'lost', `the task is lost: ${reason}`);
  return 'over';
}

function inWords(ms: number): string {
  if (ms < 120_000) return `${Math.round(ms / 1_000)} seconds`;
  return ms < 7_200_000
    ? `${Math.round(ms / 60_000)} minutes`
    : `${Math.round(ms / 3_600_000)} hours`;
}

/**
 * Not finished, and this run stops asking. Its slot stays taken: the task still runs, unless the
 * gateway had no record of it when it was asked last.
 */
function leave(ctx: RunContext, task: Followed, watch: Watch, message: string): void {
  if (task.from === 'lost') return hold(ctx, task, 'lost', message);
  if (watch.unknown.count === 0) return hold(ctx, task, 'pending', message);
  hold(ctx, task, 'pending', 'the gateway has no record of the task', {
    denied: true,
    hint: `rushes collect ${commandWord(task.manifest)} asks again; rushes recover ${renderWords(task, '--give-up')} gives it up`,
  });
}

function hold(
  ctx: RunContext,
  task: Followed,
  reason: 'pending' | 'lost' | 'missing',
  message: string,
  more?: { readonly hint: string; readonly denied: true },
): void {
  if (task.from === 'out-of-scope') return;
  // Its fate was decided before, or it is no longer needed: that it is still lost is not
  // news.
  if (task.from === 'lost' && !task.counts && reason === 'lost') return;
  if (reason === 'missing' && task.ifMissing !== undefined) {
    ctx.tally.set(task.manifest, task.id, 'not-submitted');
    ctx.spawn(queueJob(ctx, task.ifMissing));
    return;
  }
  if (task.counts) ctx.tally.set(task.manifest, task.id, reason);
  // Paid for and under way, whatever uses it: as long as one is, the exit code says so.
  else if (reason === 'pending') ctx.tally.alsoPending(task.manifest, task.capKey);
  ctx.deps.emit({
    event: 'render.held',
    ...about(task),
    task: task.task,
    reason,
    message,
    ...(more ?? defined({ hint: hintFor(reason, task) })),
  });
}

function settleState(
  ctx: RunContext,
  task: Followed,
  end: { readonly state: Outcome; readonly message?: string },
): void {
  if (end.state === 'pending' || end.state === 'missing')
    hold(ctx, task, end.state, end.message ?? 'the clip could not be fetched');
  else if (task.counts) {
    ctx.tally.set(task.manifest, task.id, end.state);
    if (end.state === 'completed') clipLanded(ctx, task.manifest, task.id);
  }
}

function show(
  ctx: RunContext,
  task: Followed,
  watch: Watch,
  phase: 'waiting' | 'running',
  progress: number | undefined,
): void {
  const shown = `${phase} ${progress ?? ''}`;
  if (shown === watch.lastShown || task.from === 'out-of-scope') return;
  watch.lastShown = shown;
  ctx.deps.emit({
    event: 'render.progress',
    ...about(task),
    task: task.task,
    phase,
    ...(progress === undefined ? {} : { progress }),
  });
}

function emitUnknownWord(ctx: RunContext, task: Followed, word: string): void {
  ctx.once(`word ${task.gateway.name} ${word}`, () =>
    ctx.deps.emit({
      event: 'run.notice',
      severity: 'note',
      message: `${task.gateway.name} uses a state that is not documented, ${JSON.stringify(word.slice(0, 80))}; the task is waited for.`,
    }),
  );
}

/** More than the time that an answer may have been under way. */
const CLOCK_OFF_MS = 2 * 60_000;

/** Once per run: which links have expired, and how old a task is, is read from this clock. */
function emitClockOff(ctx: RunContext, { name, clockAheadMs }: Gateway): void {
  const aheadMs = clockAheadMs?.() ?? 0;
  if (Math.abs(aheadMs) <= CLOCK_OFF_MS) return;
  ctx.once('clock', () =>
    ctx.deps.emit({
      event: 'run.notice',
      severity: 'warning',
      message: `The clock of this machine is ${inWords(Math.abs(aheadMs))} ${aheadMs > 0 ? 'ahead of' : 'behind'} the clock of ${name}.`,
      hint: 'Set it: times in the lock, and which links have expired, are read from it.',
    }),
  );
}

function expectationOf(
  length: WatchedTask,
  expectedSeconds: number | undefined,
  progress: number | undefined,
): Expectation {
  const prediction = length.predict();
  return {
    ...(prediction === undefined ? {} : { prediction }),
    ...(expectedSeconds === undefined ? {} : { expectedSeconds }),
    ...(progress === undefined ? {} : { progress }),
  };
}
