/** How often the record takes its lock and waits for the disk: by count, not by time. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, test } from 'vitest';
import type { TaskId } from '../../src/ids.ts';
import { type Files, systemFiles } from '../../src/ports/files/files.ts';
import type { RecordedAttempt } from '../../src/record/attempt-line.ts';
import { openRecord, readRecord } from '../../src/record/record.ts';
import { virtualClock } from '../virtual-clock.ts';
import { attemptOf } from './sample-attempt.ts';

const accepted = (number: number): RecordedAttempt => {
  const { error: _none, ...rest } = attemptOf(number);
  return { ...rest, status: 'submitted', task: `task_${number}` as TaskId };
};

function counting(): { readonly files: Files; readonly count: { locks: number; flushes: number } } {
  const count = { locks: 0, flushes: 0 };
  const files: Files = {
    ...systemFiles,
    createExclusive: (file, content) => {
      count.locks += 1;
      return systemFiles.createExclusive(file, content);
    },
    openLog: async (file) => {
      const log = await systemFiles.openLog(file);
      if (!log.ok) return log;
      const { value } = log;
      const flush = (): ReturnType<typeof value.flush> => {
        count.flushes += 1;
        return value.flush();
      };
      return { ok: true, value: { ...value, flush } };
    },
  };
  return { files, count };
}

test('results wait for the next claim, and claims of one moment share a lock and a flush', async () => {
  const folder = await mkdtemp(path.join(tmpdir(), 'rushes-steps-'));
  try {
    const file = path.join(folder, 'record.jsonl');
    const { files, count } = counting();
    const clock = virtualClock();
    const processes = { host: 'here', pid: 1, started: '1', isRunning: async () => true };
    const opened = await openRecord(file, { files, clock, processes, command: 'render' });
    if (opened.kind !== 'open') throw new Error(opened.problem.message);
    const { record } = opened;
    const before = { ...count };

    const first = [1, 2, 3, 4].map((number) => record.claim(attemptOf(number)));
    expect(await Promise.all(first)).toEqual(first.map(() => ({ kind: 'claimed' })));
    expect(count).toEqual({ locks: before.locks + 1, flushes: before.flushes + 1 });

    for (const number of [1, 2, 3]) record.note([accepted(number)]);
    await record.claim(attemptOf(5));
    expect(count).toEqual({ locks: before.locks + 2, flushes: before.flushes + 2 });
    expect(record.attempts.get(attemptOf(3).attempt ?? '')?.task).toBe('task_3');

    // Without a claim they are written all the same, soon, and without a flush.
    record.note([accepted(4)]);
    clock.advance(1_000);
    await expect.poll(() => record.attempts.get(attemptOf(4).attempt ?? '')?.task).toBe('task_4');
    expect(count).toEqual({ locks: before.locks + 3, flushes: before.flushes + 2 });

    record.note([accepted(5)]);
    await record.close();
    const read = await readRecord(systemFiles, file);
    expect(read.kind === 'read' && read.attempts.all().map(({ task }) => task)).toEqual(
      [1, 2, 3, 4, 5].map((number) => `task_${number}`),
    );
  } finally {
    await rm(folder, { recursive: true });
  }
});
