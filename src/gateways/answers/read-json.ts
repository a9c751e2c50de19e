import type { Redact } from '../../secrets/redact.ts';
import { errorOf, type GatewayError } from './error-body.ts';
import type { AskOutcome } from '../gateway.ts';
import type { Answer, Exchange } from '../http.ts';
import { asObject, asText } from './json.ts';
import { spoken } from './sanitize.ts';

export type Unreadable = Extract<AskOutcome, { kind: 'unreadable' }>;

/**
 * The JSON of a question that is not about one task, or why it cannot be read. `status` is the
 * gateway's, if it answered.
 */
export type JsonRead =
  | { readonly kind: 'json'; readonly json: unknown }
  | { readonly kind: 'problem'; readonly status?: number; readonly outcome: Unreadable };

export function readJson(exchanged: Exchange, redact: Redact): JsonRead {
  if (exchanged.kind !== 'answer')
    return { kind: 'problem', outcome: { kind: 'unreadable', reason: exchanged.reason } };
  const error = errorOf(exchanged, redact);
  if (error !== undefined)
    return { kind: 'problem', status: error.status, outcome: unreadableError(exchanged, error) };
  const body = asObject(exchanged.json);
  const reason =
    // Balance pages signal trouble with HTTP 200 (APIMart sheet, end of section 4).
    body?.['success'] === false
      ? spoken(asText(body['message']) ?? 'the gateway gives no reason', redact)
      : exchanged.unreadable;
  if (reason !== undefined)
    return { kind: 'problem', status: exchanged.status, outcome: unreadable(exchanged, reason) };
  return { kind: 'json', json: exchanged.json };
}

export function unreadable({ retryAfterMs }: Answer, reason: string): Unreadable {
  return { kind: 'unreadable', reason, ...(retryAfterMs !== undefined && { retryAfterMs }) };
}

/** A proxy speaks, not the gateway. */
const isWebPage = ({ unreadable }: Answer): boolean => unreadable?.includes('web page') === true;

/** A key that is refused for reading is worth saying at once; everything else is asked again. */
export function unreadableError(answer: Answer, { status, message }: GatewayError): Unreadable {
  const isAuth = (status === 401 || status === 403) && !isWebPage(answer);
  const said = message.startsWith('HTTP ') ? message : `HTTP ${status}: ${message}`;
  return { ...unreadable(answer, said), ...(isAuth && { auth: true }) };
}
