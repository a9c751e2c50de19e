import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import type { LockEntry } from '../../../src/lock/file/format.ts';
import type { Action } from '../../../src/plan/plan.ts';
import { asDraft } from '../../../src/workflow/load/as-draft.ts';
import { planTerminal } from '../../../src/report/plan/plan-terminal.ts';
import { cells } from '../../../src/report/text/terminal.ts';
import { COMMAND_LINE, CONTROLS, hostileText, REPEATABLE } from '../hostile.ts';
import {
  entry,
  estimated,
  exact,
  id,
  model,
  moved,
  placeAt,
  planned,
  planOf,
  project,
  task,
  totalled,
  unknown,
} from '../samples.ts';

const terminal = { width: 80, color: false };
const fresh: Action = { kind: 'submit', reason: 'new' };
const current: Action = { kind: 'keep', reason: 'current' };
/** One edit of a var: the same words change in every scene, around them each scene has its own. */
const edited = (index: number): Action => ({
  kind: 'submit',
  reason: 'changed',
  changes: [
    {
      path: 'prompt',
      old: `Scene ${index} at sunrise, soft light`,
      new: `Scene ${index} at dusk, soft light`,
      place: placeAt(5 + (index % 3)),
    },
    { path: 'mode', old: 'std', new: 'pro', place: placeAt(9) },
  ],
});

test('nothing to do is one sentence', () => {
  expect(
    planTerminal(
      planOf(Array.from({ length: 12 }, (_, index) => planned(`s${index}/kling`, current))),
      terminal,
    ),
  ).toBe('Nothing to do: 12 clips are current.\n');
  expect(
    planTerminal(
      planOf([
        planned('s/kling', current),
        planned('t/kling', { kind: 'keep', reason: 'elsewhere' }),
      ]),
      terminal,
    ),
  ).toBe('Nothing to do: 2 clips are current, 1 of them not on this machine.\n');
  expect(planTerminal(planOf([]), terminal)).toBe('Nothing to do: there are no renders.\n');
});

test('every action with its reason, what changed with the line that forces it, and one closing line', () => {
  const plan = planOf([
    planned('crab/kling', edited(0)),
    planned('crab/kling/2', edited(1)),
    planned('sunrise/sora', fresh, {
      price: unknown,
      model: model('apimart/sora-2-pro'),
      seconds: 8,
      notes: ['duration 7 is sent as 8'],
    }),
    planned('sunrise/o3', fresh, {
      price: estimated(0.375),
      model: model('evolink/kling-o3-text-to-video'),
    }),
    planned('new/kling', moved('old/kling', 'attach')),
    planned('far/kling', { kind: 'attach', reason: 'pending', task: task('t1') }),
    planned('late/kling', { kind: 'fetch', reason: 'never-landed', task: task('t2') }),
    planned('kept/kling', current),
  ]);
  expect(planTerminal(plan, terminal)).toBe(`manifests/film.yaml (tide-pools)
  ~ submit 2: changed · 10 s · $0.84 exact
      crab/kling, crab/kling/2
        prompt  manifests/film.yaml:5 and 1 more line
          Scene 0 at [-sunrise-]{+dusk+}, soft light
        mode  "std" -> "pro"  manifests/film.yaml:9
  + submit 2: new · 13 s · $0.38 estimated + 1 of unknown price
      sunrise/sora  apimart/sora-2-pro              8 s  price unknown
      sunrise/o3    evolink/kling-o3-text-to-video  5 s        ≈ $0.38
      note: sunrise/sora: duration 7 is sent as 8
  → move 1: same request under another id or path: nothing is sent
      old/kling -> new/kling, then its pending task is followed
  … attach 1: pending from an earlier run: followed, not sent again
      far/kling
  ↓ fetch 1: the clip is made and never landed here
      late/kling
  = keep 1: 1 current

Plan: 4 to submit, 1 to attach, 1 to fetch, 1 moved, 1 kept · 23 s of video · $0.84 exact + $0.38 estimated + 1 of unknown price (prices of 2026-09-01 to 2026-11-18) · about 3 min.
`);
});

test('renders that wait are never cut: an id is to be copied', () => {
  const scene = 'a-scene-with-a-name-that-is-rather-long';
  const plan = planOf([
    planned(`${scene}-2/kling`, {
      kind: 'wait',
      reason: 'new',
      upstream: [id(`${scene}-1/kling`)],
    }),
  ]);
  expect(planTerminal(plan, { width: 80, color: false })).toContain(
    `      ${scene}-2/kling  after ${scene}-1/kling  5 s  $0.42\n`,
  );
  const narrow = planTerminal(plan, { width: 70, color: false, screen: true });
  expect(narrow).toContain(
    `      ${scene}-2/kling\n        after ${scene}-1/kling, 5 s,\n        $0.42\n`,
  );
});

test('a hold has the reason and the next command', () => {
  const failed = entry({
    status: 'failed',
    error: { kind: 'service', message: 'the renderer broke' },
  });
  const shown = planTerminal(
    planOf([planned('crab/kling', { kind: 'hold', reason: 'failed' }, { entry: failed })]),
    terminal,
  );
  expect(shown).toContain(
    '  ! hold 1 failed: unchanged since then\n      crab/kling  service: the renderer broke\n',
  );
  expect(shown).toContain(
    '      next: rushes render manifests/film.yaml --retry-failed --only film:crab/kling\n',
  );
  expect(shown).toMatch(/\nNothing to do: no clip is current, 1 render is held\.\n$/);
});

test('a render that needs a frame of one that was refused is not sent to a paid retry', () => {
  const refused = entry({ status: 'failed', error: { kind: 'moderation', message: 'no' } });
  const text = planTerminal(
    planOf([
      planned('crab/kling', { kind: 'hold', reason: 'failed' }, { entry: refused }),
      planned('run/kling', {
        kind: 'hold',
        reason: 'upstream',
        upstream: id('crab/kling'),
        because: 'failed',
      }),
    ]),
    { width: 100, color: false },
  );
  const upstream = text.slice(text.indexOf('! hold 1 upstream'));
  expect(upstream).toContain('first: change what was refused in the manifest');
});

test('many holds: a reason once, with those that it holds', () => {
  const failed = (kind: string, message: string): { entry: LockEntry } => ({
    entry: entry({ status: 'failed', error: { kind, message } }),
  });
  const hold = { kind: 'hold', reason: 'failed' } as const;
  const plan = planOf([
    planned('a/kling', hold, failed('service', 'the renderer broke')),
    planned('b/kling', hold, failed('unknown', 'no reason was given')),
    planned('c/kling', hold, failed('service', 'the renderer broke')),
    planned('d/kling', hold, failed('service', 'the renderer broke')),
  ]);
  expect(planTerminal(plan, terminal)).toContain(`  ! hold 4 failed: unchanged since then
      a/kling, c/kling, d/kling
        service: the renderer broke
      b/kling
        no reason was given
      next: rushes render manifests/film.yaml --retry-failed
`);
});

test('the closing line is folded between its parts on a screen, and only there', () => {
  const plan = planOf([
    planned('a/kling', fresh),
    planned('b/o3', fresh, {
      price: estimated(0.375),
      model: model('evolink/kling-o3-text-to-video'),
    }),
    planned('c/kling', current),
  ]);
  const closing = (width: number, screen: boolean): string =>
    planTerminal(plan, { width, screen, color: false }).split('\n\n').at(-1) ?? '';
  expect(closing(80, true)).toBe(`Plan: 2 to submit, 1 kept · 10 s of video
      $0.42 exact + $0.38 estimated (prices of 2026-09-01 to 2026-11-18)
      about 80 s.
`);
  expect(closing(200, true)).toBe(closing(80, false));
  expect(closing(80, false).trimEnd()).not.toContain('\n');
});

test('an orphan that is still pending is followed, the others wait for prune', () => {
  const orphans = [
    { id: id('gone/kling'), entry: entry(), follow: false },
    { id: id('paid/kling'), entry: entry({ status: 'submitted' }), follow: true },
  ];
  const shown = planTerminal(planOf([planned('kept/kling', current)], orphans), terminal);
  expect(shown).toContain(
    'no longer in the manifest, but paid: followed and fetched\n      paid/kling\n',
  );
  expect(shown).toContain(
    'kept until pruned\n      gone/kling\n      next: rushes prune manifests/film.yaml\n',
  );
  expect(shown).toMatch(/Plan: 1 orphan to collect, 1 kept · nothing is submitted\.\n$/);
});

test('2,000 renders read as about thirty lines, each within the width', () => {
  const aliases = ['kling', 'sora', 'o3', 'k26', 's2'];
  const plan = planOf(
    Array.from({ length: 2000 }, (_, index) =>
      planned(
        `scene-${index}/${aliases[index % 5]}`,
        index < 1400 ? fresh : index < 1800 ? edited(index) : current,
        {
          price: index % 5 === 1 ? unknown : exact(0.42),
          notes: index % 7 === 0 ? ['duration 7 is sent as 8'] : [],
        },
      ),
    ),
  );
  const lines = planTerminal(plan, terminal).trimEnd().split('\n');
  expect(lines.length).toBeLessThanOrEqual(32);
  // In a pipe the closing line is one line, whatever its width.
  expect(Math.max(...lines.slice(0, -1).map(cells))).toBeLessThanOrEqual(90);
  expect(lines.join('\n')).toContain(
    'scene-1400/kling, scene-1401/sora, scene-1402/o3 … and 397 more',
  );
});

test('only projects with something to do are listed', () => {
  const idle = {
    ...planOf([planned('a/kling', current)]).projects[0],
    project: project('manifests/idle.yaml'),
  };
  const busy = planOf([planned('b/kling', fresh)]).projects[0];
  const plan = totalled(
    [idle, busy].flatMap((each) =>
      each?.lock === undefined ? [] : [each as NonNullable<typeof busy>],
    ),
  );
  expect(planTerminal(plan, terminal)).not.toContain('idle.yaml');
  expect(planTerminal(plan, terminal)).toContain('manifests/film.yaml');
});

test('a draft says that its money is not spent, and has the name of its project', () => {
  const real = planOf([planned('b/kling', fresh)]);
  const draft = {
    ...real,
    projects: real.projects.map((part) => ({ ...part, project: asDraft(part.project) })),
  };
  const text = planTerminal(draft, { ...terminal, draft: true });
  expect(text).toContain('free as a draft; for real $0.42 exact');
  expect(text).toContain('manifests/film.yaml (tide-pools)\n');
});

test('colour adds codes and nothing else but the diff brackets', () => {
  const plan = planOf([planned('b/kling', fresh), planned('c/kling', current)]);
  const colored = planTerminal(plan, { width: 80, color: true });
  // eslint-disable-next-line no-control-regex
  expect(colored.replace(/\u001B\[\d+m/g, '')).toBe(planTerminal(plan, terminal));
});

test('no prompt, note, reason or server message breaks out of the plan', () => {
  fc.assert(
    fc.property(hostileText, hostileText, fc.integer({ min: 40, max: 120 }), (a, b, width) => {
      const change: Action = {
        kind: 'submit',
        reason: 'changed',
        changes: [
          { path: a, old: a, new: b, place: placeAt(1) },
          { path: 'x', old: { [a]: b }, new: undefined, place: placeAt(1) },
        ],
      };
      const plan = planOf([
        planned('x/kling', change, { notes: [a, b] }),
        planned(
          'y/kling',
          { kind: 'hold', reason: 'failed' },
          { entry: entry({ error: { kind: a, message: b } }) },
        ),
        planned('z/kling', { kind: 'hold', reason: 'skipped' }, { skip: { reason: a } }),
      ]);
      const shown = planTerminal(plan, { width, color: false });
      expect(shown).not.toMatch(CONTROLS);
      expect(shown).not.toMatch(COMMAND_LINE);
    }),
    REPEATABLE,
  );
});
