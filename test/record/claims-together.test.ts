/** Claims of one moment: one push for all of them. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { systemFiles } from '../../src/ports/files/files.ts';
import { openRecord } from '../../src/record/record.ts';
import { withRemote } from '../../src/record/remote/remote-record.ts';
import type { RemoteRef } from '../../src/record/remote/remote-ref.ts';
import { virtualClock } from '../virtual-clock.ts';
import { attemptOf } from './sample-attempt.ts';

test('forty claims that come one after the other share a push, and nothing warns', async () => {
  const warnings: string[] = [];
  const warn = ({ message }: Error): void => void warnings.push(message);
  process.on('warning', warn);
  const folder = await mkdtemp(path.join(tmpdir(), 'rushes-claims-'));
  onTestFinished(async () => {
    process.off('warning', warn);
    await rm(folder, { recursive: true });
  });
  const clock = virtualClock();
  const opened = await openRecord(path.join(folder, 'record.jsonl'), {
    files: systemFiles,
    clock,
    processes: { host: 'here', pid: 1, started: '1', isRunning: async () => true },
    command: 'render',
  });
  if (opened.kind !== 'open') throw new Error(opened.problem.message);
  const pushes: number[] = [];
  const ref: Pick<RemoteRef, 'push'> = {
    push: async (_now, lines) => {
      pushes.push(lines.length);
      return { kind: 'pushed' };
    },
  };
  const record = withRemote(opened.record, ref as RemoteRef, { clock, remote: 'origin' });
  const claims: Promise<unknown>[] = [];
  for (let number = 0; number < 40; number++) {
    claims.push(record.claim(attemptOf(number)));
    // Each is on the disk before the next one comes.
    await opened.record.flush();
  }
  const done = await clock.drive(Promise.all(claims));
  expect(done).toEqual(Array.from({ length: 40 }, () => ({ kind: 'claimed' })));
  expect(pushes).toEqual([40]);
  await record.close();
  expect(warnings).toEqual([]);
});
