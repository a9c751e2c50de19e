/**
 * What people read before and after money is spent: frozen, explain, saved plans, the difference of
 * a branch, the spend.
 */
import { describe, expect, test } from 'vitest';
import { admit } from '../../../src/plan/admission.ts';
import { difference } from '../../../src/plan/compare/with-base.ts';
import { type ExitCode, worstExit } from '../../../src/plan/exit.ts';
import { explainRender } from '../../../src/plan/compare/explain-render.ts';
import { paidElsewhere, wouldBePaid } from '../../../src/plan/match/paid-elsewhere.ts';
import { frozen } from '../../../src/plan/compare/with-lock.ts';
import type { Plan, ResolvedRender } from '../../../src/plan/plan.ts';
import {
  movedSince,
  planDigests,
  type SavedPlan,
} from '../../../src/plan/compare/with-saved-plan.ts';
import { moneyReport } from '../../../src/lock/money-report.ts';
import { fakes } from '../fake-models.ts';
import { failed, less, lockOf, pending, planOf, rendersOf, resultOf } from '../lock-entries.ts';
import { projectOf, textAt } from '../projects-from-yaml.ts';

const film = (first: string, more = ''): string => `
models: { one: { use: apimart/one } }
scenes:
  - { id: crab, prompt: ${first} }
  - { id: gull, prompt: A gull }
${more}`;
const rendersIn = (text: string): ResolvedRender[] =>
  rendersOf(planOf(text)).map(({ render }) => render);
const done = (text: string): ReturnType<typeof lockOf> =>
  lockOf(rendersIn(text).map((render) => [render.id, resultOf(render)]));

describe('--frozen', () => {
  const check = (plan: Plan): unknown => {
    const { exit, diagnostics } = frozen(plan);
    return [exit, ...diagnostics.map(({ message, hint, place }) => [message, hint, textAt(place)])];
  };
  test('names each render that is out of date, why, for how much, and the command', () => {
    const text = film('A new crab', '  - { id: fog, prompt: Fog }\n');
    expect(check(planOf(text, { lock: done(film('A crab')), clips: () => 'unknown' }))).toEqual([
      3,
      [
        'crab/one is out of date: prompt has changed; it would cost $0.40',
        'rushes render film.yaml --only crab/one',
        'A new crab',
      ],
      [
        'fog/one is out of date: never rendered; it would cost $0.40',
        'rushes render film.yaml --only fog/one',
        'fog',
      ],
      [
        'the lock of film.yaml is out of date for 2 renders: $0.80',
        'Render without --frozen, and commit the lock: rushes render film.yaml',
        undefined,
      ],
    ]);
  });
  test('renders that one line made out of date are listed once', () => {
    const many = (seconds: number): string => `
models: { one: { use: apimart/one } }
defaults: { duration: ${seconds} }
scenes: [{ id: a, prompt: A }, { id: b, prompt: B }, { id: c, prompt: C, duration: 12 }]
`;
    expect(check(planOf(many(8), { lock: done(many(4)), clips: () => 'unknown' }))).toEqual([
      3,
      [
        'a/one, b/one are out of date: seconds has changed; they would cost $1.60',
        'rushes render film.yaml',
        '8',
      ],
      ['the lock of film.yaml is out of date for 2 renders: $1.60', expect.any(String), undefined],
    ]);
  });
  test('a new name is out of date and costs nothing', () => {
    const text = film('A crab').replace('id: crab', 'id: krabbe');
    expect(
      check(planOf(text, { lock: done(film('A crab')), clips: () => 'unknown' })),
    ).toMatchObject([
      3,
      [
        'krabbe/one is out of date: was crab/one, and the lock does not know its new name; it would cost nothing',
        expect.any(String),
        'krabbe',
      ],
      [expect.any(String), expect.any(String), undefined],
    ]);
  });
  test('looks at fingerprints only: pending, failed, missing and pinned results are results', () => {
    const [crab, gull] = rendersIn(film('A crab'));
    if (crab === undefined || gull === undefined) throw new Error('nothing to render');
    for (const entry of [pending(crab), failed(crab), less(resultOf(crab), 'clip')]) {
      expect(
        check(
          planOf(film('A crab'), {
            lock: lockOf([
              [crab.id, entry],
              [gull.id, resultOf(gull)],
            ]),
            clips: () => 'unknown',
          }),
        ),
      ).toEqual([0]);
    }
    const lock = lockOf([
      [crab.id, resultOf(crab, { decision: { pin: true } })],
      [gull.id, resultOf(gull)],
    ]);
    expect(check(planOf(film('Another crab'), { lock, clips: () => 'unknown' }))).toEqual([0]);
  });
});

test('explain: every input of the fingerprint, old and new, with its place, and what does not count', () => {
  const text = (seconds: number, list: string): string => `
models: { one: { use: apimart/one, notify: "https://hooks.example.com/x" } }
scenes: [{ id: crab, prompt: A crab, duration: ${seconds}, params: { list: ${list} } }]
`;
  const [before, after] = [rendersIn(text(4, '[1, { a: 2 }]'))[0], rendersIn(text(8, '[1]'))[0]];
  if (before === undefined || after === undefined) throw new Error('nothing to render');
  const explained = explainRender(after, resultOf(before));
  expect([explained.old, explained.new]).toEqual([before.fingerprint, after.fingerprint]);
  expect(
    explained.inputs.map(({ path, old, new: now, changed, place }) => [
      path,
      old,
      now,
      changed,
      textAt(place),
    ]),
  ).toEqual([
    ['gateway', 'apimart', 'apimart', false, 'apimart/one'],
    ['take', 1, 1, false, 'crab'],
    ['revision', 0, 0, false, 'crab'],
    ['model', 'one', 'one', false, 'apimart/one'],
    ['prompt', 'A crab', 'A crab', false, 'A crab'],
    ['seconds', 4, 8, true, '8'],
    ['list.0', 1, 1, false, '1'],
    ['list.1.a', 2, undefined, true, '[1]'],
  ]);
  expect(explained.delivery.map(({ path, value, place }) => [path, value, textAt(place)])).toEqual([
    ['webhook', 'https://hooks.example.com/x', '"https://hooks.example.com/x"'],
  ]);
  expect(
    explainRender(after).inputs.every(({ old, changed }) => old === undefined && !changed),
  ).toBe(true);
  expect(explainRender(after, resultOf(after)).inputs.some(({ changed }) => changed)).toBe(false);
});

describe('a saved plan', () => {
  const save = (plan: Plan): SavedPlan => ({
    digests: planDigests(plan, fakes),
    renders: plan.projects.flatMap(({ project, renders }) =>
      renders.map(({ render, action }) => ({
        manifest: project.manifest,
        id: render.id,
        action: action.kind,
        reason: action.reason,
        fingerprint: render.fingerprint,
      })),
    ),
  });
  const saved = save(planOf(film('A crab')));
  test('is the plan built anew, or says what moved', () => {
    expect(movedSince(saved, planOf(film('A crab')), fakes)).toEqual([]);
    expect(movedSince(saved, planOf(film('Another crab')), fakes)).toEqual([
      'crab/one of film.yaml is another request now',
    ]);
    expect(
      movedSince(saved, planOf(film('A crab'), { lock: done(film('A crab')) }), fakes),
    ).toEqual([
      'lock of film.yaml has changed',
      'crab/one of film.yaml was "submit new" and is "keep current" now',
      'gull/one of film.yaml was "submit new" and is "keep current" now',
    ]);
    expect(
      movedSince(saved, planOf(film('A crab', '  - { id: fog, prompt: Fog }\n')), fakes),
    ).toEqual(['fog/one of film.yaml is not in the saved plan']);
    expect(movedSince(saved, planOf(film('A crab').replace(/.*gull.*\n/, '')), fakes)).toEqual([
      'gull/one of film.yaml is only in the saved plan',
    ]);
    expect(
      movedSince(
        saved,
        planOf({
          ...projectOf(film('A crab')),
          digests: new Map([
            ['manifests/film.yaml', 'sha256:11'],
            ['manifests/more.yaml', 'sha256:22'],
          ]),
        }),
        fakes,
      ),
    ).toEqual([
      'file manifests/film.yaml has changed',
      'file manifests/more.yaml was not there when the plan was saved',
    ]);
    expect(movedSince(saved, planOf(film('A crab')), new Map([...fakes].slice(1)))).toEqual([
      'catalogue has changed',
    ]);
  });
  test('a lock says the same whatever the order of its entries', () => {
    const lock = done(film('A crab'));
    const turned = lockOf([...lock.renders].reverse());
    expect(planDigests(planOf(film('A crab'), { lock: turned }), fakes)).toEqual(
      planDigests(planOf(film('A crab'), { lock }), fakes),
    );
  });
});

describe('the difference that a branch makes', () => {
  const base = film('A crab', '  - { id: fog, prompt: Fog }\n');
  const lock = done(base);
  test('is empty when nothing changes', () => {
    expect(difference(planOf(base, { lock }), planOf(base, { lock }))).toMatchObject({
      empty: true,
      renders: [],
      models: [],
      scenes: [],
    });
  });
  test('is per model and per scene, with the money of both sides', () => {
    const head = film('A red crab', '  - { id: surf, prompt: Surf, duration: 12 }\n');
    const found = difference(planOf(base, { lock }), planOf(head, { lock }));
    expect(
      found.renders.map(({ id, kind, changes }) => [
        id,
        kind,
        changes.map(({ path, old, new: now }) => [path, old, now]),
      ]),
    ).toEqual([
      ['crab/one', 'changed', [['prompt', 'A crab', 'A red crab']]],
      ['surf/one', 'added', []],
      ['fog/one', 'removed', []],
    ]);
    expect([found.empty, found.before.exact, found.after.exact]).toEqual([false, 0, 1_600_000]);
    expect(
      found.models.map(({ name, before, after }) => [name, before.exact, after.exact]),
    ).toEqual([['apimart/one', 0, 1_600_000]]);
    expect(found.scenes.map(({ name, after }) => [name, after.exact])).toEqual([
      ['surf', 1_200_000],
      ['crab', 400_000],
      ['fog', 0],
    ]);
  });
  test('a new name is not a new clip, and what costs nothing on either side is not a difference', () => {
    const renamed = base.replace('id: crab', 'id: krabbe');
    const found = difference(
      planOf(base, { lock }),
      planOf(renamed, { lock, clips: () => 'absent' }),
    );
    expect(found.renders.map(({ id, kind, before }) => [id, kind, before?.render.id])).toEqual([
      ['krabbe/one', 'state', 'crab/one'],
    ]);
    expect(
      difference(planOf(base, { lock }), planOf(base, { lock, clips: () => 'absent' })).empty,
    ).toBe(true);
  });
  test('clips that the branch has rendered are separate from its further cost', () => {
    const found = difference(planOf(base), planOf(base, { lock }));
    expect(found.renders.map(({ kind }) => kind)).toEqual(['rendered', 'rendered', 'rendered']);
    expect([found.before.exact, found.after.exact]).toEqual([1_200_000, 0]);
  });
});

test('a scene that moved to another manifest is not paid for in silence, if only the new one is named', () => {
  const lock = done(film('A crab'));
  const plan = planOf(projectOf(film('A crab'), 'b.yaml'));
  const sibling = { manifest: 'manifests/a.yaml', gone: false, orphans: lock.renders };
  expect(wouldBePaid(plan).size).toBe(2);
  expect(paidElsewhere(plan, [sibling])).toMatchObject([
    {
      code: 'paid-elsewhere',
      severity: 'error',
      message:
        '2 renders would be paid for although the lock of manifests/a.yaml has them, crab/one as crab/one',
      hint: 'Name both manifests to move them at no cost: rushes plan manifests/a.yaml b.yaml',
      renders: ['crab/one', 'gull/one'],
    },
  ]);
  expect(
    admit({ ...plan, diagnostics: paidElsewhere(plan, [sibling]) }, { missingKeys: new Map() })
      .exit,
  ).toBe(65);
  expect(paidElsewhere(plan, [sibling], { draft: true })).toMatchObject([{ severity: 'warning' }]);
  const [crab, gull] = [...lock.renders];
  expect(
    paidElsewhere(plan, [{ ...sibling, orphans: crab === undefined ? [] : [crab] }]),
  ).toMatchObject([
    {
      message:
        'crab/one would be paid for although the lock of manifests/a.yaml has it as crab/one',
      renders: ['crab/one'],
    },
  ]);
  // What it was before the last edit there is paid for, too.
  const edited =
    gull === undefined || crab === undefined
      ? []
      : [[crab[0], { ...gull[1], earlier: [crab[1]] }] as const];
  expect(paidElsewhere(plan, [{ ...sibling, orphans: edited }])).toMatchObject([
    { renders: ['crab/one', 'gull/one'] },
  ]);
  expect(paidElsewhere(plan, [{ ...sibling, gone: true }])[0]?.hint).toMatch(
    /^If manifests\/a.yaml was renamed to b.yaml, rename its lock too/,
  );
  expect(paidElsewhere(plan, [{ ...sibling, orphans: [] }])).toEqual([]);
});

test('the spend: reported, reserved, unconfirmed and unknown kept apart, to the micro-dollar', () => {
  const [crab, gull] = rendersIn(film('A crab'));
  if (crab === undefined || gull === undefined) throw new Error('nothing to render');
  const lock = lockOf([
    [
      crab.id,
      resultOf(crab, {
        cost: { usd: 0.1, credits: 6.8, source: 'reported', estimatedUsd: 0.15 },
        earlier: [failed(crab)].map((result) => ({
          ...result,
          cost: { usd: 0.2, source: 'unconfirmed' },
        })),
      }),
    ],
    [gull.id, { ...pending(gull), cost: { usd: 0.7, source: 'estimated' } }],
    [
      'x/who',
      resultOf(crab, { model: 'apimart/unpriced', cost: { usd: null, source: 'estimated' } }),
    ],
    ['y/one', { ...less(failed(crab), 'task', 'cost') }],
  ]);
  const { total, models } = moneyReport([lock]);
  expect(total).toEqual({
    tasks: 4,
    clips: 2,
    estimated: 150_000,
    money: {
      charged: 100_000,
      reserved: 700_000,
      unclear: 200_000,
      refunded: 0,
      refundPromised: 0,
      unpriced: 1,
    },
  });
  expect(models.map(({ model, row }) => [model, row.clips])).toEqual([
    ['apimart/one', 1],
    ['apimart/unpriced', 1],
  ]);
});

test('the exit code is the first of the table that applies', () => {
  const order: readonly ExitCode[] = [64, 65, 130, 77, 69, 4, 3, 5, 1, 7, 6, 2, 0];
  order.forEach((code, index) => expect(worstExit(order.slice(index).reverse())).toBe(code));
  expect(worstExit([])).toBe(0);
});
