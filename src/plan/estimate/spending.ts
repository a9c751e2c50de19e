/**
 * The possible cost of carrying out a plan, and the caps that limit it: shown before the first
 * submit. Pure.
 */
import { addMoney, type MicroUsd, multiplyMoney, NO_MONEY, subtractMoney } from '../../money.ts';
import type { Money, Plan, ProjectPlan } from '../plan.ts';
import { knownCost, moneyOf, pricesOfSubmits } from './cost.ts';

export interface CapStanding {
  /** `--budget`, `RUSHES_BUDGET_USD`, or the manifest whose `budget` it is. */
  readonly source: '--budget' | 'RUSHES_BUDGET_USD' | { readonly manifest: string };
  readonly limit: MicroUsd;
  /** Of a run that was cut short: counted already. */
  readonly carried: MicroUsd;
  /** Under the limit when all is spent that is estimated; negative where it does not fit. */
  readonly headroom: MicroUsd;
}

interface SpendingPart {
  readonly manifest: string;
  readonly submits: number;
  readonly cost: Money;
}

export interface Spending {
  readonly submits: number;
  readonly cost: Money;
  /** Manifests that submit something. */
  readonly parts: readonly SpendingPart[];
  /**
   * The highest sum of known prices if every `retries:` is used, limited by the caps; submits of
   * unknown price are not included.
   */
  readonly worst: MicroUsd;
  /** Some manifest allows a failed task to be submitted again. */
  readonly retries: boolean;
  /** Caps over the sum first; empty if there are none. */
  readonly caps: readonly CapStanding[];
  /** The limit of all submits together; `undefined` if some have no limit. */
  readonly capUsd: MicroUsd | undefined;
  /** Manifests that submit something and that no cap holds. */
  readonly uncapped: readonly string[];
}

export interface SpendingOptions {
  readonly flagUsd?: MicroUsd;
  readonly environmentUsd?: MicroUsd;
  /** The cap in force over the sum, if it is less than both, as for a shard. */
  readonly capUsd?: MicroUsd | undefined;
  /** By manifest; default: nothing. */
  readonly carried?: ReadonlyMap<string, MicroUsd>;
}

export function spendingOf({ projects }: Plan, options: SpendingOptions): Spending {
  const { flagUsd, environmentUsd, carried } = options;
  const carriedBy = ({ project }: ProjectPlan): MicroUsd =>
    carried?.get(project.manifest) ?? NO_MONEY;
  const caps: CapStanding[] = [];
  const capUsd = options.capUsd ?? smaller(flagUsd, environmentUsd);
  const all = projects.flatMap(({ renders }) => pricesOfSubmits(renders));
  const carriedByAll = addMoney(...projects.map(carriedBy));
  const standing = (
    source: CapStanding['source'],
    limit: MicroUsd,
    before: MicroUsd,
    cost: Money,
  ): CapStanding => ({
    source,
    limit,
    carried: before,
    headroom: subtractMoney(subtractMoney(limit, before), knownCost(cost)),
  });
  if (capUsd !== undefined) {
    const isFlag =
      flagUsd !== undefined && (environmentUsd === undefined || flagUsd <= environmentUsd);
    const source = isFlag ? '--budget' : 'RUSHES_BUDGET_USD';
    caps.push(standing(source, capUsd, carriedByAll, moneyOf(all)));
  }
  let worst = NO_MONEY;
  let retries = false;
  const parts: SpendingPart[] = [];
  const limits: MicroUsd[] = [];
  const withoutBudget: string[] = [];
  for (const part of projects) {
    const { project, renders } = part;
    const prices = pricesOfSubmits(renders);
    if (prices.length === 0) continue;
    const cost = moneyOf(prices);
    parts.push({ manifest: project.manifest, submits: prices.length, cost });
    const tries = 1 + project.retries.service + project.retries.timeout;
    retries ||= tries > 1;
    const limit = project.budget?.usd;
    const most = multiplyMoney(knownCost(cost), tries);
    worst = addMoney(worst, leftOf(most, limit, carriedBy(part)));
    if (limit === undefined) withoutBudget.push(project.manifest);
    else {
      limits.push(limit);
      caps.push(standing({ manifest: project.manifest }, limit, carriedBy(part), cost));
    }
  }
  return {
    submits: all.length,
    cost: moneyOf(all),
    parts,
    worst: leftOf(worst, capUsd, carriedByAll),
    retries,
    caps,
    capUsd: smaller(capUsd, limits.length < parts.length ? undefined : addMoney(...limits)),
    uncapped: capUsd === undefined ? withoutBudget : [],
  };
}

/** As much of it as fits under the limit. */
const leftOf = (most: MicroUsd, limit: MicroUsd | undefined, carried: MicroUsd): MicroUsd =>
  limit === undefined ? most : (Math.max(0, Math.min(most, limit - carried)) as MicroUsd);

const smaller = (a: MicroUsd | undefined, b: MicroUsd | undefined): MicroUsd | undefined =>
  a === undefined || b === undefined ? (a ?? b) : a < b ? a : b;
