/**
 * What must hold for every project and every lock. The seed is fixed, so that a failure can be seen
 * again.
 */
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Price } from '../../src/models/model.ts';
import { fromUsd, type MicroUsd } from '../../src/money.ts';
import { moneyOf } from '../../src/plan/estimate/cost.ts';
import type { LockEntry } from '../../src/lock/file/format.ts';
import type { RenderId } from '../../src/ids.ts';
import {
  failed,
  less,
  lockOf,
  pending,
  planOf,
  rendersOf,
  resultOf,
  told,
} from './lock-entries.ts';
import { projectOf } from './projects-from-yaml.ts';
import { sized } from '../sizes.ts';

const RUNS = { seed: 20_261_120, numRuns: sized(20, 60) };

interface SceneDraft {
  readonly id: string;
  readonly prompt: string;
  readonly takes: number;
  readonly on: readonly string[];
}

const drafts: fc.Arbitrary<readonly SceneDraft[]> = fc
  .tuple(
    fc.uniqueArray(
      fc.record({
        id: fc.integer({ min: 0, max: 20 }).map((n) => `s${n}`),
        takes: fc.integer({ min: 1, max: 3 }),
        on: fc.subarray(['one', 'two'], { minLength: 1 }),
      }),
      { selector: ({ id }) => id, minLength: 1, maxLength: 12 },
    ),
    // What a scene says has nothing to do with its name, but no two say the same: two equal
    // requests would be an error.
    fc.shuffledSubarray(
      Array.from({ length: 16 }, (_, n) => `Take ${n}`),
      { minLength: 12 },
    ),
  )
  .map(([scenes, prompts]) =>
    scenes.map((scene, index) => ({ ...scene, prompt: prompts[index] ?? '' })),
  );

const yaml = (scenes: readonly SceneDraft[]): string => `
models: { one: { use: apimart/one }, two: { use: evolink/two } }
scenes:
${scenes.map(({ id, prompt, takes, on }) => `  - { id: ${id}, prompt: ${prompt}, takes: ${takes}, models: [${on.join(', ')}] }`).join('\n')}
`;

/** A lock in which every render of the project has some state. */
const lockFor = (
  scenes: readonly SceneDraft[],
  states: readonly number[],
): ReturnType<typeof lockOf> =>
  lockOf(
    rendersOf(planOf(yaml(scenes))).flatMap(
      ({ render }, index): (readonly [RenderId, LockEntry])[] => {
        switch (states[index % states.length] ?? 9) {
          case 0:
            return [];
          case 1:
            return [[render.id, pending(render)]];
          case 2:
            return [[render.id, failed(render)]];
          case 3:
            return [[render.id, less(resultOf(render), 'clip')]];
          default:
            return [[render.id, resultOf(render)]];
        }
      },
    ),
  );
const states = fc.array(fc.integer({ min: 0, max: 6 }), { minLength: 1, maxLength: 20 });
const allDone = (scenes: readonly SceneDraft[]): ReturnType<typeof lockOf> => lockFor(scenes, [9]);

describe('for every project', () => {
  test('the order of scenes never matters', () => {
    fc.assert(
      fc.property(drafts, states, fc.integer(), (scenes, states, turn) => {
        const lock = lockFor(scenes, states);
        const at = Math.abs(turn) % scenes.length;
        const turned = [...scenes.slice(at), ...scenes.slice(0, at)].reverse();
        expect(told(planOf(yaml(turned), { lock })).sort()).toEqual(
          told(planOf(yaml(scenes), { lock })).sort(),
        );
      }),
      RUNS,
    );
  });

  test('once everything is made, everything is kept', () => {
    fc.assert(
      fc.property(drafts, (scenes) => {
        const plan = planOf(yaml(scenes), { lock: allDone(scenes) });
        expect(plan.totals.actions.keep).toBe(rendersOf(plan).length);
        expect(plan.totals.cost).toEqual({ exact: 0, estimated: 0, unknown: 0 });
        expect(plan.totals.forecastSeconds).toBe(0);
      }),
      RUNS,
    );
  });

  test('renaming scenes and aliases and reordering cost nothing and leave nothing behind', () => {
    fc.assert(
      fc.property(drafts, states, (scenes, states) => {
        const lock = lockFor(scenes, states);
        const before = planOf(yaml(scenes), { lock });
        const renamed = yaml(
          scenes.map((scene) => ({ ...scene, id: `renamed-${scene.id}` })).reverse(),
        );
        const after = planOf(
          projectOf(renamed.replaceAll('one', 'uno').replaceAll('apimart/uno', 'apimart/one')),
          { lock },
        );
        expect(after.totals.cost).toEqual(before.totals.cost);
        expect(after.totals.actions.orphan).toBe(0);
        expect(after.totals.actions.moved).toBe(lock.renders.size);
      }),
      RUNS,
    );
  });

  test('an edit that is rendered and then taken back costs nothing', () => {
    fc.assert(
      fc.property(drafts, (scenes) => {
        const first = allDone(scenes);
        const edited = scenes.map((scene) => ({ ...scene, prompt: `${scene.prompt} again` }));
        const second = lockOf(
          [...allDone(edited).renders].map(([id, entry]) => {
            const before = first.renders.get(id);
            return [id, before === undefined ? entry : { ...entry, earlier: [before] }] as const;
          }),
        );
        const reverted = planOf(yaml(scenes), { lock: second });
        expect(rendersOf(reverted).every(({ action }) => action.reason === 'restored')).toBe(true);
        expect(planOf(yaml(edited), { lock: second }).totals.actions.submit).toBe(0);
      }),
      RUNS,
    );
  });

  test('every render has exactly one action, and no entry is used twice', () => {
    fc.assert(
      fc.property(drafts, drafts, states, (had, wants, states) => {
        const lock = lockFor(had, states);
        const plan = planOf(yaml(wants), { lock });
        const ids = rendersOf(plan).map(({ render }) => render.id);
        expect(new Set(ids).size).toBe(ids.length);
        const used = rendersOf(plan).flatMap(({ render, action, entry }) =>
          action.kind === 'moved' ? [action.from] : entry !== undefined ? [render.id] : [],
        );
        const orphans = plan.projects.flatMap(({ orphans }) => orphans.map(({ id }) => id));
        const all = [...used, ...orphans];
        expect(new Set(all).size).toBe(all.length);
      }),
      RUNS,
    );
  });
});

test('sums of money are exact, in any order and any grouping', () => {
  const prices = fc.array(
    fc.oneof(
      fc.record({
        kind: fc.constant('exact' as const),
        usd: fc.integer({ min: 0, max: 50_000_000 }).map((usd) => usd as MicroUsd),
        asOf: fc.constantFrom('2026-01-01', '2026-11-20'),
        source: fc.constant(''),
      }),
      fc.record({
        kind: fc.constant('estimated' as const),
        usd: fc.double({ min: 0, max: 50, noNaN: true }).map(fromUsd),
        source: fc.constant(''),
      }),
      fc.record({ kind: fc.constant('unknown' as const), why: fc.constant('') }),
    ) as fc.Arbitrary<Price>,
    { maxLength: 200 },
  );
  fc.assert(
    fc.property(prices, fc.nat(), (prices, cut) => {
      const at = prices.length === 0 ? 0 : cut % prices.length;
      const [whole, turned, left, right] = [
        moneyOf(prices),
        moneyOf([...prices].reverse()),
        moneyOf(prices.slice(0, at)),
        moneyOf(prices.slice(at)),
      ];
      expect(turned).toEqual(whole);
      expect(left.exact + right.exact).toBe(whole.exact);
      expect(left.estimated + right.estimated).toBe(whole.estimated);
      expect(left.unknown + right.unknown).toBe(whole.unknown);
      expect(Number.isSafeInteger(whole.exact + whole.estimated)).toBe(true);
    }),
    RUNS,
  );
});
