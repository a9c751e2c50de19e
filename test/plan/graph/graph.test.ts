/** Edges between renders: what a plan over them says, for chains, diamonds, circles and filters. */
import { describe, expect, test } from 'vitest';
import type { LockEntry } from '../../../src/lock/file/format.ts';
import { pick } from '../../../src/lock/picks.ts';
import type { RenderId } from '../../../src/ids.ts';
import { linkFrames } from '../../../src/plan/resolve/frames/link-frames.ts';
import type { Plan, PlannedRender, ResolvedRender } from '../../../src/plan/plan.ts';
import { resolveProject } from '../../../src/plan/resolve/resolve.ts';
import { fakes } from '../fake-models.ts';
import { projectOf } from '../projects-from-yaml.ts';
import { shardPlan } from '../../../src/plan/select/shard.ts';
import {
  failed,
  less,
  lockOf,
  MUCH_LATER,
  NOW,
  pending,
  planOf,
  rendersOf,
  resultOf,
  type Setting,
  told,
} from '../lock-entries.ts';

const S0 = 's0/one' as RenderId;
const film = (scenes: string, models = '{ one: { use: apimart/one } }'): string =>
  `models: ${models}\nscenes:\n${scenes}\n`;
const scene = (id: string, from?: string, more = ''): string =>
  `  - { id: ${id}, prompt: ${id}${from === undefined ? '' : `, first_frame: { scene: ${from}, frame: last }`}${more} }`;
const chainOf = (count: number): string =>
  film(
    Array.from({ length: count }, (_, index) =>
      index === 0 ? scene('s0') : scene(`s${index}`, `s${index - 1}`),
    ).join('\n'),
  );
/**
 * The lock of a manifest that is rendered to its end, each clip by the request that it came from.
 */
function rendered(text: string): Map<RenderId, LockEntry> {
  const { project, renders } = resolveProject(projectOf(text), fakes);
  const sha256Of = ({ fingerprint }: ResolvedRender): string => fingerprint.slice(7);
  const linked = linkFrames(project, renders, { clipOf: sha256Of });
  return new Map(
    linked.renders.map((render) => {
      const entry = resultOf(render);
      const { clip } = entry;
      return [
        render.id,
        clip === undefined ? entry : { ...entry, clip: { ...clip, sha256: sha256Of(render) } },
      ];
    }),
  );
}
const byId = (plan: Plan, id: string): PlannedRender => {
  const found = rendersOf(plan).find(({ render }) => render.id === id);
  if (found === undefined) throw new Error(`no ${id}`);
  return found;
};
const errorsOf = (plan: Plan): string[] =>
  plan.diagnostics
    .filter(({ severity }) => severity === 'error')
    .map(({ code, message }) => `${code}: ${message}`);

describe('stages', () => {
  test('a render without its upstream clip waits, with its price in every total', () => {
    const plan = planOf(chainOf(3));
    expect(told(plan)).toEqual(['s0/one: submit new', 's1/one: wait new', 's2/one: wait new']);
    expect(byId(plan, 's2/one').action).toMatchObject({ upstream: ['s1/one'] });
    expect(plan.totals.actions).toMatchObject({ submit: 1, wait: 2 });
    const one = byId(plan, 's0/one').render;
    expect(plan.totals.seconds).toBe(3 * one.asked.seconds);
    const price = one.price.kind === 'exact' ? one.price.usd : 0;
    expect(plan.totals.cost.exact).toBe(3 * price);
    // One after the other takes longer than side by side.
    const beside = planOf(film(['s0', 's1', 's2'].map((id) => scene(id)).join('\n')));
    expect(plan.totals.forecastSeconds).toBeGreaterThanOrEqual(
      3 * beside.totals.forecastSeconds - 3,
    );
  });
  test('a chain of 100, rendered: nothing to do; its first clip made again: 99 wait', () => {
    const text = chainOf(100);
    const entries = rendered(text);
    expect(entries.size).toBe(100);
    expect(planOf(text, { lock: { renders: entries } }).totals.actions).toMatchObject({
      keep: 100,
    });
    const edited = text.replace('prompt: s0', 'prompt: other');
    const plan = planOf(edited, { lock: { renders: entries } });
    expect(plan.totals.actions).toMatchObject({ submit: 1, wait: 99, keep: 0 });
  });
  test('a diamond: its end waits for both sides, and for each clip once', () => {
    const text = film(
      [
        scene('a'),
        scene('b', 'a'),
        scene('c', 'a'),
        '  - { id: d, prompt: d, first_frame: { scene: b, frame: last }, last_frame: { scene: c, frame: first } }',
      ].join('\n'),
    );
    const plan = planOf(text);
    expect(told(plan)).toEqual([
      'a/one: submit new',
      'b/one: wait new',
      'c/one: wait new',
      'd/one: wait new',
    ]);
    expect(byId(plan, 'd/one').action).toMatchObject({ upstream: ['b/one', 'c/one'] });
    const entries = rendered(text);
    const half = planOf(text.replace('id: c, prompt: c', 'id: c, prompt: other'), {
      lock: { renders: entries },
    });
    expect(told(half)).toEqual([
      'a/one: keep current',
      'b/one: keep current',
      'c/one: submit changed',
      'd/one: wait changed',
    ]);
  });
  test('the fingerprint holds the clip and the frame: another clip of the same request is another request', () => {
    const text = chainOf(2);
    const entries = rendered(text);
    const first = entries.get(S0) as LockEntry;
    const again: LockEntry = { ...first, clip: { ...first.clip!, sha256: 'f'.repeat(64) } };
    const plan = planOf(text, {
      lock: { renders: new Map([...entries, [S0, again]]) },
    });
    expect(told(plan)).toEqual(['s0/one: keep current', 's1/one: submit changed']);
    const other = planOf(text.replace('frame: last', 'frame: 1.5'), {
      lock: { renders: entries },
    });
    expect(told(other)).toEqual(['s0/one: keep current', 's1/one: submit changed']);
  });
  test('a chain whose scenes are all renamed moves at no cost', () => {
    const text = chainOf(30);
    const entries = rendered(text);
    const plan = planOf(text.replaceAll(/(id|scene): s/g, '$1: room'), {
      lock: { renders: entries },
    });
    expect(plan.totals.actions).toMatchObject({ moved: 30, submit: 0, wait: 0 });
  });
});

describe('an upstream clip that will not come by itself', () => {
  const text = chainOf(3);
  const [s0] = rendersOf(planOf(text)).map(({ render }) => render);
  const cases: readonly (readonly [string, LockEntry, string, Partial<Setting>])[] = [
    ['failed', failed(s0!), 'failed', {}],
    [
      'ambiguous',
      less(
        resultOf(s0!, { status: 'ambiguous', error: { kind: 'no-answer', message: 'reset' } }),
        'clip',
        'task',
      ),
      'ambiguous',
      {},
    ],
    ['lost', less(resultOf(s0!, { status: 'lost' }), 'clip'), 'lost', {}],
    [
      'on another machine, its link dead',
      resultOf(s0!),
      'elsewhere',
      { clips: () => 'absent', options: { now: MUCH_LATER } },
    ],
    [
      'not what was asked for, which fails',
      resultOf(s0!, { mismatch: ['3 s instead of 5 s'], onMismatch: 'fail' }),
      'mismatch',
      {},
    ],
  ];
  test.each(cases)('%s: what needs it is held, and says why', (_, entry, because, setting) => {
    const plan = planOf(text, { lock: lockOf([['s0/one', entry]]), ...setting });
    expect(told(plan).slice(1)).toEqual(['s1/one: hold upstream', 's2/one: hold upstream']);
    expect(byId(plan, 's1/one').action).toMatchObject({ upstream: 's0/one', because });
    // What has the trouble, not what is held for it too.
    expect(byId(plan, 's2/one').action).toMatchObject({ upstream: 's0/one', because });
  });
  test('what comes after a held render is held too, also where it has an older clip', () => {
    const text = chainOf(4);
    const renders = rendered(text);
    const edited = text.replace('prompt: s0', 'prompt: other');
    const first = rendersOf(planOf(edited, { lock: { renders } }))[0];
    if (first === undefined) throw new Error('no first render');
    renders.set(S0, failed(first.render));
    expect(told(planOf(edited, { lock: { renders } }))).toEqual([
      's0/one: hold failed',
      's1/one: hold upstream',
      's2/one: hold upstream',
      's3/one: hold upstream',
    ]);
  });
  test('a skipped or pinned one that is renamed gives the clip that it has', () => {
    const renamed = text
      .replace('id: s0, prompt: s0', 'id: hall, prompt: s0')
      .replace('scene: s0', 'scene: hall');
    const skipping = renamed.replace('prompt: s0 }', 'prompt: s0, skip: true }');
    const lock = lockOf([['s0/one', resultOf(s0!)]]);
    expect(told(planOf(skipping, { lock })).slice(0, 2)).toEqual([
      'hall/one: moved from s0/one then hold',
      's1/one: submit new',
    ]);
    const gone = planOf(skipping, { lock, clips: () => 'absent', options: { now: MUCH_LATER } });
    expect(byId(gone, 's1/one').action).toMatchObject({ upstream: 'hall/one', because: 'skipped' });
    const pinned = lockOf([['s0/one', resultOf(s0!, { decision: { pin: true } })]]);
    const moved = `moved: [{ from: s0, to: hall }]\n${renamed.replace('prompt: s0', 'prompt: other')}`;
    expect(told(planOf(moved, { lock: pinned })).slice(0, 2)).toEqual([
      'hall/one: moved from s0/one then hold',
      's1/one: submit new',
    ]);
  });
  test('a request that failed before is not continued from the clip of another request', () => {
    const edited = text.replace('prompt: s0', 'prompt: other');
    const [wanted] = rendersOf(planOf(edited)).map(({ render }) => render);
    const entry = { ...resultOf(s0!), earlier: [failed(wanted!)] };
    const plan = planOf(edited, { lock: lockOf([['s0/one', entry]]) });
    expect(told(plan)).toEqual([
      's0/one: hold failed',
      's1/one: hold upstream',
      's2/one: hold upstream',
    ]);
    expect(byId(plan, 's1/one').action).toMatchObject({ upstream: 's0/one', because: 'failed' });
  });
  test('a pick continues from a clip that is not as asked', () => {
    const entry = resultOf(s0!, { mismatch: ['3 s instead of 5 s'], onMismatch: 'fail' });
    const picked = pick(lockOf([['s0/one', entry]]), s0!.id);
    const plan = planOf(text, picked.ok ? { lock: picked.lock } : {});
    expect(told(plan)).toEqual(['s0/one: keep current', 's1/one: submit new', 's2/one: wait new']);
  });
  test('a pending one is waited for, one elsewhere is fetched, one in the store is here', () => {
    const waiting = planOf(text, { lock: lockOf([['s0/one', pending(s0!)]]) });
    expect(told(waiting).slice(0, 2)).toEqual(['s0/one: attach pending', 's1/one: wait new']);
    const lock = lockOf([['s0/one', resultOf(s0!)]]);
    const away = planOf(text, { lock, clips: () => 'absent' });
    expect(told(away).slice(0, 2)).toEqual(['s0/one: fetch restore', 's1/one: wait new']);
    const stored = planOf(text, { lock, clips: () => 'stored' });
    expect(told(stored).slice(0, 2)).toEqual(['s0/one: keep stored', 's1/one: submit new']);
  });
  test('a skipped or pinned one gives the clip that it has', () => {
    const skipping = text.replace('prompt: s0 }', 'prompt: s0, skip: true }');
    expect(told(planOf(skipping))).toEqual([
      's0/one: hold skipped',
      's1/one: hold upstream',
      's2/one: hold upstream',
    ]);
    const lock = lockOf([['s0/one', resultOf(s0!)]]);
    expect(told(planOf(skipping, { lock }))[1]).toBe('s1/one: submit new');
    const pinned = lockOf([['s0/one', resultOf(s0!, { decision: { pin: true } })]]);
    const edited = text.replace('prompt: s0', 'prompt: other');
    expect(told(planOf(edited, { lock: pinned }))).toEqual([
      's0/one: hold pinned',
      's1/one: submit new',
      's2/one: wait new',
    ]);
  });
});

describe('which clip', () => {
  const two = '{ one: { use: apimart/one }, two: { use: evolink/two } }';
  test('the same alias, else the pick, else an error that says what to write', () => {
    const text = film(
      ['  - { id: a, prompt: a, models: [one] }', scene('b', 'a', ', models: [two]')].join('\n'),
      two,
    );
    expect(errorsOf(planOf(text))).toEqual([
      'frame-of-render: scene a is not rendered on two, and has no pick; it is rendered on one',
    ]);
    const [a] = rendersOf(planOf(text)).map(({ render }) => render);
    const picked = pick(lockOf([['a/one', resultOf(a!)]]), a!.id);
    const plan = planOf(text, picked.ok ? { lock: picked.lock } : {});
    expect(errorsOf(plan)).toEqual([]);
    expect(byId(plan, 'b/two').render.frames).toMatchObject([{ upstream: 'a/one' }]);
  });
  test('a scene that is renamed keeps its pick: what continues it is the same request', () => {
    const takes = film(
      [scene('hall', undefined, ', takes: 2'), scene('kitchen', 'hall')].join('\n'),
    );
    const [first, second] = rendersOf(planOf(takes)).map(({ render }) => render);
    const picked = pick(
      lockOf([
        ['hall/one', resultOf(first!)],
        ['hall/one/2', resultOf(second!)],
      ]),
      second!.id,
    );
    if (!picked.ok) throw new Error('not picked');
    const { render } = byId(planOf(takes, { lock: picked.lock }), 'kitchen/one');
    const lock = { renders: new Map([...picked.lock.renders, [render.id, resultOf(render)]]) };
    const renamed = takes.replace('id: hall', 'id: lobby').replace('scene: hall', 'scene: lobby');
    const plan = planOf(renamed, { lock });
    expect(told(plan)[2]).toBe('kitchen/one: keep current');
    expect(plan.totals.actions).toMatchObject({ moved: 2, keep: 1 });
  });
  test('two picks of two branches: an error, because the clip is open', () => {
    const text = film(['  - { id: a, prompt: a, takes: 2 }', scene('b', 'a')].join('\n'));
    const renders = rendersOf(planOf(text)).map(({ render }) => render);
    const entries = renders
      .slice(0, 2)
      .map(
        (render, n) =>
          [render.id, resultOf(render, { decision: { pick: { of: `t${n}` } } })] as const,
      );
    expect(errorsOf(planOf(text, { lock: lockOf(entries) }))).toEqual([
      'pick-conflict: scene a has several picks, so it is unknown which clip to continue',
    ]);
  });
  test('a pick that makes a circle: an error that names every step', () => {
    const text = film(
      [
        '  - { id: a, prompt: a, models: [one], first_frame: { scene: b, frame: last } }',
        '  - { id: b, prompt: b, overrides: { two: { first_frame: { scene: a, frame: last, model: one } } } }',
      ].join('\n'),
      two,
    );
    expect(errorsOf(planOf(text))).toEqual([]);
    const render = byId(planOf(text), 'b/two').render;
    const picked = pick(lockOf([['b/two', resultOf(render)]]), render.id);
    expect(errorsOf(planOf(text, picked.ok ? { lock: picked.lock } : {}))).toEqual([
      'frame-circle: renders wait for frames of each other: a/one -> b/two -> a/one',
    ]);
  });
  test('every circle and every wrong reference at once, and no echo of them', () => {
    const text = film(
      [
        scene('a', 'nowhere'),
        scene('b', 'a'),
        scene('c', 'c'),
        scene('d', 'f'),
        scene('e', 'd'),
        scene('f', 'e'),
        scene('g', 'f'),
      ].join('\n'),
    );
    expect(errorsOf(planOf(text))).toEqual([
      'unknown-scene: there is no scene "nowhere" in this manifest',
      'frame-circle: c/one continues from a frame of its own clip',
      'frame-circle: renders wait for frames of each other: d/one -> f/one -> e/one -> d/one',
    ]);
  });
  test('of many unknown scenes, a name like it is looked for a hundred times', () => {
    const scenes = Array.from({ length: 150 }, (_, at) => scene(`the-bay-${at}`, `the-bey-${at}`));
    const { diagnostics } = resolveProject(projectOf(film(scenes.join('\n'))), fakes);
    const hints = diagnostics.map(({ hint = '' }) => hint);
    expect(hints).toHaveLength(150);
    expect(hints.filter((hint) => hint.startsWith('Did you mean the-bay-'))).toHaveLength(100);
    expect(hints.at(-1)).toBe('A frame can only come from a scene of the same manifest.');
  });
});

describe('a selection', () => {
  const text = chainOf(3);
  test('brings in what it needs, with its price, and says so', () => {
    const plan = planOf(text, { options: { filter: { only: ['s1'] } } });
    expect(told(plan)).toEqual(['s0/one: submit new', 's1/one: wait new']);
    expect(plan.totals.actions).toMatchObject({ submit: 1, wait: 1 });
    expect(plan.diagnostics.map(({ code }) => code)).toEqual(['upstream-included']);
  });
  test('fetches a clip of another machine only where its frame is needed', () => {
    const lock = lockOf([...rendered(chainOf(1))]);
    const setting = { lock, clips: () => 'absent' as const };
    expect(told(planOf(text, { ...setting, options: { filter: { only: ['s0'] } } }))).toEqual([
      's0/one: keep elsewhere',
    ]);
    expect(told(planOf(text, { ...setting, options: { filter: { only: ['s1'] } } }))).toEqual([
      's0/one: fetch restore',
      's1/one: wait new',
    ]);
  });
  test('a shard has a chain as a whole', () => {
    const many = film(
      Array.from({ length: 12 }, (_, n) =>
        [scene(`a${n}`), scene(`b${n}`, `a${n}`), scene(`c${n}`, `b${n}`)].join('\n'),
      ).join('\n'),
    ).replace(
      'scenes:',
      'limits: { in_flight: 12, gateways: { apimart: { in_flight: 6 } } }\nscenes:',
    );
    const whole = planOf(many);
    const seen = [1, 2, 3].flatMap((index) => {
      const sharded = shardPlan(whole, { index, count: 3 }, NOW);
      if (sharded.kind !== 'shard') throw new Error(sharded.message);
      const ids = rendersOf(sharded.plan).map(({ render }) => String(render.id));
      for (const n of Array.from({ length: 12 }, (_, each) => each)) {
        const own = ['a', 'b', 'c'].filter((letter) => ids.includes(`${letter}${n}/one`));
        expect([0, 3]).toContain(own.length);
      }
      expect(ids.length).toBe(12);
      return ids;
    });
    expect(new Set(seen).size).toBe(36);
  });
  test('its shards are the same whatever the lock has by now', () => {
    const ids = Array.from({ length: 12 }, (_, n) => n);
    const many = film(ids.flatMap((n) => [scene(`a${n}`), scene(`b${n}`, `a${n}`)]).join('\n'));
    const limited = many.replace(
      'scenes:',
      'limits: { in_flight: 12, gateways: { apimart: { in_flight: 6 } } }\nscenes:',
    );
    const clips = rendered(
      film(
        ids
          .slice(0, 6)
          .map((n) => scene(`a${n}`))
          .join('\n'),
      ),
    );
    const options = { filter: { only: ['b*'] } };
    const of = (plan: Plan, index: number): string[] => {
      const sharded = shardPlan(plan, { index, count: 3 }, NOW);
      if (sharded.kind !== 'shard') throw new Error(sharded.message);
      return rendersOf(sharded.plan).flatMap(({ render: { id } }) =>
        id.startsWith('b') ? [String(id)] : [],
      );
    };
    const before = planOf(limited, { options });
    const later = planOf(limited, { options, lock: { renders: clips } });
    expect(rendersOf(before)).toHaveLength(24);
    expect(rendersOf(later)).toHaveLength(18);
    for (const index of [1, 2, 3]) expect(of(later, index)).toEqual(of(before, index));
  });
});
