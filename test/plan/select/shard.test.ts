import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { GATEWAYS } from '../../../src/ids.ts';
import { fromUsd } from '../../../src/money.ts';
import type { Plan } from '../../../src/plan/plan.ts';
import { parseShard, shardCap, shardPlan, splitLimit } from '../../../src/plan/select/shard.ts';
import { lockOf, NOW, planOf, rendersOf, resultOf } from '../lock-entries.ts';

const text = (
  count: number,
  limits = '{ in_flight: 12, gateways: { apimart: { in_flight: 6 }, evolink: { in_flight: 6 } } }',
): string => `
models: { one: { use: apimart/one }, two: { use: evolink/two } }
limits: ${limits}
scenes:
${Array.from({ length: count }, (_, index) => `  - { id: s${index}, prompt: P${index} }`).join('\n')}
`;
const part = (plan: Plan, index: number, count: number): Plan => {
  const sharded = shardPlan(plan, { index, count }, NOW);
  if (sharded.kind !== 'shard') throw new Error(sharded.message);
  return sharded.plan;
};
const ids = (plan: Plan): string[] => rendersOf(plan).map(({ render }) => render.id);

describe('the shards of a plan', () => {
  test('make exactly its renders, none twice, balanced over all and over each model', () => {
    const whole = planOf(text(50));
    for (const count of [1, 2, 3, 5]) {
      const parts = Array.from({ length: count }, (_, index) => part(whole, index + 1, count));
      expect(parts.flatMap(ids).sort()).toEqual(ids(whole).sort());
      for (const size of [
        parts.map((one) => ids(one).length),
        parts.map((one) => ids(one).filter((id) => id.endsWith('/one')).length),
      ]) {
        expect(Math.max(...size) - Math.min(...size)).toBeLessThanOrEqual(1);
      }
      expect(parts.reduce((sum, one) => sum + one.totals.cost.exact, 0)).toBe(
        whole.totals.cost.exact,
      );
    }
  });
  test('are the same whatever the lock has by now', () => {
    const whole = planOf(text(20));
    const done = rendersOf(whole).filter((_, index) => index % 3 === 0);
    const later = planOf(text(20), {
      lock: lockOf([
        ...done.map(({ render }) => [render.id, resultOf(render)] as const),
        [
          'old/one',
          resultOf(done[0]?.render ?? rendersOf(whole)[0]!.render, {
            fingerprint: `sha256:${'1'.repeat(64)}` as never,
          }),
        ],
      ]),
    });
    for (const index of [1, 2, 3])
      expect(ids(part(later, index, 3))).toEqual(ids(part(whole, index, 3)));
    const orphans = [1, 2, 3].flatMap((index) =>
      part(later, index, 3).projects.flatMap(({ orphans }) => orphans.map(({ id }) => id)),
    );
    expect(orphans).toEqual(['old/one']);
  });
  test('split every account limit, defaults too, and the parts add up', () => {
    const whole = planOf(
      text(
        4,
        '{ gateways: { apimart: { in_flight: 5, submits_per_minute: 7 } }, models: { two: { in_flight: 3 } }, downloads: 4 }',
      ),
    );
    const limits = [1, 2, 3].map((index) => part(whole, index, 3).projects[0]?.project.limits);
    expect(limits).toEqual([
      {
        in_flight: 2,
        gateways: { apimart: { in_flight: 2, submits_per_minute: 3 }, evolink: { in_flight: 1 } },
        models: { two: { in_flight: 1 } },
        downloads: 4,
      },
      {
        in_flight: 2,
        gateways: { apimart: { in_flight: 2, submits_per_minute: 2 }, evolink: { in_flight: 1 } },
        models: { two: { in_flight: 1 } },
        downloads: 4,
      },
      {
        in_flight: 2,
        gateways: { apimart: { in_flight: 1, submits_per_minute: 2 }, evolink: { in_flight: 1 } },
        models: { two: { in_flight: 1 } },
        downloads: 4,
      },
    ]);
  });
  test('more shards than a used limit has slots are refused with the largest number', () => {
    expect(shardPlan(planOf(text(4, '{}')), { index: 1, count: 4 }, NOW)).toEqual({
      kind: 'too-many',
      message: 'limits.gateways.apimart.in_flight is 3, which cannot be split into 4 shards',
      largest: 3,
    });
  });
  test('share the cap by their estimates and never exceed it', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 5 }),
        fc.integer({ min: 0, max: 3_000_000 }),
        (count, cap) => {
          const whole = planOf(text(7));
          const shares = Array.from({ length: count }, (_, index) =>
            shardCap(cap as never, whole, part(whole, index + 1, count), {
              index: index + 1,
              count,
            }),
          );
          const sum = shares.reduce((a, b) => a + b, 0);
          expect(sum).toBeLessThanOrEqual(cap);
          expect(sum).toBeGreaterThan(cap - count - 1);
        },
      ),
      { seed: 5, numRuns: 20 },
    );
    expect(shardCap(fromUsd(9), planOf(text(0)), planOf(text(0)), { index: 1, count: 3 })).toBe(
      3_000_000,
    );
  });
});

test('a limit is split into parts that differ by one at most', () => {
  fc.assert(
    fc.property(fc.nat(200), fc.integer({ min: 1, max: 20 }), (limit, count) => {
      const parts = Array.from({ length: count }, (_, index) =>
        splitLimit(limit, { index: index + 1, count }),
      );
      expect(parts.reduce((a, b) => a + b, 0)).toBe(limit);
      expect(Math.max(...parts) - Math.min(...parts)).toBeLessThanOrEqual(1);
    }),
    { seed: 5 },
  );
  expect(GATEWAYS).toHaveLength(2);
});

test('i/n is read strictly', () => {
  expect(parseShard('2/3')).toEqual({ index: 2, count: 3 });
  for (const wrong of ['0/3', '4/3', '1', '1/0', '-1/3', '1/3/3', ' 1/3', '1/9999', '01/3'])
    expect(parseShard(wrong)).toBeUndefined();
});
