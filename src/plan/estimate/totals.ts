/** The figures under a plan. */
import { moneyOf, pricesOfSubmits } from './cost.ts';
import { forecastSeconds } from './forecast.ts';
import { picturesOf } from './pictures.ts';
import { type ActionKind, isPaidFor, type ProjectPlan, type Totals } from '../plan.ts';

/** `now`: epoch milliseconds, for tasks that are under way. */
export function totalsOf(projects: readonly ProjectPlan[], now: number): Totals {
  const actions: Record<ActionKind, number> = {
    submit: 0,
    wait: 0,
    attach: 0,
    fetch: 0,
    keep: 0,
    moved: 0,
    hold: 0,
    orphan: 0,
  };
  let seconds = 0;
  for (const { renders, orphans } of projects) {
    actions.orphan += orphans.length;
    for (const { action, render } of renders) {
      actions[action.kind] += 1;
      if (isPaidFor(action)) seconds += render.asked.seconds;
    }
  }
  const cost = moneyOf(projects.flatMap(({ renders }) => pricesOfSubmits(renders)));
  return {
    actions,
    seconds,
    pictures: picturesOf(projects),
    cost,
    forecastSeconds: forecastSeconds(projects, now),
  };
}
