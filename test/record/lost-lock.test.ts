/** A host that stands still in the middle of a step on the record, and is taken over meanwhile. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, test } from 'vitest';
import type { AttemptId, Fingerprint, RenderId } from '../../src/ids.ts';
import type { Processes } from '../../src/lock/run-lock/processes.ts';
import { type Files, systemFiles } from '../../src/ports/files/files.ts';
import type { RecordedAttempt } from '../../src/record/attempt-line.ts';
import { openRecord, readRecord, type SpendRecord } from '../../src/record/record.ts';
import { type VirtualClock, virtualClock } from '../virtual-clock.ts';

const hostNamed = (host: string): Processes => ({
  host,
  pid: 1,
  started: '1',
  isRunning: async () => true,
});

const intentOf = (attempt: string, fingerprint: string): RecordedAttempt => ({
  attempt: attempt as AttemptId,
  fingerprint: `sha256:${fingerprint.repeat(64)}` as Fingerprint,
  model: 'apimart/kling-v3',
  status: 'ambiguous',
  error: 'no-answer',
  lock: 'film.lock.json',
  id: 'crab/kling' as RenderId,
  at: '2026-11-20T17:00:00Z',
});

const A = '00000000-0000-4000-8000-00000000000a';
const B = '00000000-0000-4000-8000-00000000000b';
const C = '00000000-0000-4000-8000-00000000000c';

/** Stands still before it appends, as often as `gate` has something to wait for. */
const standingStill = (gate: () => Promise<void>): Files => ({
  ...systemFiles,
  openLog: async (file) => {
    const log = await systemFiles.openLog(file);
    if (!log.ok) return log;
    const { value } = log;
    return {
      ok: true,
      value: {
        append: async (text) => {
          await gate();
          return value.append(text);
        },
        flush: () => value.flush(),
        inPlace: () => value.inPlace(),
        readFrom: (offset) => value.readFrom(offset),
        close: () => value.close(),
      },
    };
  },
});

async function openOn(
  file: string,
  host: string,
  clock: VirtualClock,
  files: Files = systemFiles,
): Promise<SpendRecord> {
  const opened = await openRecord(file, {
    files,
    clock,
    processes: hostNamed(host),
    command: host,
  });
  if (opened.kind !== 'open') throw new Error(opened.problem.message);
  return opened.record;
}

test.each(['b', 'c'])(
  'a claim that stood still while another host claimed request %s is judged again',
  async (other) => {
    const folder = await mkdtemp(path.join(tmpdir(), 'rushes-record-'));
    try {
      const file = path.join(folder, 'record.jsonl');
      let goOn = (): void => undefined;
      let stands = (): void => undefined;
      const standing = new Promise<void>((resolve) => (stands = resolve));
      const gates = [new Promise<void>((resolve) => (goOn = resolve))];
      const slow = await openOn(
        file,
        'slow',
        virtualClock(),
        standingStill(async () => {
          stands();
          await gates.shift();
        }),
      );
      const claimed = slow.claim(intentOf(A, 'b'));
      await standing;

      // Two minutes later by the other host's clock, and two minutes of watching.
      const later = virtualClock(Date.parse('2026-11-20T17:05:00Z'));
      const quick = await later.drive(openOn(file, 'quick', later));
      expect(await quick.claim(intentOf(other === 'b' ? B : C, other))).toEqual({
        kind: 'claimed',
      });
      await quick.close();
      goOn();
      expect(await claimed).toMatchObject(
        other === 'b' ? { kind: 'paid-already', by: { attempt: B } } : { kind: 'claimed' },
      );
      await slow.close();
      const read = await readRecord(systemFiles, file);
      expect(read.kind === 'read' && read.attempts.get(A)?.status).toBe(
        other === 'b' ? 'withdrawn' : 'ambiguous',
      );
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  },
);
