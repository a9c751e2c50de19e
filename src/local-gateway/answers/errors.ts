/**
 * Every error answer of the provider sheets (APIMart section 4, EvoLink section 4), by one name.
 * If only one gateway has an error, the other uses the nearest one that it has.
 */
import { defined } from '../../defined.ts';
import type { GatewayName } from '../../ids.ts';
import type { JsonObject } from '../../scene.ts';

interface ErrorForm {
  readonly status: number;
  /** New generation: `code` is a word. */
  readonly code: string;
  readonly type: string;
  /** Old generation, where its type has another name. */
  readonly oldType?: string;
  readonly message: string;
}

const form = (
  status: number,
  code: string,
  type: string,
  message: string,
  oldType?: string,
): ErrorForm => ({
  status,
  code,
  type,
  message,
  ...defined({ oldType }),
});

/** Where both say the same. */
const both = (...said: Parameters<typeof form>): readonly [ErrorForm, ErrorForm] => [
  form(...said),
  form(...said),
];

/** name -> [APIMart, EvoLink] */
const FORMS = {
  invalid: both(
    400,
    'invalid_request',
    'invalid_request_error',
    'a parameter of the request is not valid',
  ),
  auth: [
    form(401, 'invalid_api_key', 'authentication_error', 'the API key is missing or not valid'),
    form(401, 'unauthorized', 'authentication_error', 'the API key is missing or not valid'),
  ],
  balance: [
    form(402, 'payment_required', 'payment_required', 'the balance of the account is too low'),
    form(
      402,
      'insufficient_quota',
      'insufficient_quota',
      'the balance of the account is too low',
      'insufficient_quota_error',
    ),
  ],
  'key-budget': [
    form(402, 'payment_required', 'payment_required', 'the budget of this key is used up'),
    form(
      402,
      'insufficient_token_quota',
      'insufficient_quota',
      'the budget of this key is used up',
      'insufficient_quota_error',
    ),
  ],
  'daily-budget': [
    form(
      402,
      'payment_required',
      'payment_required',
      'the budget of this key for today is used up',
    ),
    form(
      402,
      'token_daily_quota_exceeded',
      'insufficient_quota',
      'the budget of this key for today is used up',
      'insufficient_quota_error',
    ),
  ],
  /** An empty balance that comes with the status of a rate limit. */
  'balance-429': [
    form(
      429,
      'insufficient_quota',
      'insufficient_quota',
      'you exceeded your current quota, please check your balance',
    ),
    form(
      429,
      'insufficient_user_quota',
      'insufficient_quota',
      'user quota is not enough, please top up',
    ),
  ],
  permission: [
    form(403, 'permission_denied', 'permission_error', 'this key may not use the model'),
    form(
      403,
      'model_access_denied',
      'invalid_request_error',
      'this key may not use the model',
      'permission_error',
    ),
  ],
  'key-disabled': both(403, 'key_disabled', 'permission_error', 'the key is disabled'),
  'model-gone': [
    form(404, 'model_not_found', 'invalid_request_error', 'the model is not available'),
    form(404, 'model_not_found', 'not_found_error', 'the model is not available'),
  ],
  'no-channel': [
    form(503, 'no_available_channel', 'server_error', 'no available channel for the model'),
    form(
      503,
      'no_available_channel',
      'service_unavailable',
      'no available channel for the model',
      'service_unavailable_error',
    ),
  ],
  'not-found': [
    form(404, 'not_found', 'invalid_request_error', 'there is nothing at this path'),
    form(404, 'not_found', 'not_found_error', 'there is nothing at this path'),
  ],
  'too-large': [
    form(413, 'request_too_large', 'invalid_request_error', 'the request is too large'),
    form(413, 'request_too_large', 'request_too_large_error', 'the request is too large'),
  ],
  'rate-limited': both(
    429,
    'rate_limit_exceeded',
    'rate_limit_error',
    'too many requests at once, please try again later',
  ),
  moderation: both(
    400,
    'content_policy_violation',
    'invalid_request_error',
    'the prompt was refused: sensitive content detected',
  ),
  'build-request-failed': [
    form(
      500,
      'build_request_failed',
      'server_error',
      'build_request_failed: sensitive content detected',
    ),
    form(
      400,
      'input_moderation_failed',
      'invalid_request_error',
      'the prompt was refused: sensitive content detected',
    ),
  ],
  'build-request-invalid': [
    form(500, 'build_request_failed', 'server_error', 'build_request_failed: invalid size'),
    form(
      400,
      'unsupported_parameters',
      'invalid_request_error',
      'a parameter of the request is not supported',
    ),
  ],
  server: [
    form(500, 'internal_error', 'server_error', 'internal error'),
    form(500, 'internal_error', 'api_error', 'internal error', 'internal_server_error'),
  ],
  'bad-gateway': [
    form(502, 'bad_gateway', 'bad_gateway', 'upstream failed'),
    form(502, 'upstream_error', 'upstream_error', 'upstream failed'),
  ],
  unavailable: [
    form(
      503,
      'service_unavailable',
      'service_unavailable',
      'the service is not available right now',
    ),
    form(
      503,
      'service_unavailable',
      'service_unavailable',
      'the service is not available right now',
      'service_unavailable_error',
    ),
  ],
  'gateway-timeout': [
    form(504, 'gateway_timeout', 'server_error', 'upstream did not answer in time'),
    form(504, 'gateway_timeout', 'upstream_error', 'upstream did not answer in time'),
  ],
  'idempotency-in-progress': [
    form(
      409,
      'idempotency_in_progress',
      'invalid_request_error',
      'a request with this Idempotency-Key is still running',
    ),
    form(
      409,
      'paid_outcome_unknown',
      'invalid_request_error',
      'an earlier submission with this key is still open',
    ),
  ],
  'idempotency-reused': [
    form(
      409,
      'idempotency_key_reused',
      'invalid_request_error',
      'this Idempotency-Key was used with another body',
    ),
    form(
      409,
      'idempotency_conflict',
      'invalid_request_error',
      'this Idempotency-Key was used with another body',
    ),
  ],
  'idempotency-indeterminate': [
    form(
      409,
      'idempotency_result_indeterminate',
      'invalid_request_error',
      'the outcome of the first request is not known',
    ),
    form(
      409,
      'paid_outcome_unknown',
      'invalid_request_error',
      'the outcome of an earlier submission is not known',
    ),
  ],
  'idempotency-unavailable': [
    form(
      503,
      'idempotency_unavailable',
      'server_error',
      'the key store is not available; the request was not executed',
    ),
    form(
      503,
      'no_available_channel',
      'service_unavailable',
      'no channel is available',
      'service_unavailable_error',
    ),
  ],
  'task-not-found': [
    form(404, 'task_not_found', 'invalid_request_error', 'the task does not exist or has expired'),
    form(404, 'task_not_found', 'invalid_request_error', 'the task was not found'),
  ],
  'invalid-task-id': both(
    400,
    'invalid_task_id',
    'invalid_request_error',
    'the task id is not valid',
  ),
} as const satisfies Record<string, readonly [ErrorForm, ErrorForm]>;

export type ErrorName = keyof typeof FORMS;
export const ERROR_NAMES = Object.keys(FORMS) as [ErrorName, ...ErrorName[]];

export interface ErrorDetails {
  readonly message?: string;
  /** The culprit's field. */
  readonly param?: string;
  readonly generation?: 'old' | 'new';
  readonly requestId?: string;
  /** Instead of the usual HTTP status. */
  readonly status?: number;
}

/**
 * The status and body with which a gateway says an error. With `status: 200` the body hides it as
 * the sheets describe: `code` in an envelope.
 */
export function errorAnswer(
  gateway: GatewayName,
  name: ErrorName,
  details: ErrorDetails = {},
): { readonly status: number; readonly body: JsonObject } {
  const said: ErrorForm = FORMS[name][gateway === 'apimart' ? 0 : 1];
  const old = details.generation === 'old';
  const error: JsonObject = {
    code: old ? said.status : said.code,
    message: details.message ?? said.message,
    type: old ? (said.oldType ?? said.type) : said.type,
    ...defined({ param: details.param }),
    ...(details.requestId === undefined || old ? {} : { request_id: details.requestId }),
  };
  const status = details.status ?? said.status;
  if (status !== 200) return { status, body: { error } };
  return {
    status,
    body: old
      ? { code: said.status, message: error['message'] ?? '' }
      : { code: said.status, error },
  };
}
