/** Reasons that block a submit permanently: a cap, or the end of the process. */
import { formatUsd, type MicroUsd } from '../../money.ts';
import type { RunContext } from '../context.ts';
import type { SubmitJob } from '../job.ts';
import type { Standing } from './cap.ts';
import { wallDoors, wallFor } from './shutdown.ts';

export const priceOf = ({ render }: SubmitJob): MicroUsd | undefined =>
  render.price.kind === 'unknown' ? undefined : render.price.usd;
/**
 * What must be left under the cap: an unknown price is at least something, so an exhausted cap
 * stops it too.
 */
export const leastOf = (job: SubmitJob): MicroUsd => priceOf(job) ?? (1 as MicroUsd);

/**
 * A charge above the estimate looks like a broken promise unless the estimate is shown too.
 */
function budgetWords({ manifest, limit, used, carried, estimated }: Standing): string {
  const whose = manifest === undefined ? 'this run' : manifest;
  const dearer = used > estimated ? `, for what was estimated at ${formatUsd(estimated)}` : '';
  const before = carried ? ', some of it by a run that was cut short' : '';
  return `the budget of ${whose}, ${formatUsd(limit)}, is reached with ${formatUsd(used)} charged or reserved${dearer}${before}; nothing more was submitted, and what is paid was followed to its end`;
}

/** No open task could make room: waiting would change nothing. */
export function capInTheWay(ctx: RunContext, job: SubmitJob): string | undefined {
  const { render, manifest, project } = job;
  if (
    render.price.kind === 'unknown' &&
    ctx.cap.isCapped(manifest) &&
    !(project.budget?.unpriced ?? []).includes(render.alias)
  ) {
    ctx.tally.because(
      'unpriced',
      `the price of ${render.model.name} is unknown, and the budget does not accept that`,
    );
    return 'its price is unknown, and budget.unpriced does not name its alias';
  }
  return ctx.cap.fits(manifest, leastOf(job)) || ctx.cap.open > 0
    ? undefined
    : budgetReached(ctx, job);
}

export function budgetReached(ctx: RunContext, job: SubmitJob): string {
  const standing = ctx.cap.inTheWay(job.manifest, leastOf(job));
  if (standing !== undefined) ctx.tally.because('cap', budgetWords(standing));
  return 'the budget is reached';
}

/** It would not be finished in time; and how long would do. */
export function wallInTheWay(
  ctx: RunContext,
  job: SubmitJob,
  { elapsedMs, forecastSeconds }: { readonly elapsedMs: number; readonly forecastSeconds: number },
): string | undefined {
  const { maxWallMs } = ctx.deps.options;
  if (maxWallMs === undefined || ctx.deps.options.detach === true) return undefined;
  const leftMs = wallDoors(maxWallMs).asksMs - elapsedMs;
  const needed =
    ctx.history.past(job.render.model.name, job.render.asked.seconds)?.medianSeconds ??
    job.expectedSeconds;
  if (leftMs >= needed * 1_000) return undefined;
  const whole =
    forecastSeconds > needed ? `, and ${wallFor(forecastSeconds * 1_000)} for the whole plan` : '';
  const enough = `a task of ${job.render.model.name} takes about ${Math.round(needed)} s, so --max-wall ${wallFor(needed * 1_000)} is enough for it${whole}`;
  ctx.tally.because('wall', `--max-wall is too short to submit more: ${enough}`);
  return `it would not be finished before --max-wall: ${enough}`;
}
