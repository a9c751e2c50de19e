import { expect, test } from 'vitest';
import type { AttemptId, Fingerprint, RenderId } from '../../src/ids.ts';
import { fromUsd } from '../../src/money.ts';
import type { RecordedAttempt } from '../../src/record/attempt-line.ts';
import { Attempts } from '../../src/record/attempts.ts';
import { newChain } from '../../src/record/chain.ts';
import { carriedByChain } from '../../src/workflow/record/chains.ts';

const LOCK = 'film.lock.json';

const attempt = (name: string): AttemptId =>
  `00000000-0000-4000-8000-00000000000${name}` as AttemptId;
const sent = (name: string, fingerprint: Fingerprint): RecordedAttempt => ({
  attempt: attempt(name),
  fingerprint,
  model: 'apimart/kling-v3',
  status: 'submitted',
  cost: { usd: 0.336, source: 'estimated' },
  lock: LOCK,
  id: 'crab/kling' as RenderId,
  at: '2026-11-20T17:00:00Z',
});

test('what a killed run of the chain has in its journal and in the record counts once', () => {
  const fingerprint = `sha256:${'a'.repeat(64)}` as Fingerprint;
  const attempts = new Attempts();
  const chain = newChain([fingerprint], {
    openedAt: '2026-11-20T16:00:00Z',
    branch: 'main',
    capUsd: 1.008,
    attempts,
  });
  for (const name of ['1', '2']) attempts.add(sent(name, fingerprint));
  const killed = { usd: fromUsd(0.336), attempts: new Set([attempt('2')]) };
  const carried = carriedByChain(chain, {
    byManifest: new Map([['film.yaml', { carried: killed }]]),
    recordOf: () => ({ lock: LOCK, record: { attempts } }),
  });
  expect(carried.get('film.yaml')).toEqual({
    usd: fromUsd(0.672),
    attempts: new Set([attempt('1'), attempt('2')]),
  });
});
