import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import type { AttemptId, RenderId } from '../../../src/ids.ts';
import type { Lock, LockEntry, Result } from '../../../src/lock/file/format.ts';
import { moneyReport } from '../../../src/lock/money-report.ts';
import { fromUsd } from '../../../src/money.ts';
import type { ClipState } from '../../../src/plan/plan.ts';
import { recoverTerminal } from '../../../src/report/lock/recover-terminal.ts';
import { statusCsv } from '../../../src/report/lock/status-csv.ts';
import { statusCostTerminal } from '../../../src/report/lock/status-cost.ts';
import { statusDocument, statusSchema } from '../../../src/report/lock/status-json.ts';
import { statusTerminal } from '../../../src/report/lock/status-terminal.ts';
import { verifyTerminal } from '../../../src/report/lock/verify-terminal.ts';
import { cells } from '../../../src/report/text/terminal.ts';
import { COMMAND_LINE, CONTROLS, hostileText, REPEATABLE } from '../hostile.ts';
import { entry, id, sha, task } from '../samples.ts';

const terminal = { width: 100, color: false };
const nowMs = Date.parse('2026-11-20T17:10:00Z');
const clip = {
  path: '../out/tide-pools/crab/kling.mp4',
  sha256: 'a'.repeat(64),
  bytes: 1_840_233,
  width: 1920,
  height: 1080,
  seconds: 5.04,
  audio: true,
};
/** Each result an attempt of its own. */
const lockOf = (renders: Record<string, LockEntry>): Lock => {
  let attempts = 0;
  const own = <Some extends Result>(result: Some): Some => ({
    ...result,
    attempt: `attempt-${attempts++}` as AttemptId,
  });
  return {
    renders: new Map(
      Object.entries(renders).map(([id, { earlier, ...entry }]) => [
        id as RenderId,
        { ...own(entry), ...(earlier === undefined ? {} : { earlier: earlier.map(own) }) },
      ]),
    ),
  };
};

const film = lockOf({
  'crab/kling': entry({
    clip,
    cost: { usd: 0.448, source: 'reported', estimatedUsd: 0.42 },
    decision: { pin: true },
  }),
  'crab/sora': entry({ clip, model: 'apimart/sora-2', cost: { usd: null, source: 'estimated' } }),
  'sun/kling': entry({
    status: 'submitted',
    submittedAt: '2026-11-20T17:00:00Z',
    task: task('task_9'),
    cost: { usd: 0.42, source: 'estimated' },
  }),
  'sun/o3': entry({
    status: 'failed',
    error: { kind: 'moderation', message: 'the prompt was refused' },
    cost: { usd: 0.1, source: 'unconfirmed' },
    earlier: [entry({ clip, cost: { usd: 0.4, source: 'reported', estimatedUsd: 0.42 } })],
  }),
});
const part = {
  manifest: 'manifests/film.yaml',
  lock: film,
  clipState: (id: RenderId): ClipState => (id === 'crab/sora' ? 'absent' : 'present'),
};

test('status: a row per render, then the next commands, then a count', () => {
  expect(statusTerminal([part], { ...terminal, nowMs }))
    .toBe(`model             ready  elsewhere  pending  failed
apimart/kling-v3      1          -        1       1
apimart/sora-2        -          1        -       -
all                   1          1        1       1

manifests/film.yaml
  crab/kling  ready      apimart/kling-v3  pinned, 5.04 s, $0.45, 1920×1080, sound
  crab/sora   elsewhere  apimart/sora-2    link may live, 5.04 s, 1920×1080, sound
  sun/kling   pending    apimart/kling-v3  task_9, for 10 min
  sun/o3      failed     apimart/kling-v3  moderation: the prompt was refused
  failed, next: rushes render manifests/film.yaml --retry-failed --only film:sun/o3
      change what was refused in the manifest: the same request would be refused again
      a new paid attempt
  pending, next: rushes collect manifests/film.yaml
  elsewhere, 1 link lives: rushes render manifests/film.yaml --restore

4 renders: 1 ready, 1 elsewhere, 1 pending, 1 failed.
`);
  expect(statusTerminal([{ ...part, lock: lockOf({}) }], { ...terminal, nowMs })).toBe(
    'Nothing is rendered yet: the lock is empty.\n',
  );
});

test('status: an attempt declared void is not a failure, and a clip that cannot be fetched is missing', () => {
  const unlanded = {
    status: 'completed',
    task: task('task_1'),
    expiresAt: '2026-11-20T17:05:00Z',
  } as const;
  const lock = lockOf({
    'a/kling': entry({
      status: 'failed',
      error: { kind: 'never-happened', message: 'a person declared that it was never accepted' },
    }),
    'b/kling': entry(unlanded),
    'c/kling': entry({ ...unlanded, expiresAt: '2026-11-21T17:05:00Z' }),
  });
  const parts = [{ manifest: 'film.yaml', lock, clipState: (): ClipState => 'absent' }];
  expect(statusTerminal(parts, { ...terminal, nowMs }))
    .toBe(`model             made, not downloaded  missing  never happened
apimart/kling-v3                     1        1               1

film.yaml
  a/kling  never happened        apimart/kling-v3  a person declared that it was never accepted
  b/kling  missing               apimart/kling-v3  link expired 2026-11-20T17:05:00Z
  c/kling  made, not downloaded  apimart/kling-v3  link until 2026-11-21T17:05:00Z
  missing, next: rushes render film.yaml --resubmit-missing --only film:b/kling
      pays again, unless the gateway has a fresh link; if another machine, a cache or an artifact
      has the clip, copy it from there instead
  made, not downloaded, next: rushes collect film.yaml
  never happened, next: rushes render film.yaml

3 renders: 1 made, not downloaded, 1 missing, 1 never happened.
`);
  expect(statusDocument(parts, nowMs).totals).toMatchObject({
    'never-happened': 1,
    missing: 1,
    'not-landed': 1,
    failed: 0,
  });
});

test('status: the end of a pick of an earlier clip is not the end of the current one', () => {
  const picked = (of: string, out?: number): LockEntry =>
    entry({ clip, decision: { pick: { of, in: 0.5, ...(out === undefined ? {} : { out }) } } });
  const shown = statusTerminal(
    [
      {
        ...part,
        lock: lockOf({
          'now/kling': picked('task_01'),
          'then/kling': picked('task_00'),
          'both/kling': picked('task_00', 4),
        }),
      },
    ],
    { ...terminal, width: 200, nowMs },
  );
  expect(shown).toContain('picked 0.5-5.04 s, 5.04 s');
  expect(shown).toContain('picked, of an earlier clip from 0.5 s, 5.04 s');
  expect(shown).toContain('picked, of an earlier clip 0.5-4 s, 5.04 s');
});

test('cost: no cell of the table for accounting is a formula, a second row, or a command', () => {
  const csvOf = (manifest: string, tag: string): string =>
    statusCsv([
      {
        manifest,
        lock: lockOf({ 'a/b': entry({ clip, cost: { usd: 0.4, source: 'reported' } }) }),
        tagsOf: () => [tag],
      },
    ]).split('\r\n')[1] ?? '';
  for (const tag of ['=1+1', '+1', '-1', '@now', '\t=1+1', ' =1+1', '＝1+1', '\n=1'])
    expect(csvOf('film.yaml', tag)).toMatch(/,apimart\/kling-v3,' ?[^ ,]+,1,1,/);
  expect(csvOf('film.yaml', 'a\nb,"c"')).toContain(',"a b,""c""",1,1,');
  fc.assert(
    fc.property(hostileText, (text) => {
      const printed = csvOf(text, text);
      expect(printed).not.toMatch(CONTROLS);
      expect(printed).not.toMatch(COMMAND_LINE);
    }),
    REPEATABLE,
  );
});

test('status: many renders are folded to a line per state', () => {
  const many = lockOf(
    Object.fromEntries(
      Array.from({ length: 10_000 }, (_, index) => [
        `s${index}/kling`,
        entry(index % 100 === 0 ? { status: 'lost' } : { clip }),
      ]),
    ),
  );
  const started = performance.now();
  const shown = statusTerminal(
    [{ manifest: 'film.yaml', lock: many, clipState: () => 'present' }],
    { ...terminal, nowMs },
  );
  expect(performance.now() - started).toBeLessThan(1000);
  expect(shown).toContain('  9,900 ready\n  100 lost\n      s0/kling, s100/kling, s200/kling');
  expect(shown.split('\n').length).toBeLessThan(12);
});

test('status --json fits its schema', () => {
  const document = statusDocument([part], nowMs);
  expect(statusSchema.parse(document)).toEqual(document);
  expect(
    document.renders.map(({ id, state, disk, earlier }) => [id, state, disk, earlier]),
  ).toEqual([
    ['crab/kling', 'ready', 'present', 0],
    ['crab/sora', 'elsewhere', 'absent', 0],
    ['sun/kling', 'pending', 'present', 0],
    ['sun/o3', 'failed', 'present', 1],
  ]);
  expect(document.totals).toMatchObject({ ready: 1, elsewhere: 1, pending: 1, failed: 1, lost: 0 });
});

test('cost: charged, reserved, unclear, refunded, per model and per kept clip; unpriced is counted, never added', () => {
  expect(moneyReport([film]).total).toEqual({
    tasks: 5,
    clips: 2,
    estimated: fromUsd(0.84),
    money: {
      charged: fromUsd(0.848),
      reserved: fromUsd(0.42),
      unclear: fromUsd(0.1),
      refunded: 0,
      refundPromised: 0,
      unpriced: 1,
    },
  });
  expect(statusCostTerminal([film], terminal))
    .toBe(`model             tasks  estimated  charged  reserved  unclear  unpriced  clips  per clip
apimart/kling-v3      4     $0.840   $0.848    $0.420   $0.100         -      1     $1.37
apimart/sora-2        1          -        -         -        -         1      1   unknown
all                   5     $0.840   $0.848    $0.420   $0.100         1      2   ≥ $0.68

All runs: $0.848 charged, $0.420 reserved, $0.100 unclear, 1 unpriced, for 2 kept clips.
estimated: what was estimated for the tasks that are charged or refunded
charged: as the gateway reported
reserved: set aside, nothing reported yet
unclear: may or may not be charged (answer lost, task lost, or failed without a reported cost)
unpriced: tasks with an unknown price, in none of the amounts
`);
});

test('cost: where four digits do not add up to the last row, there are more', () => {
  const models = ['a', 'b', 'c'].map(
    (alias) =>
      [
        `crab/${alias}`,
        entry({
          clip,
          model: `apimart/${alias}`,
          cost: { usd: 0.267642, source: 'reported', estimatedUsd: 0.267642 },
        }),
      ] as const,
  );
  const text = statusCostTerminal([lockOf(Object.fromEntries(models))], terminal);
  const charged = text
    .split('\n')
    .filter((line) => /^(?:apimart|all)/.test(line))
    .map((line) => Number(line.split(/ +/)[3]?.slice(1)));
  expect(charged).toHaveLength(4);
  const [last = 0, ...others] = charged.reverse();
  expect(others.reduce((all, one) => all + one, 0)).toBeCloseTo(last, 6);
});

test('cost: in a narrow terminal each name stands above its figures, and in a narrower one they stand in a row', () => {
  const plain = lockOf({
    'a/kling': entry({ clip, cost: { usd: 0.42, source: 'reported', estimatedUsd: 0.42 } }),
  });
  expect(statusCostTerminal([plain], { ...terminal, width: 80 }))
    .toBe(`model             tasks  estimated  charged  clips  per clip
apimart/kling-v3      1      $0.42    $0.42      1     $0.42

All runs: $0.42 charged, for 1 kept clip.
estimated: what was estimated for the tasks that are charged or refunded
charged: as the gateway reported
`);
  expect(statusCostTerminal([film], { ...terminal, width: 80, screen: true }).split('\n\n')[0])
    .toBe(`  tasks  estimated  charged  reserved  unclear  unpriced  clips  per clip
apimart/kling-v3
      4     $0.840   $0.848    $0.420   $0.100         -      1     $1.37
apimart/sora-2
      1          -        -         -        -         1      1   unknown
all
      5     $0.840   $0.848    $0.420   $0.100         1      2   ≥ $0.68`);
  const narrow = statusCostTerminal([film], { ...terminal, width: 40, screen: true });
  expect(narrow.split('\n\n')[0]).toBe(`apimart/kling-v3
  tasks 4, estimated $0.840,
  charged $0.848, reserved $0.420,
  unclear $0.100, clips 1,
  per clip $1.37
apimart/sora-2
  tasks 1, unpriced 1, clips 1,
  per clip unknown
all
  tasks 5, estimated $0.840,
  charged $0.848, reserved $0.420,
  unclear $0.100, unpriced 1, clips 2,
  per clip ≥ $0.68`);
  expect(Math.max(...narrow.split('\n').map(cells))).toBeLessThanOrEqual(40);
});

test('cost: money given back and money promised back are told apart', () => {
  const failed = { status: 'failed', error: { kind: 'service', message: 'broke' } } as const;
  const lock = lockOf({
    'a/kling': entry({ ...failed, cost: { usd: 0, source: 'reported', estimatedUsd: 0.42 } }),
    'b/kling': entry({
      ...failed,
      cost: { usd: 0.5, source: 'reported', estimatedUsd: 0.42, refund: 'pending' },
    }),
    'c/kling': entry({ ...failed, cost: { usd: 0.4, source: 'unconfirmed', refund: 'pending' } }),
  });
  expect(moneyReport([lock]).total.money).toEqual({
    charged: fromUsd(0.5),
    reserved: 0,
    unclear: fromUsd(0.4),
    refunded: fromUsd(0.42),
    refundPromised: fromUsd(0.9),
    unpriced: 0,
  });
  expect(statusCostTerminal([lock], terminal)).toContain(
    'All runs: $0.50 charged, $0.40 unclear, $0.42 refunded, $0.90 refund promised, for 0 kept clips.',
  );
});

test('cost: the same result in two locks counts once', () => {
  const task = entry({ clip, cost: { usd: 0.42, source: 'reported' } });
  const lock: Lock = { renders: new Map([['a/kling' as RenderId, task]]) };
  expect(moneyReport([lock, lock]).total).toMatchObject({ tasks: 1, clips: 1 });
});

test('cost: a submit that a person declared void is not a task, and costs nothing', () => {
  const declared = entry({
    status: 'failed',
    error: { kind: 'never-happened', message: 'a person declared that it was never accepted' },
    cost: { usd: 0, source: 'reported', estimatedUsd: 0.42 },
  });
  expect(moneyReport([lockOf({ 'a/kling': declared })]).total).toMatchObject({
    tasks: 0,
    estimated: 0,
    money: { refunded: 0 },
  });
});

test('verify: what is wrong with its path, else one sentence', () => {
  const whole = {
    manifest: 'film.yaml',
    id: id('a/kling'),
    path: 'out/a.mp4',
    state: 'whole',
  } as const;
  expect(verifyTerminal([whole, whole], terminal)).toBe('✓ 2 clips are here and intact.\n');
  expect(
    verifyTerminal(
      [
        whole,
        {
          ...whole,
          id: id('b/kling'),
          path: 'out/b.mp4',
          state: 'changed',
          message: 'sha256 differs',
        },
      ],
      terminal,
    ),
  ).toBe(
    '1 not the bytes of the lock\n  film:b/kling  out/b.mp4  sha256 differs\n  damaged, next: rushes render film.yaml\n      fetches it again while its link is valid, or from the store\n1 of 2 clips are here and intact.\n',
  );
});

test('verify: clips that a render of another branch moved aside, and no others, are put back', () => {
  const damaged = { manifest: 'film.yaml', path: 'out/a.mp4', state: 'changed' } as const;
  const one = { ...damaged, id: id('a/kling'), aside: true } as const;
  const two = { ...damaged, id: id('b/kling') };
  const three = { ...damaged, id: id('c/kling') };
  const said = (...clips: Parameters<typeof verifyTerminal>[0]): string =>
    verifyTerminal(clips, { ...terminal, width: 200 });
  expect(said(one)).toContain(
    'puts it back from where a render of another branch moved it aside\n0 of 1 clip is here',
  );
  expect(said(two)).toContain(
    '      fetches it again while its link is valid, or from the store\n',
  );
  expect(said(one, two)).toContain(
    'puts back 1 clip that a render of another branch moved aside; fetches the other again while its link is valid, or from the store\n0 of 2 clips are here',
  );
  expect(said(two, three)).toContain('fetches them again while their links are valid');
});

test('recover: all that is known and the three ways out', () => {
  const unclear = entry({
    status: 'ambiguous',
    submittedAt: '2026-11-20T17:00:00Z',
    error: { kind: 'ambiguous', message: 'connection reset' },
    cost: { usd: 0.5, source: 'estimated' },
    request: { prompt: `x${'🦀'.repeat(120)}` },
  });
  const { task: _, ...noTask } = unclear;
  const shown = recoverTerminal(
    [
      {
        manifest: 'manifests/film.yaml',
        id: id('crab/kling'),
        entry: noTask,
        current: true,
        bodyDigest: 'sha256:12',
        candidates: [{ task: task('task_7'), status: 'completed', createdAtMs: nowMs }],
      },
    ],
    terminal,
  );
  expect(shown)
    .toBe(`film:crab/kling ambiguous: sent, and the answer was lost: it may already have been charged, so it
  is never resent automatically
  why       connection reset
  model     apimart/kling-v3
  sent      2026-11-20T17:00:00Z
  key       00000000-0000-4000-8000-000000000001
  body      sha256:12
  prompt    x${'🦀'.repeat(43)}
            ${'🦀'.repeat(44)}
            ${'🦀'.repeat(12)}…
  reserved  $0.50
  at the gateway  1 task may be the right one, the most likely first:
    task_7  completed, 2026-11-20T17:10:00.000Z
  look up   the tasks of your apimart.ai account around 2026-11-20T17:00:00Z; or the saved output of
            the run: rushes recover --from <log>
  next: rushes recover film:crab/kling --adopt task_7
  next: rushes recover film:crab/kling --never-happened
  next: rushes recover film:crab/kling --pay-again

1 render needs a decision. Nothing was sent by this command.
`);
  expect(recoverTerminal([], terminal)).toBe(
    'Nothing to recover: no render is ambiguous or lost.\n',
  );
  const narrow = recoverTerminal(
    [
      {
        manifest: 'manifests/film.yaml',
        id: id('crab/kling'),
        entry: noTask,
        current: true,
        bodyDigest: sha('1'),
      },
    ],
    { width: 40, color: false },
  );
  expect(narrow).toContain(`\n  key       ${noTask.attempt}\n`);
  expect(narrow).toContain(`\n  body      ${sha('1')}\n`);
  // No account has the tasks of a draft.
  const draft = recoverTerminal(
    [{ manifest: 'manifests/film.yaml', id: id('crab/kling'), entry: noTask, current: true }],
    { ...terminal, draft: true },
  );
  expect(draft).not.toContain('apimart.ai');
  // Of another branch: its money may be spent, and the render has a newer result.
  const older = recoverTerminal(
    [{ manifest: 'film.yaml', id: id('crab/kling'), entry: noTask, current: false }],
    terminal,
  );
  expect(older).not.toContain('--pay-again');
  expect(older).toContain('1 render needs a decision.');
});

test('no text of a lock or gateway breaks out', () => {
  fc.assert(
    fc.property(hostileText, (text) => {
      const hostile = entry({
        status: 'ambiguous',
        error: { kind: text, message: text },
        request: { prompt: text },
      });
      const printed = [
        statusTerminal(
          [
            {
              manifest: text,
              lock: lockOf({ 'a/b': hostile, 'c/d': entry({ clip: { ...clip, path: text } }) }),
              clipState: () => 'present',
            },
          ],
          { ...terminal, nowMs },
        ),
        recoverTerminal(
          [
            {
              manifest: text,
              id: id('a/b'),
              entry: hostile,
              current: true,
              candidates: [{ task: task('t'), model: text, status: text }],
            },
          ],
          terminal,
        ),
        verifyTerminal(
          [{ manifest: text, id: id('a/b'), path: text, state: 'changed', message: text }],
          terminal,
        ),
      ].join('');
      expect(printed).not.toMatch(CONTROLS);
      expect(printed).not.toMatch(COMMAND_LINE);
    }),
    REPEATABLE,
  );
});
