import { describe, expect, test } from 'vitest';
import type { Fingerprint } from '../../../src/ids.ts';
import type { PlanOptions } from '../../../src/plan/options.ts';
import type { ResolvedRender } from '../../../src/plan/plan.ts';
import { resolveProject } from '../../../src/plan/resolve/resolve.ts';
import { textAt, projectOf } from '../projects-from-yaml.ts';
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
  told,
} from '../lock-entries.ts';
import { fakes } from '../fake-models.ts';

const ONE = (prompt: string, more = ''): string => `
models: { one: { use: apimart/one } }
scenes:
  - { id: crab, prompt: ${prompt}${more} }
`;
const only = (text: string): ResolvedRender => {
  const [render] = resolveProject(projectOf(text), fakes).renders;
  if (render === undefined) throw new Error('nothing to render');
  return render;
};
const [crab, old] = [only(ONE('A crab')), only(ONE('An old crab'))];

describe('one render, whose entry is found by its id', () => {
  test('new: not in the lock', () =>
    expect(told(planOf(ONE('A crab')))).toEqual(['crab/one: submit new']));

  test('current: the same request, its clip here', () =>
    expect(told(planOf(ONE('A crab'), { lock: lockOf([['crab/one', resultOf(crab)]]) }))).toEqual([
      'crab/one: keep current',
    ]));

  test('elsewhere: landed once and not here is not a failure; --restore fetches it while its link is valid', () => {
    const lock = lockOf([['crab/one', resultOf(crab)]]);
    const clips = () => 'absent' as const;
    expect(told(planOf(ONE('A crab'), { lock, clips }))).toEqual(['crab/one: keep elsewhere']);
    expect(told(planOf(ONE('A crab'), { lock, clips, options: { restore: true } }))).toEqual([
      'crab/one: fetch restore',
    ]);
    expect(
      told(planOf(ONE('A crab'), { lock, clips, options: { restore: true, now: MUCH_LATER } })),
    ).toEqual(['crab/one: keep elsewhere']);
    expect(
      told(planOf(ONE('A crab'), { lock, clips, options: { resubmitMissing: true } })),
    ).toEqual(['crab/one: keep elsewhere']);
  });

  test('gone: landed here once; paid again only where it is named in full, and its task is asked before', () => {
    const lock = lockOf([['crab/one', resultOf(crab)]]);
    const planned = (options: Partial<PlanOptions>) =>
      told(planOf(ONE('A crab'), { lock, clips: () => 'gone', options }));
    expect(planned({})).toEqual(['crab/one: keep elsewhere']);
    expect(planned({ restore: true })).toEqual(['crab/one: fetch restore']);
    for (const options of [{}, { restore: true }, { resubmitMissing: true }])
      expect(planned({ ...options, now: MUCH_LATER })).toEqual(['crab/one: fetch link-expired']);
    const named = { resubmitMissing: true, filter: { only: ['crab/one'] } };
    expect(planned(named)).toEqual(['crab/one: fetch restore']);
    expect(planned({ ...named, now: MUCH_LATER })).toEqual(['crab/one: submit missing']);
  });

  test('gone under an old id: moved, and never paid for as new', () => {
    const lock = lockOf([['old/one', resultOf(crab)]]);
    const options = { now: MUCH_LATER, resubmitMissing: true };
    expect(told(planOf(ONE('A crab'), { lock, clips: () => 'gone', options }))).toEqual([
      'crab/one: moved from old/one then fetch',
    ]);
  });

  test('stored: before any link and before any payment, whatever is asked for', () => {
    const lock = lockOf([['crab/one', resultOf(crab)]]);
    const clips = () => 'stored' as const;
    for (const options of [{}, { restore: true }, { resubmitMissing: true, now: MUCH_LATER }])
      expect(told(planOf(ONE('A crab'), { lock, clips, options }))).toEqual([
        'crab/one: keep stored',
      ]);
  });

  test('never landed: fetched while its link is valid, then its task is asked, and it is paid again only by order', () => {
    const lock = lockOf([['crab/one', less(resultOf(crab), 'clip')]]);
    expect(told(planOf(ONE('A crab'), { lock }))).toEqual(['crab/one: fetch never-landed']);
    expect(told(planOf(ONE('A crab'), { lock, options: { now: MUCH_LATER } }))).toEqual([
      'crab/one: fetch link-expired',
    ]);
    expect(
      told(planOf(ONE('A crab'), { lock, options: { now: MUCH_LATER, resubmitMissing: true } })),
    ).toEqual(['crab/one: submit missing']);
  });

  test('a link without a stated end is fetched for three days after completion, the longest life that any document promises', () => {
    const lock = lockOf([['crab/one', less(resultOf(crab), 'clip', 'expiresAt')]]);
    const completed = Date.parse('2026-11-20T11:02:00Z');
    expect(
      told(planOf(ONE('A crab'), { lock, options: { now: completed + 3 * 86_400_000 - 1 } })),
    ).toEqual(['crab/one: fetch never-landed']);
    expect(
      told(planOf(ONE('A crab'), { lock, options: { now: completed + 3 * 86_400_000 } })),
    ).toEqual(['crab/one: fetch link-expired']);
  });

  test('damaged: fetched while its link is valid, else its task is asked', () => {
    const lock = lockOf([['crab/one', resultOf(crab)]]);
    const clips = () => 'damaged' as const;
    expect(told(planOf(ONE('A crab'), { lock, clips }))).toEqual(['crab/one: fetch damaged']);
    expect(told(planOf(ONE('A crab'), { lock, clips, options: { now: MUCH_LATER } }))).toEqual([
      'crab/one: fetch link-expired',
    ]);
  });

  test('an expired link without a task: no gateway can be asked', () => {
    const lock = lockOf([['crab/one', less(resultOf(crab), 'clip', 'task')]]);
    expect(told(planOf(ONE('A crab'), { lock, options: { now: MUCH_LATER } }))).toEqual([
      'crab/one: hold missing',
    ]);
  });

  test('pending: attached to, never sent again', () =>
    expect(told(planOf(ONE('A crab'), { lock: lockOf([['crab/one', pending(crab)]]) }))).toEqual([
      'crab/one: attach pending',
    ]));

  test('changed while the old task is pending: the outdated task is named, for it is paid', () => {
    const entry = pending(old);
    const [planned] = rendersOf(planOf(ONE('A crab'), { lock: lockOf([['crab/one', entry]]) }));
    expect(planned?.action).toMatchObject({
      kind: 'submit',
      reason: 'changed',
      outdated: entry.task,
    });
  });

  test('failed: held while unchanged, again with --retry-failed, or when the request changes', () => {
    const lock = lockOf([['crab/one', failed(crab)]]);
    expect(told(planOf(ONE('A crab'), { lock }))).toEqual(['crab/one: hold failed']);
    expect(told(planOf(ONE('A crab'), { lock, options: { retryFailed: true } }))).toEqual([
      'crab/one: submit failed-before',
    ]);
    expect(told(planOf(ONE('Another crab'), { lock }))).toEqual(['crab/one: submit changed']);
  });

  test('ambiguous and lost hold, whatever the manifest says by now', () => {
    for (const status of ['ambiguous', 'lost'] as const) {
      for (const prompt of ['A crab', 'Another crab']) {
        expect(
          told(
            planOf(ONE(prompt), {
              lock: lockOf([['crab/one', less(resultOf(crab, { status }), 'clip')]]),
            }),
          ),
        ).toEqual([`crab/one: hold ${status}`]);
      }
    }
  });

  test('an attempt that never happened counts for nothing', () => {
    const entry = less(failed(crab), 'task');
    const lock = lockOf([
      ['crab/one', { ...entry, error: { kind: 'never-happened', message: 'said a person' } }],
    ]);
    expect(told(planOf(ONE('A crab'), { lock }))).toEqual(['crab/one: submit new']);
  });
});

describe('decisions', () => {
  test('redo names the task it replaces, and is done when another is current', () => {
    const entry = resultOf(crab);
    const redo = { ...entry, decision: { redo: entry.task ?? '' } };
    expect(told(planOf(ONE('A crab'), { lock: lockOf([['crab/one', redo]]) }))).toEqual([
      'crab/one: submit redo',
    ]);
    expect(
      told(
        planOf(ONE('A crab'), {
          lock: lockOf([['crab/one', { ...resultOf(crab), decision: redo.decision }]]),
        }),
      ),
    ).toEqual(['crab/one: keep current']);
  });
  test('accept stands for one fingerprint', () => {
    const lock = lockOf([['crab/one', resultOf(old, { decision: { accept: crab.fingerprint } })]]);
    expect(told(planOf(ONE('A crab'), { lock }))).toEqual(['crab/one: keep accepted']);
    expect(told(planOf(ONE('Another crab'), { lock }))).toEqual(['crab/one: submit changed']);
  });
  test('pin: nothing is made anew or brought back, what is paid is still fetched', () => {
    const pin = { decision: { pin: true } } as const;
    expect(
      told(planOf(ONE('A crab'), { lock: lockOf([['crab/one', resultOf(old, pin)]]) })),
    ).toEqual(['crab/one: hold pinned']);
    expect(
      told(
        planOf(ONE('A crab'), {
          lock: lockOf([['crab/one', resultOf(old, { ...pin, earlier: [resultOf(crab)] })]]),
        }),
      ),
    ).toEqual(['crab/one: hold pinned']);
    expect(
      told(planOf(ONE('A crab'), { lock: lockOf([['crab/one', { ...pending(crab), ...pin }]]) })),
    ).toEqual(['crab/one: attach pending']);
    expect(
      told(planOf(ONE('A crab'), { lock: lockOf([['crab/one', resultOf(crab, pin)]]) })),
    ).toEqual(['crab/one: keep current']);
  });
  test('skip: held, but what is paid or unclear does not go away', () => {
    const text = ONE('A crab', ', skip: true');
    expect(told(planOf(text))).toEqual(['crab/one: hold skipped']);
    expect(told(planOf(text, { lock: lockOf([['crab/one', resultOf(crab)]]) }))).toEqual([
      'crab/one: hold skipped',
    ]);
    expect(told(planOf(text, { lock: lockOf([['crab/one', pending(crab)]]) }))).toEqual([
      'crab/one: attach pending',
    ]);
    expect(
      told(planOf(text, { lock: lockOf([['crab/one', less(resultOf(crab), 'clip')]]) })),
    ).toEqual(['crab/one: fetch never-landed']);
    expect(
      told(
        planOf(text, {
          lock: lockOf([['crab/one', less(resultOf(crab, { status: 'ambiguous' }), 'clip')]]),
        }),
      ),
    ).toEqual(['crab/one: hold ambiguous']);
  });
});

describe('earlier results', () => {
  const withEarlier = (earlier: ReturnType<typeof resultOf>) => ({
    lock: lockOf([['crab/one', resultOf(old, { earlier: [earlier] })]]),
  });
  test('the revert of an edit costs nothing', () => {
    const earlier = resultOf(crab);
    const [planned] = rendersOf(planOf(ONE('A crab'), withEarlier(earlier)));
    expect(planned?.action).toEqual({ kind: 'keep', reason: 'restored' });
    expect(planned?.restored).toEqual(earlier);
  });
  test('a revert while the first task is still pending attaches to it', () =>
    expect(told(planOf(ONE('A crab'), withEarlier(pending(crab))))).toEqual([
      'crab/one: attach pending',
    ]));
  test('a revert to a request whose payment is unclear waits for a person', () =>
    expect(
      told(
        planOf(ONE('A crab'), withEarlier(less(resultOf(crab, { status: 'ambiguous' }), 'clip'))),
      ),
    ).toEqual(['crab/one: hold ambiguous']));
  test('a revert to a request that failed is as unchanged since it failed', () =>
    expect(told(planOf(ONE('A crab'), withEarlier(failed(crab))))).toEqual([
      'crab/one: hold failed',
    ]));
  test('of several results for one request the clip is worth most', () => {
    const clip = resultOf(crab);
    const lock = lockOf([
      ['crab/one', resultOf(old, { earlier: [failed(crab), pending(crab), clip] })],
    ]);
    expect(rendersOf(planOf(ONE('A crab'), { lock }))[0]?.restored).toEqual(clip);
  });
});

describe('what changed', () => {
  test('field by field with the manifest place that did it', () => {
    const before = only(`
models: { one: { use: apimart/one, params: { deep: { list: [1, 2], gone: true } } } }
scenes: [{ id: crab, prompt: A crab, duration: 4 }]
`);
    const [planned] = rendersOf(
      planOf(
        `
models: { one: { use: apimart/one, params: { deep: { list: [1, 3, 4] } } } }
defaults: { duration: 8 }
scenes: [{ id: crab, prompt: A crab, audio: false }]
`,
        { lock: lockOf([['crab/one', resultOf(before)]]) },
      ),
    );
    const action = planned?.action;
    if (action?.kind !== 'submit' || action.reason !== 'changed') throw new Error('not changed');
    expect(
      action.changes.map(({ path, old: was, new: now, place }) => [path, was, now, textAt(place)]),
    ).toEqual([
      ['seconds', 4, 8, '8'],
      ['audio', undefined, false, 'false'],
      ['deep.list.1', 2, 3, '3'],
      ['deep.list.2', undefined, 4, '4'],
      ['deep.gone', true, undefined, '{ list: [1, 3, 4] }'],
    ]);
  });
  test('revision, also where only it changed; the old one is proven by the fingerprint', () => {
    const changes = (from: string, to: string): unknown => {
      const [planned] = rendersOf(
        planOf(to, { lock: lockOf([['crab/one', resultOf(only(from))]]) }),
      );
      return planned?.action.kind === 'submit' && planned.action.reason === 'changed'
        ? planned.action.changes.map(({ path, old: was, new: now }) => [path, was, now])
        : undefined;
    };
    expect(changes(ONE('A crab'), ONE('A crab', ', revision: 1'))).toEqual([['revision', 0, 1]]);
    expect(changes(ONE('A crab', ', revision: 2'), ONE('A crab', ', revision: 3'))).toEqual([
      ['revision', 2, 3],
    ]);
    expect(changes(ONE('A', ', revision: 2'), ONE('B', ', revision: 2'))).toEqual([
      ['prompt', 'A', 'B'],
    ]);
    expect(changes(ONE('A', ', revision: 1'), ONE('B', ', revision: 2'))).toEqual([
      ['prompt', 'A', 'B'],
      ['revision', 1, 2],
    ]);
  });
  test('another gateway', () => {
    const [planned] = rendersOf(
      planOf(ONE('A crab').replace('apimart/one', 'evolink/two'), {
        lock: lockOf([['crab/one', resultOf(crab)]]),
      }),
    );
    expect(planned?.action).toMatchObject({
      changes: [
        { path: 'gateway', old: 'apimart', new: 'evolink' },
        { path: 'model', old: 'one', new: 'two' },
      ],
    });
  });
  test('an imported task has no request to compare with', () => {
    const lock = lockOf([
      [
        'crab/one',
        less(resultOf(old, { fingerprint: `sha256:${'0'.repeat(64)}` as Fingerprint }), 'request'),
      ],
    ]);
    expect(rendersOf(planOf(ONE('A crab'), { lock }))[0]?.action).toEqual({
      kind: 'submit',
      reason: 'changed',
      changes: [],
    });
  });
});

describe('matching', () => {
  test('a renamed scene, a renamed alias: the entry moves', () => {
    const lock = lockOf([['crab/one', resultOf(crab)]]);
    expect(told(planOf(ONE('A crab').replace('id: crab', 'id: krabbe'), { lock }))).toEqual([
      'krabbe/one: moved from crab/one then keep',
    ]);
    expect(told(planOf(ONE('A crab').replace('one:', 'uno:'), { lock }))).toEqual([
      'crab/uno: moved from crab/one then keep',
    ]);
  });
  test('not only clips move: a pending task, an unclear one and a failure move too', () => {
    const text = ONE('A crab').replace('id: crab', 'id: krabbe');
    expect(told(planOf(text, { lock: lockOf([['crab/one', pending(crab)]]) }))).toEqual([
      'krabbe/one: moved from crab/one then attach',
    ]);
    expect(
      told(
        planOf(text, {
          lock: lockOf([['crab/one', less(resultOf(crab, { status: 'ambiguous' }), 'clip')]]),
        }),
      ),
    ).toEqual(['krabbe/one: moved from crab/one then hold']);
    expect(told(planOf(text, { lock: lockOf([['crab/one', failed(crab)]]) }))).toEqual([
      'krabbe/one: moved from crab/one then hold',
    ]);
    expect(
      told(
        planOf(text, {
          lock: lockOf([['crab/one', failed(crab)]]),
          options: { retryFailed: true },
        }),
      ),
    ).toEqual(['krabbe/one: submit new', 'crab/one: orphan']);
  });
  test('another project name: the same entry, its clip under another name', () => {
    const lock = lockOf([['crab/one', resultOf(crab)]]);
    const text = `project: other\n${ONE('A crab')}`;
    expect(told(planOf(text, { lock }))).toEqual(['crab/one: moved from crab/one then keep']);
    expect(told(planOf(text, { lock, clips: () => 'absent' }))).toEqual([
      'crab/one: keep elsewhere',
    ]);
  });
  test('an entry goes to the render with its exact request, if its own id has another request by now', () => {
    const text = `
models: { one: { use: apimart/one } }
scenes: [{ id: crab, prompt: A new crab }, { id: copy, prompt: A crab }]
`;
    expect(told(planOf(text, { lock: lockOf([['crab/one', resultOf(crab)]]) }))).toEqual([
      'crab/one: submit new',
      'copy/one: moved from crab/one then keep',
    ]);
    // A pin holds it where it is, and so does whoever wants it as it is.
    const pinned = lockOf([['crab/one', resultOf(crab, { decision: { pin: true } })]]);
    expect(told(planOf(text, { lock: pinned }))).toEqual([
      'crab/one: hold pinned',
      'copy/one: submit new',
    ]);
  });
  test('scenes renumbered because one came before them: only that one is paid for', () => {
    const numbered = (prompts: readonly string[]): string =>
      `models: { one: { use: apimart/one } }\nscenes:\n${prompts.map((prompt, n) => `  - { id: s${n + 1}, prompt: ${prompt} }`).join('\n')}\n`;
    const before = resolveProject(projectOf(numbered(['A', 'B', 'C'])), fakes).renders;
    const lock = lockOf(before.map((render) => [render.id, resultOf(render)]));
    expect(told(planOf(numbered(['New', 'A', 'B', 'C']), { lock }))).toEqual([
      's1/one: submit new',
      's2/one: moved from s1/one then keep',
      's3/one: moved from s2/one then keep',
      's4/one: moved from s3/one then keep',
    ]);
    expect(told(planOf(numbered(['C', 'A', 'B']), { lock }))).toEqual([
      's1/one: moved from s3/one then keep',
      's2/one: moved from s1/one then keep',
      's3/one: moved from s2/one then keep',
    ]);
    expect(told(planOf(numbered(['B', 'C']), { lock }))).toEqual([
      's1/one: moved from s2/one then keep',
      's2/one: moved from s3/one then keep',
    ]);
    // A filter that lets a new scene in lets out what stands in its place, all along the line.
    const only = { options: { filter: { only: ['s1'] } } };
    expect(told(planOf(numbered(['New', 'A', 'B', 'C']), { lock, ...only }))).toEqual([
      's1/one: submit new',
      's2/one: moved from s1/one then keep',
      's3/one: moved from s2/one then keep',
      's4/one: moved from s3/one then keep',
    ]);
    expect(
      told(
        planOf(numbered(['New', 'A', 'B', 'C']), { lock, options: { filter: { only: ['s4'] } } }),
      ),
    ).toEqual(['s4/one: moved from s3/one then keep']);
  });
  test('unclear and failed entries follow their request when scenes are renumbered, and are not sent again', () => {
    const numbered = (prompts: readonly string[]): string =>
      `models: { one: { use: apimart/one } }\nscenes:\n${prompts.map((prompt, n) => `  - { id: s${n + 1}, prompt: ${prompt} }`).join('\n')}\n`;
    const [first, second] = resolveProject(projectOf(numbered(['A', 'B'])), fakes).renders;
    if (first === undefined || second === undefined) throw new Error('two scenes make two renders');
    const lockWith = (entry: ReturnType<typeof failed>): ReturnType<typeof lockOf> =>
      lockOf([
        [first.id, entry],
        [second.id, resultOf(second)],
      ]);
    const unclear = less(resultOf(first, { status: 'ambiguous' }), 'task', 'clip');
    for (const entry of [
      unclear,
      less(resultOf(first, { status: 'lost' }), 'clip'),
      failed(first),
    ]) {
      expect(told(planOf(numbered(['B', 'A']), { lock: lockWith(entry) }))).toEqual([
        's1/one: moved from s2/one then keep',
        's2/one: moved from s1/one then hold',
      ]);
      expect(told(planOf(numbered(['New', 'A', 'B']), { lock: lockWith(entry) }))).toEqual([
        's1/one: submit new',
        's2/one: moved from s1/one then hold',
        's3/one: moved from s2/one then keep',
      ]);
    }
    // Nobody asks for it any more: the person is asked first, whatever the manifest says by now.
    expect(told(planOf(numbered(['New', 'B']), { lock: lockWith(unclear) }))).toEqual([
      's1/one: hold ambiguous',
      's2/one: keep current',
    ]);
    // To make it again meant the old request: what is asked for by now is there already.
    const again = { ...unclear, decision: { redo: unclear.attempt ?? '' } };
    const lock = lockOf([
      [first.id, again],
      ['gone/one', resultOf(second)],
    ]);
    expect(told(planOf(numbered(['B']), { lock }))).toEqual([
      's1/one: moved from gone/one then keep',
    ]);
  });
  test('an orphan that holds what a changed render wants is taken over instead of paying', () => {
    const lock = lockOf([
      ['gone/one', resultOf(crab)],
      ['crab/one', resultOf(old)],
    ]);
    expect(told(planOf(ONE('A crab'), { lock }))).toEqual([
      'crab/one: moved from gone/one then keep',
    ]);
  });
  test('moved: names an old id, also where the request changed; by scene it holds for every alias and take', () => {
    const lock = lockOf([['crab/one', resultOf(old)]]);
    const renamed = ONE('A crab').replace('id: crab', 'id: krabbe');
    const [planned] = rendersOf(
      planOf(`${renamed}moved: [{ from: crab/one, to: krabbe/one }]\n`, { lock }),
    );
    expect(planned?.action).toMatchObject({
      kind: 'submit',
      reason: 'changed',
      changes: [{ path: 'prompt', old: 'An old crab', new: 'A crab' }],
    });
    const takes = resolveProject(projectOf(ONE('A crab', ', takes: 2')), fakes).renders;
    const text = `${ONE('A crab', ', takes: 2').replace('id: crab', 'id: krabbe')}moved: [{ from: crab, to: krabbe }]\n`;
    expect(
      told(planOf(text, { lock: lockOf(takes.map((render) => [render.id, resultOf(render)])) })),
    ).toEqual([
      'krabbe/one: moved from crab/one then keep',
      'krabbe/one/2: moved from crab/one/2 then keep',
    ]);
  });
  test('moved: lets a clip go on although its old id means something new', () => {
    const text = `
models: { one: { use: apimart/one } }
scenes: [{ id: crab, prompt: Something new }, { id: krabbe, prompt: A crab }]
moved: [{ from: crab/one, to: krabbe/one }]
`;
    expect(told(planOf(text, { lock: lockOf([['crab/one', resultOf(crab)]]) }))).toEqual([
      'crab/one: submit new',
      'krabbe/one: moved from crab/one then keep',
    ]);
  });
  test('takes are append-only: more render only the new one, fewer delete nothing', () => {
    const takes = resolveProject(projectOf(ONE('A crab', ', takes: 2')), fakes).renders;
    const lock = lockOf(takes.map((render) => [render.id, resultOf(render)]));
    expect(told(planOf(ONE('A crab', ', takes: 3'), { lock }))).toEqual([
      'crab/one: keep current',
      'crab/one/2: keep current',
      'crab/one/3: submit new',
    ]);
    expect(told(planOf(ONE('A crab'), { lock }))).toEqual([
      'crab/one: keep current',
      'crab/one/2: orphan',
    ]);
  });
});

describe('orphans', () => {
  const gone = 'models: { one: { use: apimart/one } }\nscenes: []\n';
  test('are followed while there is something to fetch', () => {
    const lock = lockOf([
      ['done/one', resultOf(crab)],
      ['going/one', pending(old)],
      ['fetchable/one', less(resultOf(old), 'clip')],
      ['before/one', resultOf(crab, { earlier: [pending(old)] })],
    ]);
    expect(told(planOf(gone, { lock }))).toEqual([
      'done/one: orphan',
      'going/one: orphan followed',
      'fetchable/one: orphan followed',
      'before/one: orphan followed',
    ]);
    expect(told(planOf(gone, { lock, options: { now: MUCH_LATER } }))[2]).toBe(
      'fetchable/one: orphan',
    );
  });
  test('are never made by a filter, a skip or an error', () => {
    const text = `
models: { one: { use: apimart/one } }
scenes:
  - { id: crab, prompt: A crab, tags: [hero] }
  - { id: broken, prompt: A crab, duration: 7 }
  - { id: skipped, prompt: Not now, skip: true }
`;
    const lock = lockOf(
      ['crab/one', 'broken/one', 'skipped/one', 'other/one'].map((id, index) => [
        id,
        index === 0 ? resultOf(crab) : resultOf(old),
      ]),
    );
    expect(told(planOf(text, { lock }))).toEqual([
      'crab/one: keep current',
      'skipped/one: hold skipped',
      'other/one: orphan',
    ]);
    expect(told(planOf(text, { lock, options: { filter: { tags: ['hero'] } } }))).toEqual([
      'crab/one: keep current',
    ]);
    expect(told(planOf(text, { lock, options: { filter: { only: ['other/*'] } } }))).toEqual([
      'other/one: orphan',
    ]);
  });
});

test('the plan knows no clock: the same arguments give the same plan', () => {
  const lock = lockOf([['crab/one', resultOf(old)]]);
  expect(JSON.stringify(planOf(ONE('A crab'), { lock, options: { now: NOW } }))).toBe(
    JSON.stringify(planOf(ONE('A crab'), { lock, options: { now: NOW } })),
  );
});
