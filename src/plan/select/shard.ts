/**
 * `--shard i/n`: one of n parts of a plan, for the jobs of a matrix. The split is by render id
 * alone, over everything that the manifests ask for, so it is the same in every checkout whatever
 * is rendered already: no render is ever in two shards.
 */
import { hash } from 'node:crypto';
import { defined } from '../../defined.ts';
import { GATEWAYS, type RenderId } from '../../ids.ts';
import { type MicroUsd, NO_MONEY, partOfMoney } from '../../money.ts';
import type { Limits } from '../../scene.ts';
import { knownCost } from '../estimate/cost.ts';
import {
  aliasLimits,
  gatewayInFlight,
  gatewayPerMinute,
  totalInFlight,
} from '../estimate/limits.ts';
import { isPaidFor, type Plan, type ProjectPlan } from '../plan.ts';
import { chainOf } from '../resolve/frames/chains.ts';
import { totalsOf } from '../estimate/totals.ts';
import { type RenderKey, renderKey } from '../../keys.ts';
import type { Filter } from '../options.ts';
import { inScope } from './filters.ts';

/** `index` counts from 1. */
export interface Shard {
  readonly index: number;
  readonly count: number;
}

/**
 * `2/3`, or `undefined` if the text is not a valid shard: 1 ≤ i ≤ n, whole numbers, n at most 1000.
 */
export function parseShard(text: string): Shard | undefined {
  const match = /^([1-9]\d{0,3})\/([1-9]\d{0,3})$/.exec(text);
  const [index, count] = [Number(match?.[1]), Number(match?.[2])];
  return match === null || index > count || count > 1000 ? undefined : { index, count };
}

export type Sharded =
  /** The part of the plan with its share of every account limit. */
  | { readonly kind: 'shard'; readonly plan: Plan }
  /**
   * Exit 64: a limit cannot be split into so many parts. `largest` is the most that all limits
   * allow.
   */
  | { readonly kind: 'too-many'; readonly message: string; readonly largest: number };

/**
 * Every shard must come from the same manifests and the same filters; the locks may differ. `now`
 * in epoch milliseconds.
 */
export function shardPlan(plan: Plan, shard: Shard, now: number): Sharded {
  const used = usedLimits(plan);
  const tight = used.filter(({ limit }) => limit < shard.count);
  const least = tight.reduce(
    (a, b) => (b.limit < a.limit ? b : a),
    tight[0] ?? { name: '', limit: Infinity },
  );
  if (tight.length > 0) {
    const message = `${least.name} is ${least.limit}, which cannot be split into ${shard.count} shards`;
    return { kind: 'too-many', message, largest: least.limit };
  }
  const mine = idsOfShard(plan, shard);
  const projects = plan.projects.map((part): ProjectPlan => {
    const ids = mine.get(part.project.manifest) ?? new Set();
    return {
      ...part,
      project: { ...part.project, limits: splitLimits(plan, part.project.limits, shard) },
      renders: part.renders.filter(({ render }) => ids.has(render.id)),
      orphans: part.orphans.filter(({ id }) => ids.has(id)),
    };
  });
  return { kind: 'shard', plan: { ...plan, projects, totals: totalsOf(projects, now) } };
}

/** ⌊L/n⌋, plus one for the first L mod n shards: the parts add up to L. */
export const splitLimit = (limit: number, { index, count }: Shard): number =>
  Math.floor(limit / count) + (index <= limit % count ? 1 : 0);

/**
 * The shard's part of a cap over the whole plan, by estimates; even parts where nothing is known.
 * The parts never add up to more than the cap.
 */
export function shardCap(cap: MicroUsd, whole: Plan, part: Plan, { count }: Shard): MicroUsd {
  const [all, own] = [knownCost(whole.totals.cost), knownCost(part.totals.cost)];
  if (cap <= 0) return NO_MONEY;
  return all === 0 ? partOfMoney(cap, 1, count) : partOfMoney(cap, own, all);
}

/**
 * Renders are dealt like cards: within an alias in the order of a hash, so that similar names go to
 * different shards, and then on to the next alias, so that no shard gets all of one model. Renders
 * that are linked by frames are one card. A render that only the lock has, such as an orphan, goes
 * by its own hash: jobs with different locks still deal the same cards.
 */
function idsOfShard(
  { projects, filter }: Plan,
  { index, count }: Shard,
): ReadonlyMap<string, ReadonlySet<RenderId>> {
  const decks = projects.map((part) => ({ ...part, ...deckOf(part, filter) }));
  const cards = decks.flatMap(({ project: { manifest }, heads }) =>
    heads.map(({ id, alias }) => {
      const key = renderKey(manifest, id);
      return { key, alias, order: hashOf(key) };
    }),
  );
  cards.sort((a, b) => compare(a.alias, b.alias) || compare(a.order, b.order));
  const dealt = new Map(cards.map(({ key }, position) => [key, position % count]));
  return new Map(
    decks.map(({ project: { manifest }, renders, orphans, headOf }) => {
      const shardOf = (id: RenderId): number =>
        dealt.get(renderKey(manifest, headOf(id))) ??
        Number.parseInt(hashOf(renderKey(manifest, id)).slice(0, 8), 16) % count;
      const ids = [...renders.map(({ render }) => render.id), ...orphans.map(({ id }) => id)];
      return [manifest, new Set(ids.filter((id) => shardOf(id) === index - 1))];
    }),
  );
}

/** `heads`: of the chains that something selected is in. */
function deckOf({ project, written }: ProjectPlan, filter: Filter | undefined) {
  const headOf = chainOf(written);
  const selected = written.filter(inScope(filter, project.manifest));
  const heads = new Set(selected.map(({ id }) => headOf(id)));
  return { headOf, heads: written.filter(({ id }) => heads.has(id)) };
}

const hashOf = (key: RenderKey): string => hash('sha256', key, 'hex');
const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/**
 * Limits that belong to the account and that tasks of this plan take slots of; downloads belong to
 * the machine.
 */
function usedLimits({ projects }: Plan): { readonly name: string; readonly limit: number }[] {
  const limited = projects.map(({ project }) => project);
  const busy = projects.map(({ project, renders }) => ({
    project,
    renders: renders
      .filter(({ action }) => isPaidFor(action) || action.kind === 'attach')
      .map(({ render }) => render),
  }));
  if (busy.every(({ renders }) => renders.length === 0)) return [];
  const used = [{ name: 'limits.in_flight', limit: totalInFlight(limited) }];
  for (const gateway of GATEWAYS) {
    if (!busy.some(({ renders }) => renders.some(({ model }) => model.gateway === gateway)))
      continue;
    used.push({
      name: `limits.gateways.${gateway}.in_flight`,
      limit: gatewayInFlight(limited, gateway),
    });
    const perMinute = gatewayPerMinute(limited, gateway);
    if (perMinute !== undefined)
      used.push({ name: `limits.gateways.${gateway}.submits_per_minute`, limit: perMinute });
  }
  for (const { project, renders } of busy) {
    for (const alias of new Set(renders.map(({ alias }) => alias))) {
      const { in_flight, submits_per_minute } = aliasLimits(project.limits, alias);
      if (in_flight !== undefined)
        used.push({ name: `limits.models.${alias}.in_flight`, limit: in_flight });
      if (submits_per_minute !== undefined)
        used.push({ name: `limits.models.${alias}.submits_per_minute`, limit: submits_per_minute });
    }
  }
  return used;
}

/** Defaults are account limits too, so they are written out before they are split. */
function splitLimits({ projects }: Plan, limits: Limits, shard: Shard): Limits {
  const limited = projects.map(({ project }) => project);
  const split = <
    Limit extends { readonly in_flight?: number; readonly submits_per_minute?: number },
  >(
    limit: Limit,
  ): Limit => ({
    ...limit,
    ...(limit.in_flight === undefined ? {} : { in_flight: splitLimit(limit.in_flight, shard) }),
    ...(limit.submits_per_minute === undefined
      ? {}
      : { submits_per_minute: splitLimit(limit.submits_per_minute, shard) }),
  });
  return {
    ...limits,
    in_flight: splitLimit(totalInFlight(limited), shard),
    gateways: Object.fromEntries(
      GATEWAYS.map((gateway) => {
        const perMinute = gatewayPerMinute(limited, gateway);
        const whole = {
          in_flight: gatewayInFlight(limited, gateway),
          ...defined({ submits_per_minute: perMinute }),
        };
        return [gateway, split(whole)];
      }),
    ),
    models: Object.fromEntries(
      Object.entries(limits.models).map(([alias, limit]) => [alias, split(limit)]),
    ),
  };
}
