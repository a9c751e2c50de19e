import type { FailureKind } from '../gateway.ts';
import { saysDeadLink } from './dead-link.ts';
import { isModeration } from './refusal.ts';

/**
 * EvoLink publishes these (sheet section 4.3); APIMart uses some of the same words and publishes
 * none.
 */
const BY_CODE: ReadonlyMap<string, FailureKind> = new Map([
  ...kinds('moderation', [
    'content_policy_violation',
    'content_filter',
    'sensitive_content',
    'moderation_blocked',
    'input_moderation_failed',
  ]),
  ...kinds('invalid', [
    'invalid_parameters',
    'invalid_request',
    'invalid_request_error',
    'image_processing_error',
    'image_dimension_mismatch',
    'resource_not_found',
    'unsupported_parameters',
  ]),
  ...kinds('service', [
    'service_error',
    'service_unavailable',
    'resource_exhausted',
    'quota_exceeded', // of the upstream service, not of this account
    'model_unavailable',
    'upstream_error',
    'rate_limited',
  ]),
  ...kinds('timeout', ['generation_timeout']),
  ...kinds('cancelled', ['request_cancelled']),
  // Neither is resent automatically: the same request fails again, or its outcome is unknown.
  ...kinds('unknown', ['generation_failed_no_content', 'unknown_error']),
]);

const TIMEOUT_WORDS = /\btime[ds]?[ -]?out\b/i;
const SERVICE_WORDS =
  /\bupstream\b|internal (?:server )?error|service (?:is )?(?:temporarily )?unavailable|overloaded|try again later|system (?:is )?busy/i;

/**
 * Why a task failed. The code decides where it is known; APIMart has only the message;
 * if neither helps, it is `unknown`.
 */
export function failureKind(code: string | undefined, message: string): FailureKind {
  const byCode = code === undefined ? undefined : BY_CODE.get(code.toLowerCase());
  // `invalid_request_error` is used for everything that is wrong with a request.
  const isOpen = (byCode ?? 'invalid') === 'invalid';
  if (isOpen && !isModeration(message) && saysDeadLink(code, message)) return 'dead-link';
  if (byCode !== undefined) return byCode;
  if (isModeration(message)) return 'moderation';
  if (TIMEOUT_WORDS.test(message)) return 'timeout';
  return SERVICE_WORDS.test(message) ? 'service' : 'unknown';
}

function kinds(kind: FailureKind, codes: readonly string[]): [string, FailureKind][] {
  return codes.map((code) => [code, kind]);
}
