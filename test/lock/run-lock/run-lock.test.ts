import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdir, readFile, rm, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { systemProcesses } from '../../../src/lock/run-lock/processes.ts';
import { type RunLockParts, SILENCE_MS, takeRunLock } from '../../../src/lock/run-lock/run-lock.ts';
import { systemFiles } from '../../../src/ports/files/files.ts';
import { virtualClock } from '../../virtual-clock.ts';
import { folder, processOf } from '../lock-folder.ts';

const parts = (more: Partial<RunLockParts> = {}): RunLockParts => ({
  files: systemFiles,
  clock: virtualClock(),
  processes: processOf(1),
  ...more,
});
const path = async (): Promise<string> => join(await folder(), 'film.run.lock');

async function taken(file: string, more: Partial<RunLockParts> = {}) {
  const result = await takeRunLock(file, 'rushes render film.yaml', parts(more));
  if (result.kind !== 'taken') throw new Error(JSON.stringify(result));
  // Again where the test did: that does nothing.
  onTestFinished(() => result.lock.release());
  return result;
}

test('a live owner is named in the refusal', async () => {
  const file = await path();
  const clock = virtualClock();
  const { lock } = await taken(file, { clock });
  clock.advance(7000);
  expect(
    await takeRunLock(file, 'rushes collect', parts({ clock, processes: processOf(2) })),
  ).toMatchObject({
    kind: 'held',
    message:
      'another rushes is running on film: "rushes render film.yaml", process 1 on studio, since 2026-11-20T17:00:00Z, last heartbeat 7 s ago',
  });
  await lock.release();
  expect(await readdir(join(file, '..'))).toEqual([]);
});

test('same host: taken over as soon as the owner is gone, whatever its heartbeat', async () => {
  const file = await path();
  const first = await taken(file);
  const second = await taken(file, { processes: processOf(2, { dead: [1] }) });
  expect(second.from).toMatchObject({ pid: 1, command: 'rushes render film.yaml' });
  expect(await first.lock.state()).toBe('taken-over');
  await first.lock.release();
  expect(await second.lock.state()).toBe('held');
  await second.lock.release();
  expect(await readdir(join(file, '..'))).toEqual([]);
});

test('same host: silence alone is not a death', async () => {
  const file = await path();
  const clock = virtualClock();
  const { lock } = await taken(file, { clock });
  await utimes(file, 0, 0);
  expect((await takeRunLock(file, 'x', parts({ clock, processes: processOf(2) }))).kind).toBe(
    'held',
  );
  await lock.release();
});

test('another host: held until two minutes of silence, and a heartbeat prevents that', async () => {
  const file = await path();
  const clock = virtualClock();
  const { lock } = await taken(file, { clock });
  const other = parts({
    clock: virtualClock(clock.now() + SILENCE_MS - 1000),
    processes: processOf(2, { host: 'laptop' }),
  });
  expect((await takeRunLock(file, 'x', other)).kind).toBe('held');
  const lateClock = virtualClock(clock.now() + SILENCE_MS);
  const said: string[] = [];
  const late = parts({
    clock: lateClock,
    processes: processOf(2, { host: 'laptop' }),
    waiting: (message) => said.push(message),
  });
  const second = await lateClock.drive(taken(file, late));
  expect(lateClock.monotonic()).toBe(SILENCE_MS);
  expect(said).toEqual([
    'film was being worked on by "rushes render film.yaml" on studio, since 2026-11-20T17:00:00Z; waiting two minutes for a heartbeat before taking over',
  ]);
  // The first one wakes up: its beat must not keep the other's lock alive, nor its end remove it.
  clock.advance(20_000);
  await lock.release();
  expect(await second.lock.state()).toBe('held');
  await second.lock.release();
});

test.each([-10, 10, 25 * 60])(
  'another host whose clock is %i minutes off: alive as long as its heartbeat moves',
  async (minutes) => {
    const file = await path();
    const clock = virtualClock();
    const ours = virtualClock(clock.now() + minutes * 60_000);
    const { lock } = await taken(file, { clock });
    // Both clocks go on together, as time does.
    const beating = {
      ...ours,
      sleep: (ms: number, signal?: AbortSignal) => {
        const slept = ours.sleep(ms, signal);
        clock.advance(ms);
        return slept;
      },
    };
    const other = parts({ clock: beating, processes: processOf(2, { host: 'laptop' }) });
    expect(await ours.drive(takeRunLock(file, 'x', other))).toMatchObject({ kind: 'held' });
    expect(await lock.state()).toBe('held');
    await lock.release();
  },
);

test('another host whose clock is ahead, and who is gone: taken over after two minutes', async () => {
  const file = await path();
  await taken(file, { clock: virtualClock(Date.parse('2026-11-20T20:00:00Z')) });
  const ours = virtualClock();
  const other = parts({ clock: ours, processes: processOf(2, { host: 'laptop' }) });
  const { lock } = await ours.drive(taken(file, other));
  expect(ours.monotonic()).toBe(SILENCE_MS);
  await lock.release();
});

test('a heartbeat touches the file', async () => {
  const file = await path();
  const clock = virtualClock();
  let touched = (): void => undefined;
  const beat = new Promise<void>((resolve) => (touched = resolve));
  const files: RunLockParts['files'] = {
    ...systemFiles,
    createExclusive: async (...args) => {
      const held = await systemFiles.createExclusive(...args);
      if (!held.ok) return held;
      const { value } = held;
      return {
        ok: true,
        value: {
          ...value,
          touch: async (ms) => {
            const done = await value.touch(ms);
            if (ms > Date.parse('2026-11-20T17:00:00Z')) touched();
            return done;
          },
        },
      };
    },
  };
  const { lock } = await taken(file, { clock, files });
  clock.advance(15_000);
  await beat;
  expect(await systemFiles.stat(file)).toMatchObject({
    value: { mtimeMs: Date.parse('2026-11-20T17:00:15Z') },
  });
  await lock.release();
});

test('foreign content of the file is not shown: no line breaks, no terminal codes', async () => {
  const file = await path();
  const owner = {
    owner: 'x',
    host: 'laptop',
    pid: 1,
    started: '',
    since: '',
    command: 'rushes\n::error::x \u001b[2J',
  };
  await writeFile(file, JSON.stringify(owner));
  const clock = virtualClock(Date.now());
  const held = await takeRunLock(file, 'x', parts({ clock }));
  expect(held).toMatchObject({ kind: 'held', owner: undefined });
  expect(held.kind === 'held' && held.message).toMatch(
    /^another rushes is running on film \(last heartbeat \d+ s ago\)$/,
  );
});

test('a heartbeat in the same millisecond counts', async () => {
  const file = await path();
  await writeFile(file, '');
  const now = Date.parse('2026-11-20T17:00:00Z');
  await utimes(file, (now + 0.9) / 1000, (now + 0.9) / 1000);
  expect((await takeRunLock(file, 'x', parts({ clock: virtualClock(now) }))).kind).toBe('held');
});

test('an unreadable file counts as another host', async () => {
  const file = await path();
  await writeFile(file, '');
  const at = (await systemFiles.stat(file)) as { value: { mtimeMs: number } };
  expect(
    (await takeRunLock(file, 'x', parts({ clock: virtualClock(at.value.mtimeMs + 1000) }))).kind,
  ).toBe('held');
  const late = virtualClock(at.value.mtimeMs + SILENCE_MS + 1);
  const { lock } = await late.drive(taken(file, { clock: late }));
  await lock.release();
});

test('many at once: one of them gets it, also from a dead owner', async () => {
  const file = await path();
  for (const dead of [[], [99]]) {
    if (dead.length > 0) await taken(file, { processes: processOf(99) });
    const still = virtualClock();
    // A short wait for one's turn is over at once; the heartbeat's never is.
    const clock = {
      ...still,
      sleep: (ms: number, signal?: AbortSignal) =>
        ms < 1000 ? new Promise<void>((resolve) => setImmediate(resolve)) : still.sleep(ms, signal),
    };
    const results = await Promise.all(
      Array.from({ length: 12 }, (_, n) =>
        takeRunLock(file, 'x', parts({ clock, processes: processOf(n + 1, { dead }) })),
      ),
    );
    const winners = results.filter(({ kind }) => kind === 'taken');
    expect(winners).toHaveLength(1);
    for (const one of winners) if (one.kind === 'taken') await one.lock.release();
    await rm(file, { force: true });
  }
});

test('a folder that cannot be written is a problem, not an owner', async () => {
  expect(
    await takeRunLock(join(await folder(), 'absent', 'film.run.lock'), 'x', parts()),
  ).toMatchObject({
    kind: 'problem',
    problem: { code: 'ENOENT' },
  });
});

test('this machine: a running process is seen, a killed one is gone, a reused id is another', async () => {
  const processes = await systemProcesses();
  expect(await processes.isRunning(process.pid, processes.started)).toBe(true);
  expect(await processes.isRunning(process.pid, 'another start')).toBe(
    process.platform !== 'linux',
  );
  const child: ChildProcess = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], {
    stdio: 'ignore',
  });
  await once(child, 'spawn');
  const pid = child.pid ?? 0;
  const stat = process.platform === 'linux' ? await readFile(`/proc/${pid}/stat`, 'utf8') : '';
  const started = stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? '';
  expect(await processes.isRunning(pid, started)).toBe(true);
  const gone = once(child, 'exit');
  child.kill('SIGKILL');
  await gone;
  expect(await processes.isRunning(pid, started)).toBe(false);
});
