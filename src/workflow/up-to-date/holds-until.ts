/**
 * How long a plan with nothing to do stays what it is while no file changes: until a link expires
 * that something still hangs on, or a model's date comes.
 */
import { linkDiesAt } from '../../lock/link-life.ts';
import type { LockEntry, Result } from '../../lock/file/format.ts';
import type { Plan, ProjectPlan } from '../../plan/plan.ts';

/**
 * Epoch milliseconds; infinity if no date matters; `nowMs` where it cannot be told, as with a
 * refund that is waited for.
 */
export function holdsUntil(plan: Plan, nowMs: number): number {
  const dates = plan.projects.flatMap((part) => [...linkDates(part), ...modelDates(part)]);
  return dates.reduce(
    (first, date) => (date > nowMs && date < first ? date : first),
    plan.projects.some(awaitsMoney) ? nowMs : Number.POSITIVE_INFINITY,
  );
}

/** The link of a clip that is here is no longer needed. */
function linkDates({ renders, lock }: ProjectPlan): number[] {
  const here = new Set<LockEntry | Result | undefined>(
    renders.flatMap(({ action, entry }) =>
      action.kind === 'keep' && action.reason === 'current' ? [entry] : [],
    ),
  );
  return [...lock.renders.values()].flatMap((entry) =>
    [entry, ...(entry.earlier ?? [])].flatMap((result) =>
      here.has(result) || (result !== entry && result.clip !== undefined)
        ? []
        : [linkDiesAt(result)],
    ),
  );
}

/** Days are days of UTC; a day begins to count at its first hour, or after its last. */
function modelDates({ renders }: ProjectPlan): number[] {
  const lifecycles = new Set(renders.map(({ render }) => render.model.lifecycle));
  return [...lifecycles].flatMap((lifecycle) =>
    Object.values(lifecycle)
      .filter((value) => /^\d{4}-\d\d-\d\d$/.test(value))
      .flatMap((day) => [Date.parse(day), Date.parse(day) + DAY_MS]),
  );
}

const DAY_MS = 24 * 3_600_000;

const awaitsMoney = ({ lock }: ProjectPlan): boolean =>
  [...lock.renders.values()].some((entry) =>
    [entry, ...(entry.earlier ?? [])].some(({ cost }) => cost?.refund !== undefined),
  );
