/** `--shard i/n` on a command line: the part of the plan, and its share of every cap. */
import { type MicroUsd, partOfMoney } from '../../money.ts';
import { knownCost, moneyOf, pricesOfSubmits } from '../../plan/estimate/cost.ts';
import type { Plan, ProjectPlan } from '../../plan/plan.ts';
import { parseShard, type Shard, shardCap, shardPlan } from '../../plan/select/shard.ts';
import { UsageError } from '../shared/io.ts';

export function shardFlag(text: string | undefined): Shard | undefined {
  if (text === undefined) return undefined;
  const shard = parseShard(text);
  if (shard === undefined)
    throw new UsageError(
      `--shard ${JSON.stringify(text)} is not a valid shard`,
      'Write it like 2/3: the second of three parts.',
    );
  return shard;
}

export interface Share {
  readonly plan: Plan;
  readonly capUsd?: MicroUsd | undefined;
}

/**
 * `plan`: the whole, admitted as a whole. Throws a usage error that names the largest n if a limit
 * cannot be split so far.
 */
export function takeShard(
  plan: Plan,
  shard: Shard | undefined,
  capUsd: MicroUsd | undefined,
  now: number,
): Share {
  if (shard === undefined) return { plan, capUsd };
  const sharded = shardPlan(plan, shard, now);
  if (sharded.kind === 'too-many')
    throw new UsageError(
      `--shard ${shard.index}/${shard.count}: ${sharded.message}`,
      `At most ${sharded.largest} shards fit these limits.`,
    );
  const wholes = new Map(plan.projects.map((part) => [part.project.manifest, part]));
  const projects = sharded.plan.projects.map((part) =>
    withBudgetShare(part, wholes.get(part.project.manifest) ?? part, shard),
  );
  return {
    plan: { ...sharded.plan, projects },
    ...(capUsd === undefined ? {} : { capUsd: shardCap(capUsd, plan, sharded.plan, shard) }),
  };
}

function withBudgetShare(part: ProjectPlan, whole: ProjectPlan, shard: Shard): ProjectPlan {
  const { budget } = part.project;
  if (budget?.usd === undefined) return part;
  const [all, own] = [whole, part].map(({ renders }) =>
    knownCost(moneyOf(pricesOfSubmits(renders))),
  );
  const usd =
    all === undefined || own === undefined || all === 0
      ? partOfMoney(budget.usd, 1, shard.count)
      : partOfMoney(budget.usd, own, all);
  return { ...part, project: { ...part.project, budget: { ...budget, usd } } };
}
