/** What a run needs besides the plain data of a plan. */
import type { Plan } from '../plan/plan.ts';
import type { PlanDocument } from '../report/plan/plan-json.ts';
import type { Surroundings } from '../workflow/open/surroundings.ts';

interface Made {
  readonly at: Surroundings;
  readonly plan: Plan;
  readonly draft: boolean;
}

const made = new WeakMap<PlanDocument, Made>();

export const keepMade = (plan: PlanDocument, parts: Made): void => void made.set(plan, parts);

/** Throws on a value that `makePlan` of this process did not return. */
export function madePlan(plan: PlanDocument): Made {
  const found = made.get(plan);
  if (found === undefined)
    throw new TypeError('not a plan that makePlan returned in this process: make it again');
  return found;
}
