import { crc32 } from 'node:zlib';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { assert, property } from 'fast-check';
import { expect, test } from 'vitest';
import type { JournalEvent } from '../../../src/lock/journal/events.ts';
import { EMPTY_LOCK, encodeLock } from '../../../src/lock/file/format.ts';
import { decodeJournal, encodeLine } from '../../../src/lock/journal/journal-line.ts';
import { readJournal, startJournal } from '../../../src/lock/journal/journal.ts';
import { replay } from '../../../src/lock/journal/replay.ts';
import { systemFiles } from '../../../src/ports/files/files.ts';
import { anyJournal, attemptOf } from '../arbitraries.ts';
import { failingFiles, folder } from '../lock-folder.ts';

const AT = '2026-11-20T17:00:00Z';
const run: JournalEvent = { kind: 'run', at: AT, run: 'r', carriedUsd: 0 };
const ambiguous = (n: number): JournalEvent => ({
  kind: 'ambiguous',
  at: AT,
  attempt: attemptOf(n),
  reason: '연결이 끊겼다',
});

async function journal(files = systemFiles) {
  const path = join(await folder(), 'film.journal.jsonl');
  const started = await startJournal(files, path, run);
  if (!started.ok) throw new Error(started.problem.message);
  return { path, journal: started.journal };
}

test('a written lock is read back unchanged', () => {
  assert(
    property(anyJournal, (events) => {
      expect(decodeJournal(events.map(encodeLine).join(''))).toEqual({
        events,
        bad: [],
        torn: false,
      });
    }),
    { seed: 20261120, numRuns: 100 },
  );
});

test('torn at every byte: all whole lines are read, the rest is no damage', () => {
  const events = [run, ambiguous(1), ambiguous(2)];
  const bytes = Buffer.from(events.map(encodeLine).join(''));
  const lines = events.map((event) => Buffer.byteLength(encodeLine(event)));
  for (let end = 0; end <= bytes.length; end++) {
    const decoded = decodeJournal(bytes.subarray(0, end).toString('utf8'));
    let whole = 0;
    // A line that lacks only its line break is whole.
    for (let sum = 0; whole < lines.length && sum + (lines[whole] ?? 0) - 1 <= end; whole++)
      sum += lines[whole] ?? 0;
    expect(decoded.events).toEqual(events.slice(0, whole));
    expect(decoded.bad).toEqual([]);
  }
});

test('a line whose checksum is right and whose content is no JSON is damage, not a crash', () => {
  const forged = `{"crc32":"${crc32('nope').toString(16).padStart(8, '0')}","event":nope}\n`;
  expect(decodeJournal(forged)).toEqual({
    events: [],
    bad: [{ line: 1, reason: 'it is not JSON' }],
    torn: false,
  });
});

test('torn at every line, a journal replays to what was known then', () => {
  assert(
    property(anyJournal, (events) => {
      const text = events.map(encodeLine).join('');
      const cut = text.slice(0, text.length - 5);
      expect(encodeLock(replay(EMPTY_LOCK, decodeJournal(cut).events))).toBe(
        encodeLock(replay(EMPTY_LOCK, events.slice(0, -1))),
      );
    }),
    { seed: 20261120, numRuns: 50 },
  );
});

test('a bad line in the middle is named, and the others are kept', () => {
  const text = [
    encodeLine(run),
    encodeLine(ambiguous(1)).replace('reason', 'raison'),
    'noise\n',
    encodeLine(ambiguous(2)),
  ].join('');
  expect(decodeJournal(text)).toEqual({
    events: [run, ambiguous(2)],
    bad: [
      { line: 2, reason: 'its checksum does not match its content' },
      { line: 3, reason: 'it is not a journal line' },
    ],
    torn: false,
  });
});

test('a line that this version does not know is not passed over in silence', () => {
  const unknown = encodeLine({ kind: 'teleported', at: AT } as unknown as JournalEvent);
  const outside = encodeLine({
    kind: 'moved',
    at: AT,
    from: 'a/b',
    to: 'a/c',
    path: '/etc/passwd',
  } as unknown as JournalEvent);
  expect(decodeJournal(unknown + outside + encodeLine(run)).bad.map(({ line }) => line)).toEqual([
    1, 2,
  ]);
});

test('a line that the lock could not take is damage', () => {
  const [attempt, task] = [attemptOf(1), 'task_1'];
  const bad: readonly object[] = [
    { kind: 'ambiguous', at: 'soon', attempt, reason: 'no answer' },
    { kind: 'refused', at: AT, attempt, error: { kind: '', message: 'no' } },
    { kind: 'accepted', at: AT, attempt, task, answeredModel: '' },
    { kind: 'completed', at: AT, task, completedAt: '2026-13-20T17:00:00Z' },
    { kind: 'completed', at: AT, task, completedAt: AT, expiresAt: '' },
  ];
  const text = bad.map((event) => encodeLine(event as JournalEvent)).join('');
  expect(decodeJournal(text + encodeLine(run))).toMatchObject({
    events: [run],
    bad: bad.map((_, index) => ({ line: index + 1 })),
  });
});

test('record resolves when the line is on disk; many share a flush', async () => {
  let flushes = 0;
  const { path, journal: lines } = await journal({
    ...systemFiles,
    openAppend: async (file) => {
      const opened = await systemFiles.openAppend(file);
      if (!opened.ok) return opened;
      return {
        ok: true,
        value: {
          append: (text) => opened.value.append(text),
          flush: () => {
            flushes += 1;
            return opened.value.flush();
          },
          close: () => opened.value.close(),
        },
      };
    },
  });
  const results = await Promise.all(
    Array.from({ length: 500 }, (_, n) => lines.record(ambiguous(n))),
  );
  expect(results.every(({ ok }) => ok)).toBe(true);
  expect(decodeJournal(await readFile(path, 'utf8')).events).toHaveLength(501);
  expect(flushes).toBeLessThanOrEqual(2);
  await lines.close();
});

test('recordSoon needs no flush, and flush waits for it', async () => {
  const { path, journal: lines } = await journal();
  lines.recordSoon(ambiguous(1));
  expect(await lines.flush()).toEqual({ ok: true });
  expect(decodeJournal(await readFile(path, 'utf8')).events).toEqual([run, ambiguous(1)]);
  await lines.close();
});

test('after a failed write nothing is reported as durable, and what was is still there', async () => {
  const { path, journal: lines } = await journal(failingFiles({ appends: 1 }));
  expect(await lines.record(ambiguous(1))).toEqual({ ok: true });
  expect(await lines.record(ambiguous(2))).toMatchObject({
    ok: false,
    problem: { code: 'ENOSPC' },
  });
  expect(await lines.record(ambiguous(3))).toMatchObject({ ok: false });
  expect(await lines.flush()).toMatchObject({ ok: false });
  expect(decodeJournal(await readFile(path, 'utf8'))).toMatchObject({
    events: [run, ambiguous(1)],
    torn: true,
  });
  await lines.close();
});

test('a failed flush is a failed record', async () => {
  const { journal: lines } = await journal(failingFiles({ flushes: true }));
  expect(await lines.record(ambiguous(1))).toMatchObject({ ok: false });
  await lines.close();
});

test('no journal is an empty one; one that cannot be read is a problem', async () => {
  const path = join(await folder(), 'x');
  expect(await readJournal(systemFiles, path)).toMatchObject({ ok: true, value: { events: [] } });
  expect(await readJournal(systemFiles, join(path, '..'))).toMatchObject({
    ok: false,
    problem: { code: 'EISDIR' },
  });
  await writeFile(path, 'x');
  expect(await readJournal(systemFiles, path)).toMatchObject({
    ok: true,
    value: { events: [], torn: true },
  });
});
