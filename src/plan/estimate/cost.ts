/**
 * The cost of a plan. Exact, estimated and unknown are never added to each other: unknown is
 * not zero.
 */
import type { Price } from '../../models/model.ts';
import { addMoney, type MicroUsd, NO_MONEY } from '../../money.ts';
import { isPaidFor, type Money, type Plan, type PlannedRender } from '../plan.ts';

export const NO_COST: Money = { exact: NO_MONEY, estimated: NO_MONEY, unknown: 0 };

/** The sum of prices. Exact to the micro-dollar, whatever the order. */
export function moneyOf(prices: Iterable<Price>): Money {
  let [exact, estimated, unknown] = [NO_MONEY, NO_MONEY, 0];
  let oldest: string | undefined;
  let newest: string | undefined;
  for (const price of prices) {
    if (price.kind === 'unknown') {
      unknown += 1;
      continue;
    }
    if (price.kind === 'exact') exact = addMoney(exact, price.usd);
    else estimated = addMoney(estimated, price.usd);
    if (price.asOf === undefined) continue;
    if (oldest === undefined || price.asOf < oldest) oldest = price.asOf;
    if (newest === undefined || price.asOf > newest) newest = price.asOf;
  }
  return {
    exact,
    estimated,
    unknown,
    ...(oldest === undefined || newest === undefined ? {} : { asOf: [oldest, newest] }),
  };
}

/** All that is known of it: what a cap is compared with. */
export const knownCost = ({ exact, estimated }: Money): MicroUsd => addMoney(exact, estimated);

/** The price of what would be sent, now or after a wait; nothing else costs anything. */
export const pricesOfSubmits = (renders: readonly PlannedRender[]): Price[] =>
  renders.filter(({ action }) => isPaidFor(action)).map(({ render }) => render.price);

export interface ModelCost {
  readonly model: string;
  readonly submits: number;
  /** Seconds of video. */
  readonly seconds: number;
  readonly cost: Money;
}

/** Of what would be sent, by model, in the order of first use. */
export function costByModel({ projects }: Pick<Plan, 'projects'>): ModelCost[] {
  const byModel = new Map<string, PlannedRender[]>();
  for (const { renders } of projects) {
    for (const planned of renders) {
      if (!isPaidFor(planned.action)) continue;
      const { name } = planned.render.model;
      const submits = byModel.get(name);
      if (submits === undefined) byModel.set(name, [planned]);
      else submits.push(planned);
    }
  }
  return [...byModel].map(([model, renders]) => ({
    model,
    submits: renders.length,
    seconds: renders.reduce((sum, { render }) => sum + render.asked.seconds, 0),
    cost: moneyOf(pricesOfSubmits(renders)),
  }));
}
