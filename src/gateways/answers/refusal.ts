/**
 * The meaning of an error answer to a submit. The one question behind every row: is it sure that no
 * work was accepted? Only then is it a refusal; everything else is ambiguous. Rows: APIMart sheet
 * section 4, EvoLink sheet section 4.1.
 */
import type { RefusalKind } from '../gateway.ts';
import type { GatewayError } from './error-body.ts';

export type Verdict = {
  readonly kind: RefusalKind | 'ambiguous';
  readonly why?: string;
  /** Every other request would fare the same. */
  readonly wrongAddress?: true;
};

const KEY_BUG = 'a fault of this program: please report it';

/**
 * Words that decide, whatever the status: the gateways document for each what became of the
 * request.
 */
const BY_CODE: ReadonlyMap<string, Verdict> = new Map([
  ...verdicts('ambiguous', [
    'idempotency_in_progress',
    'idempotency_result_indeterminate',
    'paid_outcome_unknown',
  ]),
  ...verdicts('invalid', ['idempotency_key_reused', 'idempotency_conflict'], KEY_BUG),
  ...verdicts('unavailable-before-accept', [
    'idempotency_unavailable',
    'no_available_channel',
    'channel_selection_failed',
    'model_unavailable',
  ]),
  ...verdicts('balance', [
    'insufficient_quota',
    'insufficient_quota_error',
    'insufficient_user_quota',
    'quota_not_enough',
    'account_balance_insufficient',
    'insufficient_balance',
    'insufficient_credits',
    'insufficient_token_quota',
    'key_quota_exhausted',
    'token_daily_quota_exceeded',
    'key_daily_quota_exhausted',
    'payment_required',
  ]),
  ...verdicts('auth', [
    'unauthorized',
    'invalid_api_key',
    'key_disabled',
    'key_expired',
    'user_disabled',
    'ip_restricted',
  ]),
  ...verdicts('moderation', [
    'content_filter',
    'sensitive_content',
    'moderation_blocked',
    'input_moderation_failed',
    'content_policy_violation',
  ]),
  ...verdicts('model-gone', [
    'model_not_found',
    'model_not_available',
    'model_not_exist',
    'model_deprecated',
  ]),
  ...verdicts('invalid', [
    'invalid_media_url',
    'unsupported_parameters',
    'model_access_denied',
    'key_model_not_allowed',
  ]),
]);

/** Coarser words: believed where the status does not contradict them. */
const BY_TYPE: ReadonlyMap<string, Verdict> = new Map([
  ...BY_CODE,
  ...verdicts('auth', ['authentication_error', 'apimart_error']),
  ...verdicts('rate-limited', [
    'rate_limit_error',
    'rate_limit_exceeded',
    'rate_limited',
    'too_many_requests',
  ]),
  ...verdicts('invalid', [
    'invalid_request',
    'invalid_request_error',
    'invalid_parameters',
    'permission_error',
    'not_found_error',
    'request_too_large_error',
  ]),
]);

const MODERATION_WORDS =
  /moderation|(?<!case[- ]?)sensitive|content (?:policy|filter|safety)|(?:policy|guidelines?) violation|violat\w+ (?:\w+ ){0,3}(?:policy|policies|guidelines?)|(?:prohibited|unsafe|inappropriate) content/i;
const EMPTY_BALANCE_WORDS =
  /(?:insufficient|not enough|no(?: remaining)?|low|exhausted|empty|out of)[ \w]{0,20}\b(?:balance|credits?|funds)\b|\b(?:balance|credits?|funds)\b(?: is| are)?(?: too)? (?:insufficient|not enough|low|exhausted|empty|depleted|used up)|insufficient[ _](?:user |token )?quota|exceeded your (?:current )?quota|\btop[ -]?up\b|\brecharge\b|余额不足|额度不足/i;
const MODEL_GONE_WORDS =
  /\bmodel\b[\s:]*["'`]?[\w./-]*["'`]?\s*(?:is |was |has been |does |could )?(?:not (?:be )?(?:available|found|exist)|doesn't exist|no longer|unknown\b|discontinued|deprecated|retired|removed|shut ?down|sunset)|\b(?:unknown|no such) model\b/i;
const FOR_NOW_WORDS =
  /temporar|currently|right now|at the moment|try again|retry|later|busy|overload|capacity/i;
/**
 * No server was there to take the request; some versions of this software call that
 * `model_not_found`.
 */
const NO_CHANNEL_WORDS = /no available channels?\b|无可用渠道/i;
const KEY_STATE_WORDS =
  /\b(?:key|token|account|user)\b[ \w]{0,30}\b(?:disabled|expired|suspended|banned|invalid|revoked|inactive|blocked)|\bIP\b/i;

export const isModeration = (message: string): boolean => MODERATION_WORDS.test(message);

/** A word that the gateways document decides first, then the status, then what the message says. */
export function submitVerdict(error: GatewayError): Verdict {
  const { status, code, type, message } = error;
  const isGone = MODEL_GONE_WORDS.test(message) && !FOR_NOW_WORDS.test(message);
  // The same code is used for a model that is overloaded and for one that will not come back.
  if (code === 'model_unavailable' && isGone) return { kind: 'model-gone' };
  const named = [code, type, wordBefore(message)]
    .map((word) => (word === undefined ? undefined : BY_CODE.get(word)))
    .find((verdict) => verdict !== undefined);
  if (NO_CHANNEL_WORDS.test(message) && (status === 503 || named?.kind === 'model-gone'))
    return { kind: 'unavailable-before-accept' };
  return named ?? byStatus(error, isGone);
}

/**
 * The word that a message begins with, where the code is a number: `idempotency_unavailable`, `503
 * idempotency_unavailable: the key store is down`. A word inside a sentence may be about something
 * else.
 */
const wordBefore = (message: string): string | undefined =>
  /^\W*(?:\d{3}\W+)?([a-z]+(?:_[a-z]+)+)(?![\w-])/i.exec(message)?.[1]?.toLowerCase();

function byStatus(error: GatewayError, isGone: boolean): Verdict {
  const { status, code, type, message } = error;
  if (error.foreign === true && status >= 400 && status < 500 && !NOT_TAKEN_IN.has(status))
    return { kind: 'ambiguous', why: FOREIGN };
  switch (status) {
    case 401:
      return { kind: 'auth' };
    case 402:
      return { kind: 'balance' };
    case 404:
      if (isGone) return { kind: 'model-gone' };
      return error.foreign === true || (code === undefined && NO_ENDPOINT_WORDS.test(message))
        ? { kind: 'wrong-address', why: CHECK_ADDRESS }
        : {
            kind: 'invalid',
            why: 'if this is about the address, check the base URL',
          };
    case 405:
      return error.foreign === true
        ? { kind: 'wrong-address', why: CHECK_ADDRESS }
        : { kind: 'invalid' };
    case 429:
      return {
        kind:
          byType(type)?.kind === 'balance' || EMPTY_BALANCE_WORDS.test(message)
            ? 'balance'
            : 'rate-limited',
      };
    case 408: // the gateway waited for a request that it may have had
    case 409: // a conflict with something that exists
    case 425:
    case 499: // a proxy saw one side hang up
      return { kind: 'ambiguous' };
    case 500:
      if (!/^build_request_failed:/i.test(message)) return { kind: 'ambiguous' };
      return { kind: isModeration(message) ? 'moderation' : 'invalid' };
    case 503:
      return { kind: isGone ? 'model-gone' : 'ambiguous' };
    // No page of either gateway knows a redirect, so none says that the work was not taken before
    // it.
    case 301:
    case 302:
    case 303:
    case 307:
    case 308:
      return { kind: 'ambiguous', why: REDIRECT, wrongAddress: true };
    default:
  }
  // A 2xx that carries an error is refused, as the clients of both gateways read it.
  const isRefused = (status >= 200 && status < 300) || (status >= 400 && status < 500);
  if (!isRefused) return { kind: 'ambiguous' };
  const coarse = byType(type) ?? byType(code);
  if (coarse !== undefined && coarse.kind !== 'invalid') return coarse;
  if (status === 403 && KEY_STATE_WORDS.test(message)) return { kind: 'auth' };
  if (isModeration(message)) return { kind: 'moderation' };
  if (EMPTY_BALANCE_WORDS.test(message)) return { kind: 'balance' };
  return { kind: isGone ? 'model-gone' : 'invalid' };
}

/**
 * Statuses that mean in HTTP itself (RFC 9110, section 15.5) that the request was not accepted,
 * from any server: no credentials, nothing at this address, too large, too many. Both gateways
 * document JSON for every error (sheets, section 4), so a page with any other 4xx is not theirs,
 * and a firewall that looks at answers may send it after the work was accepted.
 */
const NOT_TAKEN_IN: ReadonlySet<number> = new Set([
  401, 404, 405, 407, 411, 413, 414, 415, 417, 426, 429, 431,
]);
const FOREIGN = 'this is not an answer of the gateway: a proxy or firewall answered instead';

/** As web frameworks, and the software behind many gateways, say that a path does not exist. */
const NO_ENDPOINT_WORDS =
  /invalid url\b|cannot post\b|no (?:such )?(?:route|endpoint)|(?:route|endpoint|page|path|url)\b[^.]{0,80}\bnot found|unknown (?:url|path|endpoint)|^not found\W*$/i;
const CHECK_ADDRESS = 'this address accepts no requests; check the base URL';

const REDIRECT =
  'the gateway answers with a redirect, and a key is never sent after one; check the base URL';

const byType = (type: string | undefined): Verdict | undefined =>
  type === undefined ? undefined : BY_TYPE.get(type);

function verdicts(
  kind: Verdict['kind'],
  codes: readonly string[],
  why?: string,
): [string, Verdict][] {
  return codes.map((code) => [code, { kind, ...(why !== undefined && { why }) }]);
}
