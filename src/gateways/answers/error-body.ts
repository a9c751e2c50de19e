/** The error in an answer, in one form for both gateways and both of their generations. */
import type { Redact } from '../../secrets/redact.ts';
import type { Answer } from '../http.ts';
import { asNumber, asObject, asText, type Json } from './json.ts';
import { spoken } from './sanitize.ts';

export interface GatewayError {
  /** The HTTP status, or the numeric code in the body where the status says 2xx. */
  readonly status: number;
  /** `error.code` where it is a word, in lower case: the newer generation. */
  readonly code?: string;
  /**
   * `error.type`, in lower case: the only word of the older generation, and coarser than `code`.
   */
  readonly type?: string;
  /** Fit to be shown: see {@link spoken}. Never empty. */
  readonly message: string;
  /** The request field that the gateway names. */
  readonly field?: string;
  /**
   * The body is not a JSON object (a web page, plain text, nothing): something between us and the
   * gateway may have written it.
   */
  readonly foreign?: true;
}

/**
 * The error that an answer carries, or `undefined` for a 2xx that carries none: no `error` member,
 * and a body `code` that is missing or good.
 */
export function errorOf(answer: Answer, redact: Redact): GatewayError | undefined {
  const whole = asObject(answer.json);
  const said = whole?.['error'];
  const error = asObject(said) ?? asObject(whole?.['data'])?.['error'];
  const inner = asObject(error) ?? {};
  const bodyCode = wholeNumber(whole?.['code']);
  const isFine = answer.status >= 200 && answer.status < 300;
  if (isFine && isGoodCode(whole?.['code']) && isEmpty(said)) return undefined;
  const code = wordOf(inner['code']) ?? wordOf(whole?.['code']);
  const type = wordOf(inner['type']) ?? wordOf(whole?.['type']);
  const field = asText(inner['param']) ?? asText(whole?.['param']);
  return {
    status: isFine
      ? (httpStatus(wholeNumber(inner['code'])) ?? httpStatus(bodyCode) ?? answer.status)
      : answer.status,
    ...(code !== undefined && { code: spoken(code, redact) }),
    ...(type !== undefined && { type: spoken(type, redact) }),
    ...(field !== undefined && { field: spoken(field, redact) }),
    ...(whole === undefined && { foreign: true as const }),
    message: messageOf(answer, said, inner, whole, redact),
  };
}

function messageOf(
  answer: Answer,
  said: unknown,
  inner: Json,
  whole: Json | undefined,
  redact: Redact,
): string {
  const text =
    asText(inner['message']) ??
    asText(said) ??
    asText(whole?.['message']) ??
    asText(whole?.['msg']) ??
    asText(whole?.['detail']);
  const message = spoken(
    [text, ...detailsOf(inner)].filter((part) => part !== undefined).join(', '),
    redact,
  );
  if (message !== '') return message;
  return answer.unreadable === undefined
    ? `HTTP ${answer.status} without a message`
    : `HTTP ${answer.status}: ${answer.unreadable}`;
}

/** `error: null`, `""`, `false`, `0` and `{}` are ways to say that there is no error. */
const isEmpty = (said: unknown): boolean =>
  !said || (typeof said === 'object' && Object.keys(said).length === 0);

/**
 * What EvoLink adds about money, limits and allowed values (sheet section 4.1): it tells a person
 * what to do next.
 */
const DETAILS = [
  'min',
  'max',
  'allowed_values',
  'allowed_models',
  'estimated_credits',
  'account_balance_credits',
  'remaining_credits',
  'daily_limit_credits',
  'limit_scope',
  'reset_timezone',
  'fallback_suggestion',
  'action_url',
];

function detailsOf(error: Json): string[] {
  const more = asObject(error['details']);
  return DETAILS.flatMap((name) => {
    const value = error[name] ?? more?.[name];
    const shown = (Array.isArray(value) ? value : [value]).filter(
      (item) => typeof item === 'string' || typeof item === 'number',
    );
    return shown.length === 0 ? [] : [`${name}: ${shown.join(' | ')}`];
  });
}

/** 2xx, 0, and the words for it; missing counts as good, because EvoLink has no such member. */
function isGoodCode(code: unknown): boolean {
  const number = wholeNumber(code);
  if (number !== undefined) return number === 0 || (number >= 200 && number < 300);
  return (
    code === undefined ||
    code === null ||
    code === '' ||
    /^(?:ok|success)$/i.test(asText(code) ?? '-')
  );
}

const wholeNumber = (value: unknown): number | undefined => {
  const number = asNumber(value);
  return number !== undefined && Number.isInteger(number) ? number : undefined;
};

const httpStatus = (code: number | undefined): number | undefined =>
  code !== undefined && code >= 400 && code <= 599 ? code : undefined;

/** A code that is a word; a number, also one in quotes, is not a code. */
function wordOf(value: unknown): string | undefined {
  const text = asText(value);
  return text === undefined || asNumber(text) !== undefined ? undefined : text.toLowerCase();
}
