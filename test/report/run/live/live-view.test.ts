/**
 * The live view: its frame as a pure function over many sizes of terminal, how well it tells the
 * time that is left, and what a terminal emulator makes of the bytes while it is resized.
 */
import { Writable } from 'node:stream';
import { Terminal } from '@xterm/headless';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Alias, RenderId, TaskId } from '../../../../src/ids.ts';
import { againstCap, fromUsd, type MoneyTotals, NO_TOTALS } from '../../../../src/money.ts';
import { type FrameOptions, liveFrame } from '../../../../src/report/run/live/live-frame.ts';
import { plainRun } from '../../../../src/report/run/run-lines.ts';
import { liveRun } from '../../../../src/report/run/live/run-live.ts';
import { RunState } from '../../../../src/report/run/run-state.ts';
import { secondsLeft } from '../../../../src/report/run/time-left.ts';
import { cells } from '../../../../src/report/text/terminal.ts';
import type { RunEvent } from '../../../../src/run/events.ts';
import { REPEATABLE } from '../../hostile.ts';

const FILM = 'manifests/film.yaml';
const KLING = 'apimart/kling-v3';
const SORA = 'apimart/sora-2-pro';
const about = (id: string, manifest = FILM) => ({ manifest, id: id as RenderId });
const task = (id: string): TaskId => `task-${id}` as TaskId;

const started = (renders: Readonly<Record<string, number>>, manifest = FILM): RunEvent => ({
  event: 'run.started',
  manifests: [manifest],
  submits: Object.values(renders).reduce((sum, number) => sum + number, 0),
  attaches: 0,
  fetches: 0,
  kept: 0,
  held: 0,
  models: Object.entries(renders).map(([alias, number]) => ({
    manifest,
    alias: alias as Alias,
    model: alias === 'kling' ? KLING : SORA,
    renders: number,
    expectedSeconds: 130,
    ...(alias === 'sora-pro' ? { inFlight: 3 } : {}),
  })),
  inFlight: { all: 6, gateways: [{ gateway: 'apimart', inFlight: 6 }] },
  caps: [{ manifest, limit: fromUsd(30) }],
});
const accepted = (id: string): RunEvent => ({
  event: 'render.accepted',
  ...about(id),
  model: KLING,
  task: task(id),
});
const progress = (id: string, phase: 'running' | 'downloading', percent?: number): RunEvent => ({
  event: 'render.progress',
  ...about(id),
  phase,
  ...(percent === undefined ? {} : { progress: percent }),
});
const done = (id: string, mismatch?: readonly string[]): RunEvent => ({
  event: 'render.completed',
  ...about(id),
  task: task(id),
  path: `out/film/${id}.mp4`,
  bytes: 1_000_000,
  seconds: 5,
  ...(mismatch === undefined ? {} : { mismatch }),
});
const failed = (id: string): RunEvent => ({
  event: 'render.failed',
  ...about(id),
  kind: 'service',
  message: 'the renderer broke',
});
const money = (totals: Partial<MoneyTotals>, carriedUsd = 0): RunEvent => {
  const thisRun = { ...NO_TOTALS, ...totals };
  const carried = fromUsd(carriedUsd);
  return {
    event: 'run.money',
    thisRun,
    carried,
    underCap: fromUsd(againstCap(thisRun) / 1e6 + carriedUsd),
  };
};

/** In the middle of the run of the design's picture. */
function middle(): RunState {
  const state = new RunState();
  const take = (event: RunEvent, atMs: number): void => state.take(event, atMs);
  take(started({ kling: 23, 'sora-pro': 16 }), 0);
  for (let index = 0; index < 15; index++) {
    take(accepted(`k${index}/kling`), index * 1_000);
    take(done(`k${index}/kling`), index * 1_000 + 60_000);
  }
  for (let index = 0; index < 8; index++) {
    take(accepted(`s${index}/sora-pro`), index * 1_000);
    take(done(`s${index}/sora-pro`), index * 1_000 + 60_000);
  }
  for (const id of ['f0/sora-pro', 'f1/sora-pro']) take(failed(id), 80_000);
  for (const [index, id] of ['souk/kling', 'r1/kling', 'r2/kling'].entries())
    take(accepted(id), 105_000 + index);
  for (const id of ['r3/sora-pro', 'r4/sora-pro', 'r5/sora-pro']) take(accepted(id), 110_000);
  take(progress('souk/kling', 'running', 91), 120_000);
  take(accepted('ambiguous/kling'), 100_000);
  take(
    {
      event: 'render.held',
      ...about('ambiguous/kling'),
      reason: 'ambiguous',
      message: 'connection reset',
    },
    101_000,
  );
  take(
    {
      event: 'run.held-back',
      manifest: FILM,
      alias: 'sora-pro' as Alias,
      limit: { by: 'in-flight', scope: 'alias', most: 3 },
    },
    111_000,
  );
  take({ event: 'run.transfer', name: 'store-push', done: 20, total: 23 }, 112_000);
  take(money({ charged: fromUsd(9.12), reserved: fromUsd(2.4), unpriced: 16 }), 112_000);
  return state;
}

const frame = (state: RunState, options: Partial<FrameOptions>, nowMs = 129_000): string[] =>
  liveFrame(state, nowMs, { width: 80, height: 24, color: false, secondsLeft: 80, ...options });

test('total, money, models, transfers, attention with its command, then the flights', () => {
  expect(frame(middle(), { width: 100 }).join('\n'))
    .toBe(`film  ███████░░░  23/39  2:09  ~1:20 left  ! 2 failed · 1 unclear
$9.12 charged · $2.40 reserved · 16 unpriced · cap $30.00
kling     ██████░░  15/23  3 running  1 held
sora-pro  █████░░░   8/16  3 running  (limit 3)  2 failed
20/23 clips in the store
! ambiguous/kling unclear  the answer was lost  → rushes recover film:ambiguous/kling
! 2 failed  service: the renderer broke
  souk/kling    91 %   0:24  rendering
  r1/kling             0:23  waiting
  r2/kling             0:23  waiting
  r3/sora-pro          0:19  waiting
  r4/sora-pro          0:19  waiting
  r5/sora-pro          0:19  waiting`);
});

test('in a small window flights go first, and failures stay in sight', () => {
  expect(frame(middle(), { width: 40, height: 12 }).join('\n'))
    .toBe(`23/39  ~1:20 left  ! 2 failed · 1 uncl…
$9.12 charged · $2.40 reserved
16 unpriced · cap $30.00
kling     15/23  3 running  1 held
sora-pro   8/16  3 running  2 failed
20/23 clips in the store
! ambiguous/kling unclear  → rushes re…
! 2 failed  service: the renderer broke`);
});

test('names of manifests stand only where there are several; a cap over all goes before their own', () => {
  const state = new RunState();
  const start = started({ kling: 2 });
  if (start.event !== 'run.started') throw new Error('not a start');
  state.take(
    {
      ...start,
      manifests: [FILM, 'manifests/trailer.yaml'],
      caps: [{ limit: fromUsd(5) }, ...start.caps],
    },
    0,
  );
  state.take(accepted('souk/kling'), 0);
  const lines = frame(state, { width: 100, secondsLeft: undefined }, 4_000);
  expect(lines).toEqual([
    '2 manifests  ░░░░░░░░░░  0/2  0:04',
    '$0.00 charged · cap $5.00',
    'film:kling  ░░░░░░░░  0/2  1 running',
    '  film:souk/kling          0:04  waiting',
  ]);
});

test('a draft shows what the real run would come to, money of interrupted runs has its own figure', () => {
  const state = new RunState();
  state.take(started({ kling: 2 }), 0);
  state.take(money({ charged: fromUsd(1), unclear: fromUsd(0.5) }, 0.25), 0);
  const [, line] = frame(state, { width: 120 });
  expect(line).toBe('$1.00 charged · $0.50 unclear · $0.25 of interrupted runs · cap $30.00');
  expect(frame(state, { width: 120, draft: true })[1]).toBe(`free draft, for real: ${line}`);
});

/** A run at some point, with names of any length in any script. */
const anyState = fc
  .array(
    fc.record({
      scene: fc.constantFrom(
        'a',
        'crab',
        '장면-아주-긴-이름-장면-아주-긴-이름',
        'x'.repeat(90),
        'ثقب',
      ),
      alias: fc.constantFrom('kling', 'sora-pro', 'very-long-alias-name'),
      is: fc.constantFrom('flying', 'done', 'wrong', 'failed', 'unclear', 'delayed'),
    }),
    { maxLength: 60 },
  )
  .map((renders) => {
    const state = new RunState();
    state.take(started({ kling: 80, 'sora-pro': 3, 'very-long-alias-name': 2 }), 0);
    for (const [index, { scene, alias, is }] of renders.entries()) {
      const id = `${scene}${index}/${alias}`;
      state.take(accepted(id), index);
      if (is === 'done') state.take(done(id), index);
      if (is === 'wrong') state.take(done(id, ['asked for 720p']), index);
      if (is === 'failed') state.take(failed(id), index);
      if (is === 'delayed')
        state.take(
          { event: 'render.progress', ...about(id), phase: 'delayed', message: 'no answer yet' },
          index,
        );
      if (is === 'unclear')
        state.take(
          { event: 'render.held', ...about(id), reason: 'ambiguous', message: 'reset' },
          index,
        );
    }
    return { state, hasFailed: renders.some(({ is }) => is === 'failed') };
  });

test('whatever the size: narrower than the terminal, lower than it, never empty, failures in sight', () => {
  fc.assert(
    fc.property(
      anyState,
      fc.integer({ min: 20, max: 220 }),
      fc.integer({ min: 3, max: 60 }),
      ({ state, hasFailed }, width, height) => {
        const lines = frame(state, { width, height });
        expect(lines.length).toBeGreaterThan(0);
        expect(lines.length).toBeLessThan(height);
        expect(Math.max(...lines.map(cells))).toBeLessThan(width);
        expect(lines[0]).toContain('/85');
        expect(!hasFailed || width < 40 || /! \d+ failed/.test(lines[0] ?? '')).toBe(true);
      },
    ),
    REPEATABLE,
  );
});

/** A gateway that takes this long for each task, with so many slots: each event with its time. */
function* steadyRun(renders: number, slots: number, seconds: (index: number) => number) {
  const ends: { at: number; id: string }[] = [];
  let next = 0;
  let now = 0;
  for (;;) {
    while (next < renders && ends.length < slots) {
      const id = `r${next}/kling`;
      yield [accepted(id), now] as const;
      ends.push({ at: now + seconds(next) * 1_000, id });
      next += 1;
    }
    ends.sort((a, b) => a.at - b.at);
    const end = ends.shift();
    if (end === undefined) return;
    now = end.at;
    yield [progress(end.id, 'downloading'), now] as const;
    yield [done(end.id), now] as const;
  }
}

test.each([
  { name: 'every task alike', seconds: (): number => 60 },
  { name: 'some twice as long', seconds: (index: number): number => (index % 3 === 0 ? 90 : 45) },
])('from 20 % on the time left is right within 30 %: $name', ({ seconds }) => {
  const state = new RunState();
  state.take(started({ kling: 100 }), 0);
  const guesses: { readonly at: number; readonly left: number }[] = [];
  let now = 0;
  for (const [event, at] of steadyRun(100, 6, seconds)) {
    // Looked at every second, also while nothing happens.
    for (; now + 1_000 <= at; now += 1_000)
      if (state.completed.length >= 20)
        guesses.push({ at: now, left: secondsLeft(state, now) ?? NaN });
    state.take(event, at);
  }
  const end = now / 1_000;
  expect(guesses.length).toBeGreaterThan(300);
  for (const { at, left } of guesses) {
    const truth = end - at / 1_000;
    // At the end a task more or less is much: half of the longest is allowed.
    expect(Math.abs(left - truth)).toBeLessThanOrEqual(Math.max(0.3 * truth, seconds(0) / 2));
  }
});

test('a run whose downloads are slower than its tasks is told by its pace', () => {
  const state = new RunState();
  state.take(started({ kling: 100 }), 0);
  for (let index = 0; index < 100; index++) {
    state.take(accepted(`r${index}/kling`), 0);
    state.take(progress(`r${index}/kling`, 'downloading'), 1_000);
  }
  for (let index = 0; index < 25; index++) state.take(done(`r${index}/kling`), index * 4_000);
  expect(secondsLeft(state, 100_000)).toBeCloseTo(75 * 4, -1);
});

test('a chain takes as long as all of its stages, and only as long as there is something to wait for', () => {
  const state = new RunState();
  const chain = ['a', 'b', 'c', 'd'].map((scene) => `${scene}/kling` as RenderId);
  const waits = chain
    .slice(1)
    .map((id, index) => ({ manifest: FILM, id, upstream: chain.slice(index, index + 1) }));
  const beside = ['x/kling', 'y/kling'];
  state.take({ ...started({ kling: 6 }), waits } as RunEvent, 0);
  expect(secondsLeft(state, 0)).toBe(4 * 130);
  for (const id of [...beside, 'a/kling']) state.take(accepted(id), 0);
  expect(secondsLeft(state, 30_000)).toBe(4 * 130 - 30);
  for (const id of [...beside, 'a/kling']) {
    state.take(progress(id, 'downloading'), 100_000);
    state.take(done(id), 100_000);
  }
  // Tasks of this run took 100 s.
  expect(secondsLeft(state, 100_000)).toBe(300);
  state.take(accepted('b/kling'), 100_000);
  expect(secondsLeft(state, 150_000)).toBe(250);
  state.take(failed('b/kling'), 200_000);
  expect(secondsLeft(state, 200_000)).toBeUndefined();
});

/** A terminal emulator that can be resized, as a stream. */
function emulator(cols: number, rows: number) {
  const terminal = new Terminal({ cols, rows, allowProposedApi: true, convertEol: true });
  const stream = Object.assign(
    new Writable({
      writev: (chunks, next) =>
        terminal.write(chunks.map(({ chunk }) => String(chunk)).join(''), () => next()),
      write: (chunk, _encoding, next) => terminal.write(String(chunk), () => next()),
    }),
    { columns: cols, rows, isTTY: true },
  );
  const drained = (): Promise<void> =>
    new Promise((resolve) => terminal.write('', () => resolve()));
  return {
    stream,
    drained,
    resize: (width: number, height: number) => {
      terminal.resize(width, height);
      Object.assign(stream, { columns: width, rows: height });
    },
    screen: (): string[] => {
      const { active } = terminal.buffer;
      return Array.from(
        { length: terminal.rows },
        (_, row) => active.getLine(active.viewportY + row)?.translateToString(true) ?? '',
      );
    },
    wrapped: (): boolean =>
      Array.from({ length: terminal.buffer.active.length }, (_, row) => row).some(
        (row) => terminal.buffer.active.getLine(row)?.isWrapped === true,
      ),
  };
}

const summary = { width: 80, color: false, clips: ['out/film'], locks: ['film.lock.json'] };

/** Lines of the frame that are on the screen: the total, and the one of the only model. */
const seen = (screen: readonly string[]) => ({
  totals: screen.filter((line) => /\d+\/100\b/.test(line) && !line.startsWith('kling')).length,
  models: screen.filter((line) => /^kling .*\d+\/100\b/.test(line)).length,
});

test('on a terminal: the whole frame is there once, after every event and every resize', async () => {
  const it = emulator(80, 24);
  const view = liveRun(it.stream, { ...summary, height: 24 });
  view.event(started({ kling: 100 }), 0);
  const sizes = [
    [40, 12],
    [200, 50],
    [41, 13],
    [80, 24],
  ] as const;
  const wrong: unknown[] = [];
  let events = 0;
  let failures = 0;
  const look = async (at: number): Promise<void> => {
    view.tick(at);
    await it.drained();
    const screen = it.screen();
    const { totals, models } = seen(screen);
    const tellsFailures = failures === 0 || screen.join('\n').includes(`! ${failures} failed`);
    if (totals !== 1 || models !== 1 || !tellsFailures) wrong.push({ events, failures, screen });
  };
  for (const [event, at] of steadyRun(100, 6, () => 60)) {
    const fails = event.event === 'render.completed' && events % 7 === 0;
    if (fails) failures += 1;
    view.event(fails ? failed(event.id) : event, at);
    await look(at);
    events += 1;
    if (events % 9 === 0) {
      const [width, height] = sizes[(events / 9) % sizes.length] ?? sizes[0];
      it.resize(width, height);
      await look(at);
    }
  }
  expect(wrong).toEqual([]);
  expect(failures).toBeGreaterThan(5);
  view.close();
});

test('on a terminal that keeps its size nothing is ever wrapped', async () => {
  const it = emulator(40, 12);
  const view = liveRun(it.stream, { ...summary, width: 40, height: 12 });
  view.event(started({ kling: 30 }), 0);
  for (const [event, at] of steadyRun(30, 6, () => 60)) view.event(event, at);
  view.event(
    {
      event: 'run.notice',
      severity: 'warning',
      message: 'The clock of this machine is 5 minutes ahead of the clock of apimart.',
    },
    0,
  );
  await it.drained();
  expect(it.wrapped()).toBe(false);
  view.close();
});

const linesOf = (renders: number): string[] => {
  let out = '';
  const view = plainRun((text) => (out += text), summary);
  view.event(started({ kling: renders }), 0);
  for (const [event, at] of steadyRun(renders, 6, () => 60)) view.event(event, at);
  return out.split('\n');
};

test('successes are thinned in a large run, accepted tasks and what is not as asked never', () => {
  expect(linesOf(100).filter((line) => line.startsWith('done '))).toHaveLength(100);
  const large = linesOf(1_000);
  expect(large.filter((line) => line.startsWith('done '))).toHaveLength(50);
  expect(large).toContain('done r19/kling out/film/r19/kling.mp4 (5 s, 1.0 MB) 20 so far');
  expect(large.filter((line) => line.includes('accepted '))).toHaveLength(1_000);
});

test('in a log the oldest delayed render is named in every aggregate line', () => {
  let out = '';
  const view = plainRun((text) => (out += text), summary);
  view.event(started({ kling: 3 }), 0);
  for (const id of ['a/kling', 'b/kling']) {
    view.event(accepted(id), 0);
    view.event(
      { event: 'render.progress', ...about(id), phase: 'delayed', message: 'no answer yet' },
      id === 'a/kling' ? 5_000 : 9_000,
    );
  }
  view.tick(15_000);
  expect(out.split('\n').at(-2)).toBe(
    '0:15  0 of 3 done, 2 delayed, 1 to go, ~2:10 left, a/kling delayed for 0:10: no answer yet',
  );
});
