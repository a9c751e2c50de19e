import type { AttemptId, Fingerprint, RenderId } from '../../src/ids.ts';
import type { RecordedAttempt } from '../../src/record/attempt-line.ts';

/** A line of the record, another request for each number. */
export const attemptOf = (number: number): RecordedAttempt => ({
  attempt: `00000000-0000-4000-8000-${String(number).padStart(12, '0')}` as AttemptId,
  fingerprint: `sha256:${String(number).padStart(64, '0')}` as Fingerprint,
  model: 'apimart/kling-v3',
  status: 'ambiguous',
  error: 'no-answer',
  lock: 'film.lock.json',
  id: `s${number}/kling` as RenderId,
  at: '2026-11-20T17:00:00Z',
});
