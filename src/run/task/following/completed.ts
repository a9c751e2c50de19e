/** A task whose clip is made: paid for, and now to be fetched. */
import type { AskOutcome } from '../../../gateways/gateway.ts';
import { LONGEST_LINK_LIFE_MS } from '../../../lock/link-life.ts';
import { isoSeconds } from '../../../ports/clock.ts';
import type { RunContext } from '../../context.ts';
import type { Followed } from '../../job.ts';
import type { Outcome } from '../../tally.ts';
import { answeredModel } from '../answered-model.ts';
import { fetchClip } from '../delivery/fetch-clip.ts';
import { clipLanded } from '../go-on.ts';
import { now, reportedCost } from '../record.ts';
import { holdTask } from './leave.ts';
import type { Watch } from './watch.ts';

type Completed = Extract<AskOutcome, { kind: 'completed' }>;

/** "Completed", but no link: asked again this often, with growing pauses. */
const LINKLESS_ASKS = 6;

export async function completed(
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
    // No flush: what a power cut takes, the next run asks for again. The clip's line flushes it
    // too.
    task.ledger.recordSoon({
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
export function linkless(ctx: RunContext, task: Followed, watch: Watch): number | 'over' {
  watch.linkless += 1;
  if (watch.linkless < LINKLESS_ASKS && ctx.deps.options.detach !== true)
    return ctx.pacing.floorMs * 2 ** (watch.linkless - 1);
  const expired = isDead(task, ctx.deps.clock.now());
  holdTask(
    ctx,
    task,
    expired ? 'missing' : 'pending',
    'the gateway says that the clip is made, but gives no link to it',
  );
  return 'over';
}

/** Whether the link of a clip that was known to be made when this run began is surely dead. */
export const isDead = ({ completedAtMs, expiresAtMs }: Followed, nowMs: number): boolean =>
  completedAtMs !== undefined && nowMs >= (expiresAtMs ?? completedAtMs + LONGEST_LINK_LIFE_MS);

function settleState(
  ctx: RunContext,
  task: Followed,
  end: { readonly state: Outcome; readonly message?: string },
): void {
  if (end.state === 'pending' || end.state === 'missing')
    holdTask(ctx, task, end.state, end.message ?? 'the clip could not be fetched');
  else if (task.counts) {
    ctx.tally.set(task.manifest, task.id, end.state);
    if (end.state === 'completed') clipLanded(ctx, task.manifest, task.id);
  }
}
