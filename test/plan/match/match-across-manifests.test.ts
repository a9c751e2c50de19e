/**
 * Scenes that move from one manifest to another: nothing that is paid for is planned to be paid for
 * again.
 */
import { array, assert, constantFrom, integer, property, record } from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { RenderId } from '../../../src/ids.ts';
import { keyOf, type Lock, type LockEntry } from '../../../src/lock/file/format.ts';
import { frozen } from '../../../src/plan/compare/with-lock.ts';
import { makePlan } from '../../../src/plan/make-plan.ts';
import type { PlanOptions } from '../../../src/plan/options.ts';
import type { Plan } from '../../../src/plan/plan.ts';
import { resolveProject } from '../../../src/plan/resolve/resolve.ts';
import {
  movedSince,
  planDigests,
  type SavedPlan,
} from '../../../src/plan/compare/with-saved-plan.ts';
import { shardPlan } from '../../../src/plan/select/shard.ts';
import { moneyReport } from '../../../src/lock/money-report.ts';
import { planDocument, planSchema } from '../../../src/report/plan/plan-json.ts';
import { fakes } from '../fake-models.ts';
import {
  failed,
  less,
  lockOf,
  NOW,
  pending,
  planOf,
  rendersOf,
  resultOf,
  told,
} from '../lock-entries.ts';
import { projectOf } from '../projects-from-yaml.ts';

const film = (scenes: Readonly<Record<string, string>>, alias = 'one'): string =>
  `models: { ${alias}: { use: apimart/one } }\nscenes:${
    Object.keys(scenes).length === 0
      ? ' []'
      : Object.entries(scenes)
          .map(([id, prompt]) => `\n  - { id: ${id}, prompt: ${prompt} }`)
          .join('')
  }\n`;

interface Part {
  readonly text: string;
  readonly lock?: Lock;
}

const lockPathOf = (manifest: string): string =>
  `/repo/manifests/${manifest.replace('.yaml', '.lock.json')}`;
const planAll = (parts: Readonly<Record<string, Part>>, options: Partial<PlanOptions> = {}): Plan =>
  makePlan(
    Object.entries(parts).map(([manifest, { text, lock = lockOf([]) }]) => ({
      resolved: resolveProject(projectOf(text, manifest), fakes),
      lock,
      lockPath: lockPathOf(manifest),
      clipState: () => 'present' as const,
    })),
    { now: NOW, ...options },
  );
const rendersIn = (text: string, manifest = 'a.yaml') =>
  rendersOf(planOf(projectOf(text, manifest))).map(({ render }) => render);
const lockFor = (text: string, make: typeof resultOf = resultOf, manifest?: string): Lock =>
  lockOf(rendersIn(text, manifest).map((render) => [render.id, make(render)]));
const actionsOf = (plan: Plan) => rendersOf(plan).map(({ action }) => action);

describe('a scene in another manifest', () => {
  const crab = { crab: 'A crab' };
  test('renamed, under another alias, in one go: its clip moves', () => {
    const plan = planAll({
      'a.yaml': {
        text: film({ gull: 'A gull' }),
        lock: lockFor(film({ ...crab, gull: 'A gull' })),
      },
      'b.yaml': { text: film({ krabbe: 'A crab' }, 'hero') },
    });
    expect(told(plan)).toEqual([
      'gull/one: keep current',
      'krabbe/hero: moved from crab/one then keep',
    ]);
    expect(actionsOf(plan)[1]).toMatchObject({ kind: 'moved', fromManifest: 'a.yaml' });
    expect(plan.totals.actions).toMatchObject({ submit: 0, moved: 1, orphan: 0 });
    expect(planSchema.safeParse(planDocument(plan, {})).success).toBe(true);
    expect(planDocument(plan, {}).renders[1]).toMatchObject({
      reason: 'moved',
      from: 'crab/one',
      fromManifest: 'a.yaml',
    });
  });

  test('whatever its state: what is pending is followed, what failed or waits for a person is held', () => {
    const to = film({ krabbe: 'A crab' });
    const becomes = (
      entry: (render: Parameters<typeof pending>[0]) => LockEntry,
    ): string | undefined =>
      told(
        planAll({
          'a.yaml': { text: film({}), lock: lockFor(film(crab), entry) },
          'b.yaml': { text: to },
        }),
      )[0];
    expect(becomes(pending)).toBe('krabbe/one: moved from crab/one then attach');
    expect(becomes((render) => less(resultOf(render), 'clip'))).toBe(
      'krabbe/one: moved from crab/one then fetch',
    );
    expect(becomes(failed)).toBe('krabbe/one: moved from crab/one then hold');
    const unanswered = becomes((render) =>
      less(resultOf(render, { status: 'ambiguous' }), 'clip', 'task'),
    );
    expect(unanswered).toBe('krabbe/one: moved from crab/one then hold');
    // Somebody asked for a new one.
    const redo = resultOf(rendersIn(film(crab))[0] as Parameters<typeof pending>[0]);
    expect(becomes(() => ({ ...redo, decision: { redo: redo.task ?? '' } }))).toBe(
      'krabbe/one: submit new',
    );
  });

  test('an unclear request goes to whom it is of by now, and what is left takes what is there', () => {
    const unclear = lockFor(film({ s: 'Rain' }), (render) =>
      less(resultOf(render, { status: 'ambiguous' }), 'clip', 'task'),
    );
    const parts = {
      'a.yaml': { text: film({ s: 'A crab' }), lock: unclear },
      'b.yaml': { text: film({ t: 'Rain' }), lock: lockFor(film(crab)) },
    };
    const plan = planAll(parts);
    expect(told(plan)).toEqual([
      's/one: moved from crab/one then keep',
      't/one: moved from s/one then hold',
    ]);
    expect(plan.totals.actions).toMatchObject({ submit: 0, orphan: 0 });
    // Nothing else is there for it: only then it is new.
    expect(told(planAll({ ...parts, 'b.yaml': { text: film({ t: 'Rain' }) } }))).toEqual([
      's/one: submit new',
      't/one: moved from s/one then hold',
    ]);
  });

  test('an unclear request that goes to another manifest leaves a render that takes what its own lock has', () => {
    const unclear = lockFor(film({ s: 'Rain' }), (render) =>
      less(resultOf(render, { status: 'ambiguous' }), 'clip', 'task'),
    );
    const old = lockFor(film({ old: 'A crab' }));
    const lock = lockOf([...unclear.renders, ...old.renders]);
    for (const text of [film({ s: 'A crab' }), film({ s: 'A crab', old: 'Something else' })]) {
      const plan = planAll({ 'a.yaml': { text, lock }, 'b.yaml': { text: film({ t: 'Rain' }) } });
      expect(told(plan)).toContain('s/one: moved from old/one then keep');
      expect(told(plan)).toContain('t/one: moved from s/one then hold');
      expect(plan.totals.actions.orphan).toBe(0);
    }
  });

  test('edited back on the way: what it was before the last edit comes along and is current again', () => {
    const [now] = lockFor(film({ crab: 'A red crab' })).renders.values();
    const [before] = lockFor(film(crab)).renders.values();
    if (now === undefined || before === undefined) throw new Error('no entry');
    const lock = lockOf([['crab/one', { ...now, earlier: [before] }]]);
    const plan = planAll({
      'a.yaml': { text: film({}), lock },
      'b.yaml': { text: film({ krabbe: 'A crab' }) },
    });
    expect(told(plan)).toEqual(['krabbe/one: moved from crab/one then keep']);
    expect(rendersOf(plan)[0]?.restored).toEqual(before);
    // The same within one manifest, and a current result goes before one of before.
    expect(told(planAll({ 'a.yaml': { text: film({ krabbe: 'A crab' }), lock } }))).toEqual([
      'krabbe/one: moved from crab/one then keep',
    ]);
    const both = planAll({
      'a.yaml': { text: film({}), lock },
      'b.yaml': { text: film({ krabbe: 'A crab' }) },
      'c.yaml': { text: film({}), lock: lockFor(film({ z: 'A crab' })) },
    });
    expect(told(both)).toEqual(['krabbe/one: moved from z/one then keep', 'crab/one: orphan']);
    // What failed before an edit is no reason to take the clip of that edit along.
    const failedBefore = lockOf([
      [
        'crab/one',
        { ...now, earlier: [failed(rendersIn(film(crab))[0] as Parameters<typeof failed>[0])] },
      ],
    ]);
    expect(
      told(planAll({ 'a.yaml': { text: film({ krabbe: 'A crab' }), lock: failedBefore } })),
    ).toEqual(['krabbe/one: submit new', 'crab/one: orphan']);
  });

  test('its old name means something new at once: what was there goes along all the same', () => {
    const before = film({ s1: 'One', s2: 'Two', s3: 'Three' });
    const lock = lockFor(before);
    const renumbered = planAll({
      'a.yaml': { text: film({ s1: 'One', s2: 'Three' }), lock },
      'b.yaml': { text: film({ two: 'Two' }) },
    });
    expect(told(renumbered)).toEqual([
      's1/one: keep current',
      's2/one: moved from s3/one then keep',
      'two/one: moved from s2/one then keep',
    ]);
    const replaced = planAll({
      'a.yaml': { text: film({ s1: 'One', s2: 'New', s3: 'Three' }), lock },
      'b.yaml': { text: film({ two: 'Two' }) },
    });
    expect(told(replaced)).toEqual([
      's1/one: keep current',
      's2/one: submit new',
      's3/one: keep current',
      'two/one: moved from s2/one then keep',
    ]);
  });

  test('moved: names the manifest that had it: what changed is shown, and a pin holds', () => {
    const text = (prompt: string): string =>
      `${film({ krabbe: prompt })}moved: [{ from: "a:crab/one", to: krabbe/one }]\n`;
    const lock = lockFor(film(crab));
    const plan = planAll({
      'a.yaml': { text: film({}), lock },
      'b.yaml': { text: text('A red crab') },
    });
    expect(rendersOf(plan)[0]?.action).toMatchObject({
      kind: 'submit',
      reason: 'changed',
      changes: [{ path: 'prompt', old: 'A crab', new: 'A red crab' }],
    });
    const pinned = lockOf(
      [...lock.renders].map(([id, entry]) => [id, { ...entry, decision: { pin: true } }]),
    );
    expect(
      told(
        planAll({
          'a.yaml': { text: film({}), lock: pinned },
          'b.yaml': { text: text('A red crab') },
        }),
      ),
    ).toEqual(['krabbe/one: moved from crab/one then hold']);
    // By scene it holds for every alias; and what is named goes before what is only alike.
    const byScene = `${film({ krabbe: 'A crab' })}moved: [{ from: "a:crab", to: krabbe }]\n`;
    const alike = lockOf([...lock.renders, ...lockFor(film({ aaa: 'A crab' })).renders]);
    expect(
      told(planAll({ 'a.yaml': { text: film({}), lock: alike }, 'b.yaml': { text: byScene } })),
    ).toEqual(['krabbe/one: moved from crab/one then keep', 'aaa/one: orphan']);
    // Not in this plan, or not there: as if nothing were said.
    expect(
      told(
        planAll({ 'c.yaml': { text: film({}), lock }, 'b.yaml': { text: text('A red crab') } }),
      )[0],
    ).toBe('krabbe/one: submit new');
  });

  test('moved: what would have to be paid for gives way to a result that is there', () => {
    const lock = lockOf([
      ...lockFor(film({ crab: 'An old crab' })).renders,
      ...lockFor(film({ z: 'A crab' })).renders,
    ]);
    const text = `${film({ krabbe: 'A crab' })}moved: [{ from: crab/one, to: krabbe/one }]\n`;
    expect(told(planAll({ 'a.yaml': { text, lock } }))).toEqual([
      'krabbe/one: moved from z/one then keep',
      'crab/one: orphan',
    ]);
  });

  test('an entry of its own that would be paid anew gives way; one that stands does not', () => {
    const a = { text: film({}), lock: lockFor(film(crab)) };
    const edited = planAll({
      'a.yaml': a,
      'b.yaml': { text: film(crab), lock: lockFor(film({ crab: 'Another crab' })) },
    });
    expect(told(edited)).toEqual(['crab/one: moved from crab/one then keep']);
    const stands = planAll({
      'a.yaml': a,
      'b.yaml': { text: film(crab), lock: lockFor(film(crab), resultOf, 'b.yaml') },
    });
    expect(told(stands)).toEqual(['crab/one: keep current', 'crab/one: orphan']);
  });

  test('every entry goes once, the best first, to the first who asks; a manifest that still wants it keeps it', () => {
    const two = { 'b.yaml': { text: film(crab) }, 'c.yaml': { text: film(crab) } };
    const wanted = planAll({ 'a.yaml': { text: film(crab), lock: lockFor(film(crab)) }, ...two });
    expect(told(wanted)).toEqual([
      'crab/one: keep current',
      'crab/one: submit new',
      'crab/one: submit new',
    ]);
    const once = planAll({ 'a.yaml': { text: film({}), lock: lockFor(film(crab)) }, ...two });
    expect(told(once)).toEqual(['crab/one: moved from crab/one then keep', 'crab/one: submit new']);
    const best = planAll({
      'a.yaml': { text: film({}), lock: lockFor(film(crab), failed) },
      'b.yaml': { text: film(crab) },
      'c.yaml': { text: film({}), lock: lockFor(film({ best: 'A crab' })) },
    });
    expect(told(best)).toEqual(['crab/one: moved from best/one then keep', 'crab/one: orphan']);
  });

  test('a filter changes what is done, never what belongs to what', () => {
    const parts = {
      'a.yaml': { text: film({}), lock: lockFor(film(crab)) },
      'b.yaml': { text: film({ krabbe: 'A crab', fog: 'Fog' }) },
    };
    expect(told(planAll(parts, { filter: { only: ['krabbe'] } }))).toEqual([
      'krabbe/one: moved from crab/one then keep',
    ]);
    expect(told(planAll(parts, { filter: { only: ['b:fog'] } }))).toEqual(['fog/one: submit new']);
    expect(told(planAll(parts, { filter: { only: ['a:**'] } }))).toEqual([]);
  });

  test('a shard moves the renders that it owns by the new id, and no other shard does', () => {
    const scenes = Object.fromEntries(
      Array.from({ length: 12 }, (_, n) => [`s${n}`, `Scene ${n}`]),
    );
    const whole = planAll({
      'a.yaml': { text: film({}), lock: lockFor(film(scenes)) },
      'b.yaml': { text: film(scenes) },
    });
    const shards = [1, 2, 3].map((index) => {
      const sharded = shardPlan(whole, { index, count: 3 }, NOW);
      return sharded.kind === 'shard' ? rendersOf(sharded.plan).map(({ render }) => render.id) : [];
    });
    expect(shards.flat().sort()).toEqual(
      rendersOf(whole)
        .map(({ render }) => render.id)
        .sort(),
    );
    expect(shards.map(({ length }) => length)).toEqual([4, 4, 4]);
  });

  test('--frozen: the lock does not have it yet, it costs nothing, and both manifests are named', () => {
    const { exit, diagnostics } = frozen(
      planAll({
        'a.yaml': { text: film({}), lock: lockFor(film(crab)) },
        'b.yaml': { text: film(crab) },
      }),
    );
    expect(exit).toBe(3);
    expect(diagnostics[0]).toMatchObject({
      message:
        'crab/one is out of date: the lock of a.yaml has it as crab/one, and the lock of b.yaml does not know it yet; it would cost nothing',
      hint: 'rushes render a.yaml b.yaml',
    });
  });

  test('a saved plan that would take it from elsewhere is another plan', () => {
    const plan = planAll({
      'a.yaml': { text: film({}), lock: lockFor(film(crab)) },
      'b.yaml': { text: film(crab) },
    });
    const digests = planDigests(plan, fakes);
    const saved = planDocument(plan, digests) as SavedPlan;
    expect(movedSince(saved, plan, fakes)).toEqual([]);
    const other = {
      ...saved,
      renders: saved.renders.map((render) => ({ ...render, fromManifest: 'c.yaml' })),
    };
    expect(movedSince(other, plan, fakes)).toEqual([
      'crab/one of b.yaml was to come from crab/one of c.yaml and comes from crab/one of a.yaml now',
    ]);
  });
});

test('a result that two locks have is one result: the orphan is only taken out, and its money counts once', () => {
  const lock = lockFor(film({ crab: 'A crab' }), pending);
  const [entry] = [...lock.renders.values()];
  if (entry === undefined) throw new Error('no entry');
  const both = {
    'a.yaml': { text: film({}), lock },
    'b.yaml': { text: film({ krabbe: 'A crab' }), lock: lockOf([['krabbe/one', entry]]) },
  };
  const plan = planAll(both);
  expect(told(plan)).toEqual(['krabbe/one: attach pending', 'crab/one: orphan']);
  expect(plan.projects[0]?.orphans).toMatchObject([
    { follow: false, heldBy: { manifest: 'b.yaml', id: 'krabbe/one' } },
  ]);
  // Not for a third one either, and also once the holder has gone on.
  const later = lockOf([
    [
      'krabbe/one',
      resultOf(rendersIn(film({ krabbe: 'New' }), 'b.yaml')[0] as never, { earlier: [entry] }),
    ],
  ]);
  const three = planAll({
    ...both,
    'b.yaml': { text: film({ krabbe: 'New' }), lock: later },
    'c.yaml': { text: film({ c: 'A crab' }) },
  });
  expect(told(three)).toEqual([
    'krabbe/one: keep current',
    'c/one: submit new',
    'crab/one: orphan',
  ]);
  expect(moneyReport([lock, both['b.yaml'].lock]).total.tasks).toBe(1);
  // Nobody wants it: the first one keeps it.
  const nobody = planAll({ ...both, 'b.yaml': { text: film({}), lock: both['b.yaml'].lock } });
  expect(
    nobody.projects.map(({ orphans }) =>
      orphans.map(({ follow, heldBy }) => [follow, heldBy?.manifest]),
    ),
  ).toEqual([[[true, undefined]], [[false, 'a.yaml']]]);
});

test('scenes that wander among three manifests are never submitted again', () => {
  const names = ['a.yaml', 'b.yaml', 'c.yaml'] as const;
  const wander = array(
    record({
      scene: integer({ min: 0, max: 5 }),
      to: constantFrom(...names),
      rename: integer({ min: 0, max: 99 }),
    }),
    {
      maxLength: 8,
    },
  );
  assert(
    property(array(wander, { minLength: 1, maxLength: 4 }), (commits) => {
      let places = Array.from({ length: 6 }, (_, n) => ({
        prompt: `Scene ${n}`,
        id: `s${n}`,
        at: names[n % 3] as string,
      }));
      const textOf = (name: string): string =>
        film(
          Object.fromEntries(
            places.filter(({ at }) => at === name).map(({ id, prompt }) => [id, prompt]),
          ),
        );
      let locks = new Map(
        names.map((name) => [name as string, lockFor(textOf(name), resultOf, name)]),
      );
      const tasks = new Set(
        [...locks.values()].flatMap(({ renders }) => [...renders.values()].map(keyOf)),
      );
      for (const [commit, moves] of commits.entries()) {
        for (const { scene, to, rename } of moves)
          places = places.map((one, n) =>
            n === scene
              ? { ...one, at: to, id: rename < 50 ? one.id : `s${n}-${commit}-${rename}` }
              : one,
          );
        const plan = planAll(
          Object.fromEntries(
            names.map((name) => [name, { text: textOf(name), lock: locks.get(name) as Lock }]),
          ),
        );
        expect(plan.totals.actions).toMatchObject({ submit: 0, orphan: 0 });
        locks = carriedOut(plan);
        expect(
          new Set([...locks.values()].flatMap(({ renders }) => [...renders.values()].map(keyOf))),
        ).toEqual(tasks);
      }
    }),
    { seed: 20261120, numRuns: 40 },
  );
});

/** The locks as a run of such a plan leaves them. */
function carriedOut(plan: Plan): Map<string, Lock> {
  return new Map(
    plan.projects.map(({ project, renders }) => [
      project.manifest,
      lockOf(
        renders.map(({ render, entry }): [RenderId, LockEntry] => [render.id, entry as LockEntry]),
      ),
    ]),
  );
}
