/**
 * A random bad day: faults on every step of both gateways, as a fault script of the embedded
 * gateway.
 */
import type { FaultRule, FaultScript } from '../../src/local-gateway/faults/script.ts';
import { type Chance, pick } from './random-project.ts';

/** Drawn quickly. That it is not what was asked for is only noted. */
const clip = { width: 64, height: 36, seconds: 1 } as const;
const SMALL: FaultRule = { when: { step: 'task' }, do: { fault: 'fate', clip } };

/** What is left when the storm is over. */
export const CALM: FaultScript = { rules: [SMALL] };

type Do = FaultRule['do'];

const SUBMIT: readonly Do[] = [
  { fault: 'reset', accepted: true },
  { fault: 'reset' },
  { fault: 'hang', seconds: 0.2, accepted: true },
  { fault: 'hang', seconds: 0.2 },
  { fault: 'html', accepted: true },
  { fault: 'html', status: 200, accepted: true },
  { fault: 'html' },
  { fault: 'truncated-json' },
  { fault: 'truncated-json', cut: 'connection' },
  { fault: 'slow', seconds: 0.1 },
  { fault: 'error', error: 'server', accepted: true },
  { fault: 'error', error: 'server', generation: 'old', accepted: true },
  { fault: 'error', error: 'bad-gateway', accepted: true },
  { fault: 'error', error: 'gateway-timeout', accepted: true },
  { fault: 'error', error: 'server', status: 200, accepted: true },
  { fault: 'error', error: 'rate-limited' },
  { fault: 'error', error: 'rate-limited', retryAfter: 0 },
  { fault: 'error', error: 'rate-limited', retryAfter: 1 },
  { fault: 'error', error: 'rate-limited', retryAfter: { date: 1 } },
  { fault: 'error', error: 'rate-limited', retryAfter: { date: -60 } },
  { fault: 'error', error: 'rate-limited', status: 200, generation: 'old' },
  { fault: 'answer', status: 429, headers: { 'retry-after': 'soon' }, text: '' },
  { fault: 'error', error: 'balance-429' },
  { fault: 'error', error: 'no-channel' },
  { fault: 'error', error: 'moderation' },
  { fault: 'error', error: 'build-request-failed' },
  { fault: 'error', error: 'idempotency-in-progress', accepted: true },
  { fault: 'error', error: 'idempotency-indeterminate', accepted: true },
  { fault: 'no-id' },
  { fault: 'odd-id', id: '../../v1/balance' },
  { fault: 'submit-shape', shape: 'object' },
  { fault: 'submit-shape', shape: 'generation-task' },
];

const ASK: readonly Do[] = [
  { fault: 'reset' },
  { fault: 'hang', seconds: 0.2 },
  { fault: 'html' },
  { fault: 'html', status: 200 },
  { fault: 'truncated-json' },
  { fault: 'truncated-json', cut: 'connection' },
  { fault: 'error', error: 'server' },
  { fault: 'error', error: 'rate-limited', retryAfter: 0 },
  { fault: 'error', error: 'unavailable', status: 200 },
  { fault: 'edit', set: { status: 'dreaming', progress: 3 } },
  { fault: 'edit', set: { status: 'submitted', progress: 0 } },
  { fault: 'edit', omit: ['cost', 'credits_cost', 'usage', 'billing', 'expires_at'] },
  { fault: 'edit', omit: ['progress', 'estimated_time', 'created', 'completed'] },
  { fault: 'links', shape: 'string' },
  { fault: 'links', shape: 'result_data' },
  { fault: 'links', shape: 'output' },
  { fault: 'links', shape: 'none' },
  { fault: 'links', shape: 'empty' },
  { fault: 'links', shape: 'null' },
];

const DOWNLOAD: readonly Do[] = [
  { fault: 'reset' },
  { fault: 'hang', seconds: 0.2 },
  { fault: 'html' },
  { fault: 'error', error: 'rate-limited', retryAfter: 0 },
  { fault: 'cut', at: 0.5 },
  { fault: 'cut', at: 0 },
  { fault: 'drip', bytes: 500, seconds: 0.01 },
  { fault: 'short', at: 0.5 },
  { fault: 'short', at: 0.98 },
  { fault: 'replace', with: 'html' },
  { fault: 'replace', with: 'png' },
  { fault: 'replace', with: 'webm' },
  { fault: 'replace', with: 'json' },
  { fault: 'replace', with: 'empty' },
  { fault: 'content-type', contentType: 'application/octet-stream' },
  { fault: 'redirect', to: 'same' },
  { fault: 'redirect', to: 'cross', status: 307 },
  { fault: 'redirect', to: 'private' },
  { fault: 'redirect', to: 'loop' },
  { fault: 'expire', status: 403 },
  { fault: 'expire', status: 404 },
  { fault: 'expire', status: 410 },
  { fault: 'no-range' },
  { fault: 'no-length' },
];

const SERVICE = { code: 'service_error', message: 'the upstream service failed' };
const FATES: readonly Do[] = [
  { fault: 'fate', end: 'failed', error: SERVICE },
  { fault: 'fate', end: 'failed', error: SERVICE, refund: 'none' },
  {
    fault: 'fate',
    end: 'failed',
    error: { code: 'content_policy_violation', message: 'sensitive content' },
    refund: 'unreported',
  },
  { fault: 'fate', end: 'failed', error: null, refund: 'silent' },
  { fault: 'fate', end: 'failed', refund: 'pending' },
  { fault: 'fate', end: 'failed', refund: 'pending', refundSeconds: 0.3 },
  { fault: 'fate', end: 'cancelled' },
  { fault: 'fate', costFactor: 1.5, clip },
  { fault: 'fate', costUsd: 0.123457, clip },
  { fault: 'fate', estimate: 900, clip },
  { fault: 'fate', estimate: null, seconds: 0.6, clip },
  { fault: 'fate', seconds: 0, clip },
  { fault: 'fate', linkSeconds: -1, clip },
  { fault: 'fate', clip: { ...clip, audio: false } },
];
/** Cost real seconds of waiting: for the long form. */
const SLOW_FATES: readonly Do[] = [
  { fault: 'fate', end: 'stuck' },
  { fault: 'fate', end: 'forgotten' },
];
const SLOW_ASKS: readonly Do[] = [
  { fault: 'forgotten' },
  { fault: 'forgotten', status: 400 },
  { fault: 'error', error: 'rate-limited', retryAfter: 1 },
];

export function storm(chance: Chance, { slow }: { readonly slow: boolean }): FaultScript {
  const heavy = pick(chance, [0.5, 1, 2]);
  /** Some of the faults of a step; their chances make up about `share`. */
  const some = (
    step: FaultRule['when']['step'],
    faults: readonly Do[],
    share: number,
  ): FaultRule[] => {
    const chosen = faults.filter(() => chance() < 0.4);
    return chosen.map((fault, index) => ({
      name: `${step} ${index}: ${JSON.stringify(fault)}`,
      when: { step, probability: Math.min(0.5, (heavy * share) / Math.max(3, chosen.length)) },
      do: fault,
    }));
  };
  const batches = ASK.filter(({ fault }) => fault !== 'links');
  return {
    idempotency: pick(chance, ['honoured', 'ignored']),
    ...(chance() < 0.3 ? { batch: false } : {}),
    ...(chance() < 0.2 ? { inFlight: 1 } : {}),
    rules: [
      ...some('submit', SUBMIT, 0.35),
      ...some('ask', slow ? [...ASK, ...SLOW_ASKS] : ASK, 0.35),
      ...some('batch', batches, 0.35),
      ...some('download', DOWNLOAD, 0.4),
      ...some('task', slow ? [...FATES, ...SLOW_FATES] : FATES, 0.35),
      SMALL,
    ],
  };
}
