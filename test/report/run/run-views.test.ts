import { Writable } from 'node:stream';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Alias } from '../../../src/ids.ts';
import { aliasKey } from '../../../src/keys.ts';
import { againstCap, fromUsd, type MoneyTotals, NO_TOTALS } from '../../../src/money.ts';
import { acceptedIn, acceptedLine } from '../../../src/report/run/accepted-line.ts';
import { jobSummary } from '../../../src/report/run/github/github-summary.ts';
import { plainRun } from '../../../src/report/run/run-lines.ts';
import { liveRun } from '../../../src/report/run/live/run-live.ts';
import { eventDocument, ndjsonLine, runEventSchema } from '../../../src/report/run/run-ndjson.ts';
import {
  type FailedEvent,
  type FinishedEvent,
  RunState,
} from '../../../src/report/run/run-state.ts';
import { safeJson, terminalLine } from '../../../src/report/text/escape.ts';
import type { ModelResult, RunEvent, RunTotals } from '../../../src/run/events.ts';
import { COMMAND_LINE, CONTROLS, hostileText, REPEATABLE } from '../hostile.ts';
import { id, task } from '../samples.ts';

const about = (text: string): { manifest: string; id: ReturnType<typeof id> } => ({
  manifest: 'manifests/film.yaml',
  id: id(text),
});
const noTotals: RunTotals = {
  submitted: 0,
  completed: 0,
  failed: 0,
  kept: 0,
  held: 0,
  pending: 0,
  ambiguous: 0,
  lost: 0,
  missing: 0,
  notSubmitted: 0,
  mismatched: 0,
  thisRun: NO_TOTALS,
  carried: fromUsd(0),
  underCap: fromUsd(0),
  allRuns: NO_TOTALS,
};
const started = {
  event: 'run.started',
  manifests: ['manifests/film.yaml'],
  submits: 5,
  attaches: 1,
  fetches: 0,
  kept: 3,
  held: 0,
  models: [],
  inFlight: { all: 6, gateways: [] },
  caps: [],
} satisfies RunEvent;
const accepted = (text: string, name: string): RunEvent => ({
  event: 'render.accepted',
  ...about(text),
  model: 'apimart/kling-v3',
  task: task(name),
});
const done: RunEvent = {
  event: 'render.completed',
  ...about('crab/kling'),
  task: task('task_1'),
  path: 'out/tide-pools/crab/kling.mp4',
  bytes: 1_840_233,
  seconds: 5.04,
  cost: fromUsd(0.42),
  mismatch: ['asked 1080p, got 1280x720'],
};
const failed: FailedEvent = {
  event: 'render.failed',
  ...about('sun/sora'),
  task: task('task_2'),
  kind: 'service',
  message: 'the renderer broke',
};
const refused: RunEvent = {
  event: 'render.failed',
  ...about('sun/kling'),
  kind: 'moderation',
  message: 'refused',
  hint: 'change the prompt',
};
const ambiguous: RunEvent = {
  event: 'render.held',
  ...about('a/kling'),
  reason: 'ambiguous',
  message: 'connection reset',
};
const pending: RunEvent = {
  event: 'render.held',
  ...about('p/kling'),
  reason: 'pending',
  task: task('task_4'),
  message: 'the deadline of 45 min is reached',
};
const finished = (
  totals: Partial<RunTotals>,
  exit = 0,
  reasons: readonly string[] = [],
  models: readonly ModelResult[] = [],
): FinishedEvent => ({
  event: 'run.finished',
  exit,
  reasons,
  wallSeconds: 62,
  pending: totals.pending ?? 0,
  notSubmitted: totals.notSubmitted ?? 0,
  models,
  totals: { ...noTotals, ...totals },
});
const money = (totals: Partial<MoneyTotals>): RunEvent => {
  const thisRun = { ...NO_TOTALS, ...totals };
  return { event: 'run.money', thisRun, carried: fromUsd(0), underCap: againstCap(thisRun) };
};
const kling: ModelResult = {
  model: 'apimart/kling-v3',
  completed: 1,
  kept: 3,
  failed: 1,
  mismatched: 1,
  medianSeconds: 80.4,
  charged: fromUsd(0.42),
};
const sora: ModelResult = {
  model: 'apimart/sora-2',
  completed: 0,
  kept: 0,
  failed: 1,
  mismatched: 0,
  charged: fromUsd(0),
};
const options = {
  width: 80,
  color: false,
  clips: ['out/tide-pools'],
  locks: ['manifests/film.lock.json'],
};

function shown(events: readonly (readonly [number, RunEvent | 'tick'])[]): string {
  let out = '';
  const view = plainRun((text) => (out += text), options);
  for (const [at, event] of events) {
    if (event === 'tick') view.tick(at);
    else view.event(event, at);
  }
  view.close();
  return out;
}

test('plain: a line per accepted, ended and held render, one aggregate line per interval', () => {
  const out = shown([
    [0, started],
    [100, accepted('crab/kling', 'task_1')],
    [200, accepted('sun/sora', 'task_2')],
    [300, { event: 'render.progress', ...about('crab/kling'), phase: 'running', progress: 50 }],
    [5_000, 'tick'],
    [15_000, 'tick'],
    [16_000, 'tick'],
    [30_000, 'tick'],
    [31_000, money({ charged: fromUsd(0.42), reserved: fromUsd(1) })],
    [31_000, done],
    [32_000, failed],
    [45_000, 'tick'],
  ]);
  expect(out).toBe(`run: 5 to submit, 1 to attach, 3 kept
\u2063accepted film:crab/kling task_1
\u2063accepted film:sun/sora task_2
0:15  0 of 6 done, 1 rendering, 1 waiting, 4 to go
0:30  still 0 of 6 done, 1 rendering, 1 waiting, 4 to go
done crab/kling out/tide-pools/crab/kling.mp4 (5.04 s, 1.8 MB, $0.42) not as asked: asked 1080p, got 1280x720
failed sun/sora service: the renderer broke
0:45  1 of 6 done, 1 failed, 4 to go, $0.42 charged, $1.00 reserved
`);
});

test('the end says where the clips are, what it cost, and the next command for whatever is open', () => {
  const events: RunEvent[] = [started, done, failed, refused, ambiguous, pending];
  const end = finished(
    {
      completed: 1,
      mismatched: 1,
      kept: 3,
      failed: 2,
      ambiguous: 1,
      pending: 1,
      submitted: 4,
      thisRun: {
        ...NO_TOTALS,
        charged: fromUsd(0.42),
        reserved: fromUsd(0.84),
        unclear: fromUsd(0.42),
        unpriced: 2,
      },
      allRuns: { ...NO_TOTALS, charged: fromUsd(9), reserved: fromUsd(0.84) },
    },
    5,
    [],
    [kling, sora],
  );
  const out = shown([...events, end].map((event) => [0, event]));
  expect(out.slice(out.indexOf('\n✗'))).toBe(`
✗ 1 done, 1 not as asked, 3 kept, 2 failed, 1 ambiguous, 1 pending in 62 s
  money  this run: $0.42 charged, $0.84 reserved, $0.42 unclear, 2 unpriced
         all runs: $9.00 charged, $0.84 reserved
  clips  out/tide-pools
  lock   manifests/film.lock.json (commit it: it is the record of what is paid)
  next   rushes gallery manifests/film.yaml makes a page to look at them

  model             made  kept  failed  median time  charged  not as asked
  apimart/kling-v3     1     3       1         1:20    $0.42             1
  apimart/sora-2       -     -       1            -        -             -

1 not as asked
  crab/kling
      asked 1080p, got 1280x720
  next: rushes gallery manifests/film.yaml

2 failed
  sun/sora
      service: the renderer broke
  sun/kling
      moderation: refused (change the prompt)
  next: change what was refused in the manifest: the same request would be
        refused again
  next: rushes render manifests/film.yaml --retry-failed --only film:sun/sora
        each is a new paid attempt

1 ambiguous: sent, and the answer was lost: it may already have been charged, so
  it is never resent automatically
  a/kling
  next: rushes recover manifests/film.yaml
        rushes recover film:a/kling --adopt <task>
        rushes recover film:a/kling --never-happened
        rushes recover film:a/kling --pay-again
        the first command shows what is known; then decide with one of the
        others

1 pending: accepted by the gateway, and the clip has not landed yet
  p/kling
  next: rushes collect manifests/film.yaml
        sends nothing new

exit 5: a person must decide: an ambiguous or lost task, two picks of a scene
`);
});

test('the reason for a stop is shown once, above the cost; the next command repeats the given flags', () => {
  const held: RunEvent = {
    event: 'render.held',
    ...about('late/kling'),
    reason: 'not-submitted',
    message: 'apimart refuses the key',
  };
  const why = 'apimart refuses the key in APIMART_API_KEY: the API key is missing or not valid';
  let out = '';
  const view = plainRun((text) => (out += text), {
    ...options,
    repeated: { filters: '', flags: ' --budget 5' },
  });
  const end: RunEvent = { ...finished({ notSubmitted: 1 }, 77, [why]), stoppedBy: ['auth'] };
  for (const event of [started, held, end]) view.event(event, 0);
  expect(out.slice(out.indexOf('\n✗'))).toBe(`
✗ 1 not submitted in 62 s
  why    apimart refuses the key in APIMART_API_KEY: the API key is missing or
         not valid
  money  this run: nothing
         all runs: nothing

1 not submitted: nothing was sent, nothing is paid
  late/kling
  first: set a key that the gateway accepts
  next: rushes render manifests/film.yaml --budget 5

exit 77: API key missing or refused
`);
});

test('a run that only attaches has charged nothing, and says what all runs have', () => {
  const out = shown([
    [0, { ...started, submits: 0 }],
    [0, done],
    [0, finished({ completed: 1, allRuns: { ...NO_TOTALS, charged: fromUsd(0.42) } })],
  ]);
  expect(out).toContain('\n  money  this run: nothing\n         all runs: $0.42 charged\n');
});

test('a render with only a new name is kept, and listed', () => {
  const out = shown([
    [0, { ...started, submits: 0, attaches: 0 }],
    [0, { event: 'render.kept', ...about('new/kling'), reason: 'moved', message: 'was old/kling' }],
    [0, finished({ kept: 3 })],
  ]);
  expect(out).toContain('\n✓ 3 kept (1 of them moved) in 62 s\n');
});

test('a good end is short', () => {
  const out = shown([
    [0, { ...started, submits: 0, attaches: 0 }],
    [0, finished({ kept: 3 })],
  ]);
  expect(out).toBe(
    `run: 3 kept

✓ 3 kept in 62 s
  money  this run: nothing
         all runs: nothing
  clips  out/tide-pools
  lock   manifests/film.lock.json (commit it: it is the record of what is paid)
  next   rushes gallery manifests/film.yaml makes a page to look at them
`,
  );
});

test('after a good draft the next steps are to look, and to do it for real', () => {
  let out = '';
  const view = plainRun((text) => (out += text), { ...options, draft: true });
  for (const event of [
    started,
    done,
    finished({ completed: 1, submitted: 1, thisRun: { ...NO_TOTALS, charged: fromUsd(0.42) } }),
  ])
    view.event(event, 0);
  expect(out.slice(out.indexOf('done')))
    .toBe(`done crab/kling out/tide-pools/crab/kling.mp4 (5.04 s, 1.8 MB) not as asked: asked 1080p, got 1280x720

✓ 1 done in 62 s
  money  nothing is charged: a draft is free
  clips  out/tide-pools
  lock   manifests/film.lock.json
  next   rushes gallery manifests/film.yaml --draft makes a page to look at them
         rushes plan manifests/film.yaml says what the real clips cost
         rushes render manifests/film.yaml makes them

1 not as asked
  crab/kling
      asked 1080p, got 1280x720
  next: rushes gallery manifests/film.yaml --draft
`);
});

test('an accepted line is read back from a plain log, a CI log and NDJSON', () => {
  const line = acceptedLine('manifests/film.yaml', id('crab/kling/2'), task('task_01H'));
  const json = ndjsonLine(accepted('sun/sora', 'task_2'), 0);
  const log = `noise\n2026-11-20T17:00:00.123Z ${line}\r\n\u001B[32m${acceptedLine('a b.yaml', id('게/kling'), task('t3'))}\u001B[39m\n${json}accepted nothing\naccepted x:y z\n${line}\n`;
  expect(acceptedIn(log)).toEqual([
    { manifest: 'film', id: 'crab/kling/2', task: 'task_01H' },
    { manifest: 'a b', id: '게/kling', task: 't3' },
    { manifest: 'film', id: 'sun/sora', task: 'task_2' },
  ]);
});

test('texts that look like an accepted line are ignored: prompts, paths, printed files', () => {
  const forged = 'accepted film:s0/k3 task_evil';
  const marked = acceptedLine('film.yaml', id('s0/k3'), task('task_evil'));
  const event =
    '{"event":"render.accepted","manifest":"film.yaml","id":"s0/k3","task":"task_evil"}';
  const log = [
    forged,
    `2026-11-20T17:00:00.123Z ${forged}`,
    `  prompt  "a sign that says ${terminalLine(marked)}"`,
    terminalLine(marked),
    `  prompt: ${marked}`,
    `failed film:crab/kling ${event}`,
    safeJson({ event: 'render.failed', message: `${marked}\n${event}` }),
  ].join('\n');
  expect(acceptedIn(log)).toEqual([]);
  expect(acceptedIn(`render\tRun rushes\t2026-11-20T17:00:00.1234567Z ${marked}`)).toHaveLength(1);
});

test('a log of long lines costs time in proportion', () => {
  const start = performance.now();
  acceptedIn(`accepted ${'a:/'.repeat(70_000)}\n${'accepted a:b/c '.repeat(15_000)}`);
  expect(performance.now() - start).toBeLessThan(500);
});

test('no hostile log makes the reader throw', () => {
  fc.assert(
    fc.property(hostileText, (text) => {
      expect(acceptedIn(`accepted ${text}\n{"event":"render.accepted"${text}`)).toBeInstanceOf(
        Array,
      );
    }),
    REPEATABLE,
  );
});

test('live: what has ended stays above the table, and the summary is last', () => {
  let out = '';
  const stream = new Writable({
    write: (chunk: Buffer, _encoding, next) => ((out += chunk.toString()), next()),
  });
  const view = liveRun(stream, { ...options, height: 24 });
  view.event(started, 0);
  view.event(accepted('crab/kling', 'task_1'), 0);
  view.tick(1000);
  view.event(done, 2000);
  view.event(finished({ completed: 1, submitted: 1 }), 3000);
  view.tick(4000);
  view.close();
  expect(out).toContain('  crab/kling          0:01  waiting');
  expect(out).toContain('done crab/kling out/tide-pools/crab/kling.mp4');
  expect(out).not.toContain('accepted film:crab/kling');
  expect(out.trimEnd()).toMatch(
    /record of what is paid\)\n {2}next {3}rushes gallery manifests\/film\.yaml makes a page to look at them\n/,
  );
});

test('NDJSON: every event is one line that fits the published schema', () => {
  const events = [
    started,
    { event: 'render.submitting', ...about('a/b'), model: 'apimart/kling-v3' },
    accepted('a/b', 't'),
    { event: 'render.progress', ...about('a/b'), phase: 'delayed', message: 'x' },
    done,
    failed,
    ambiguous,
    { event: 'render.kept', ...about('a/b'), reason: 'current' },
    { event: 'run.notice', severity: 'note', message: 'x' },
    finished({ underCap: fromUsd(1.5) }, 6, [], [kling, sora]),
    money({ charged: fromUsd(1) }),
  ] satisfies RunEvent[];
  for (const event of events) {
    const line = ndjsonLine(event, 1_763_658_000_123);
    expect(line.match(/\n/g)).toHaveLength(1);
    expect(runEventSchema.parse(JSON.parse(line))).toEqual(eventDocument(event, 1_763_658_000_123));
  }
  expect(ndjsonLine(accepted('a/b', 't'), 1_763_658_000_123)).toBe(
    '{"event":"render.accepted","at":"2025-11-20T17:00:00.123Z","manifest":"manifests/film.yaml","id":"a/b","model":"apimart/kling-v3","task":"t"}\n',
  );
});

test('no server message breaks out of any view of a run', () => {
  fc.assert(
    fc.property(hostileText, (text) => {
      const events: RunEvent[] = [
        started,
        { ...done, path: text, mismatch: [text] },
        { ...failed, message: text, kind: text, hint: text },
        { ...ambiguous, message: text, hint: text },
        { event: 'run.notice', severity: 'warning', message: text, hint: text },
        finished({ failed: 1 }, 1, [text]),
      ];
      const out = shown(events.map((event) => [0, event]));
      const lines = events.map((event) => ndjsonLine(event, 0)).join('');
      for (const printed of [out, lines]) {
        expect(printed).not.toMatch(CONTROLS);
        expect(printed).not.toMatch(COMMAND_LINE);
      }
    }),
    REPEATABLE,
  );
});

function stateOf(events: readonly RunEvent[]): RunState {
  const state = new RunState();
  for (const event of events) state.take(event, 0);
  return state;
}

test('job summary: money first, counts, a table per model, failures linked to their lines, what to do next', () => {
  const page = jobSummary(
    stateOf([
      started,
      done,
      failed,
      pending,
      finished(
        { completed: 1, failed: 1, pending: 1, thisRun: { ...NO_TOTALS, charged: fromUsd(0.84) } },
        1,
        [],
        [kling, sora],
      ),
    ]),
    {
      about: (held) => ({
        model: held.id.endsWith('sora') ? 'apimart/sora-2' : 'apimart/kling-v3',
        place: { file: 'manifests/film.yaml', line: 12 },
      }),
      blobUrl: 'https://github.com/o/r/blob/abc/',
    },
  );
  expect(page).toBe(`### 🎬 This run: &#36;0.84 charged

All runs: nothing

**1** done · **1** failed · **1** pending in 62 s · exit 1: at least one render failed, in this run or in an earlier one

| model | made | kept | failed | median time | charged | not as asked |
| :-- | --: | --: | --: | --: | --: | --: |
| apimart/kling-v3 | 1 | 3 | 1 | 1:20 | &#36;0.42 | 1 |
| apimart/sora-2 | - | - | 1 | - | - | - |

#### ❌ 1 failed

- next: <code>rushes render manifests/film.yaml --retry-failed --only film:sun/sora</code>
- each is a new paid attempt

- [film:sun/sora](https://github.com/o/r/blob/abc/manifests/film.yaml#L12) service: the renderer broke

<details open><summary>1 pending: accepted by the gateway, and the clip has not landed yet</summary>

- next: <code>rushes collect manifests/film.yaml</code>
- sends nothing new

- [film:p/kling](https://github.com/o/r/blob/abc/manifests/film.yaml#L12) <code>task&#95;4</code> the deadline of 45 min is reached

</details>

<details><summary>⚠️ 1 clip is not as asked</summary>

- film:crab/kling: asked 1080p, got 1280x720

</details>
`);
});

test('the end of a run, on the screen and on GitHub: what may pass is retried, what was refused is changed, earlier failures are called so', () => {
  const events = [
    started,
    ...['a/sora', 'b/sora', 'c/sora', 'd/sora'].map((each) => ({ ...failed, id: id(each) })),
    refused,
    { ...ambiguous, id: id('old/kling'), reason: 'failed' } as const,
    finished({ failed: 6 }, 1),
  ];
  const page = jobSummary(stateOf(events), { about: () => undefined });
  const screen = shown(events.map((event) => [0, event])).replaceAll(/\s+/g, ' ');
  const others =
    'each is a new paid attempt; it also sends again what was refused, if that is not changed first';
  for (const text of [page, screen]) {
    expect(text).toContain('next: change what was refused in the manifest');
    expect(text).toContain('rushes render manifests/film.yaml --retry-failed');
    expect(text).toContain(others);
    expect(text).toContain('1 failed earlier: unchanged since then');
  }
});

test('what cost more than estimated is one line on the screen and on GitHub, and a key of the last event', () => {
  const end = finished({
    completed: 2,
    thisRun: { ...NO_TOTALS, charged: fromUsd(1.1) },
    aboveEstimate: {
      tasks: 2,
      charged: fromUsd(1.1),
      estimated: fromUsd(0.672),
      models: ['apimart/kling-v3', 'apimart/sora-2'],
    },
  });
  const words = (dollar: string): string =>
    `2 tasks cost more than estimated: ${dollar}1.10 instead of ${dollar}0.67 (apimart/kling-v3, apimart/sora-2)`;
  expect(shown([started, end].map((event) => [0, event])).replaceAll(/\s+/g, ' ')).toContain(
    words('$'),
  );
  expect(jobSummary(stateOf([started, end]), { about: () => undefined })).toContain(
    `\n${words('&#36;').replace('(', '&#40;').replace(')', '&#41;')}\n`,
  );
  expect(JSON.parse(ndjsonLine(end, 0))).toMatchObject({
    totals: { aboveEstimate: { tasks: 2, chargedUsd: 1.1, estimatedUsd: 0.672 } },
  });
});

test('job summary: under its limit whatever the size, and it says what it left out', () => {
  const events = Array.from({ length: 20_000 }, (_, index): RunEvent => ({
    ...failed,
    id: id(`s${index}/kling`),
    message: 'x'.repeat(900),
  }));
  const page = jobSummary(stateOf([started, ...events, finished({ failed: 20_000 }, 1)]), {
    about: () => undefined,
    limitBytes: 100_000,
  });
  expect(Buffer.byteLength(page)).toBeLessThanOrEqual(100_000);
  expect(page).toMatch(/… and [\d,]+ more failures: the log has them all/);
});

test('a render that the gateway did not accept is to do again, not running', () => {
  const state = new RunState();
  const key = aliasKey('manifests/film.yaml', 'kling');
  const model = { ...about('crab/kling'), model: 'apimart/kling-v3' };
  state.take(
    {
      ...started,
      submits: 1,
      attaches: 0,
      models: [
        {
          manifest: 'manifests/film.yaml',
          alias: 'kling' as Alias,
          model: 'apimart/kling-v3',
          renders: 1,
          expectedSeconds: 60,
        },
      ],
    },
    0,
  );
  const seen = (): readonly unknown[] => [
    state.aliases.get(key)?.running,
    state.inFlight.size,
    state.toGo,
    state.ended,
  ];
  state.take({ event: 'render.submitting', ...model }, 1);
  expect(seen()).toEqual([1, 1, 0, 0]);
  state.take({ event: 'render.progress', ...about('crab/kling'), phase: 'queued' }, 2);
  expect(seen()).toEqual([0, 0, 1, 0]);
  state.take({ event: 'render.submitting', ...model }, 3);
  state.take(accepted('crab/kling', 'task_1'), 4);
  expect(seen()).toEqual([1, 1, 0, 0]);
});
