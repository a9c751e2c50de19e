/**
 * One exchange of JSON with a gateway: the same for both, and the only place that knows the key.
 */
import type { Http } from '../ports/http/http.ts';
import type { Redact } from '../secrets/redact.ts';
import { VERSION } from '../version.ts';
import { asObject, asText } from './answers/json.ts';
import { parseRetryAfter, retryAfterOfBody } from './answers/retry-after.ts';
import { spoken } from './answers/sanitize.ts';
import { unreachedReason } from './unreached.ts';

export interface Connection {
  readonly http: Http;
  /** May end in a path, which is kept; without a trailing slash. */
  readonly baseUrl: string;
  /** The environment variable that set the base URL; absent for the gateway's own. */
  readonly setBy?: string;
  /** Empty for questions that need none. */
  readonly key: string;
  /** Epoch milliseconds, of this machine. */
  readonly now: () => number;
  /** Told the gateway's own time, epoch milliseconds, whenever a fresh answer states it. */
  readonly heardTime?: (gatewayMs: number) => void;
  readonly redact: Redact;
}

interface Call {
  readonly method: 'GET' | 'POST';
  /** Begins with a slash. */
  readonly path: string;
  /** A text is JSON; a stream says in its headers what it is and how long. */
  readonly body?: string | AsyncIterable<Uint8Array>;
  readonly headers?: Readonly<Record<string, string>>;
  readonly timeoutMs: number;
  /** For what costs money. */
  readonly freshConnection?: boolean;
}

/** A whole set of headers came back. The body may still be unreadable. */
export interface Answer {
  readonly kind: 'answer';
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  /** The parsed body; `undefined` if it is not JSON. */
  readonly json: unknown;
  /** The unchanged body: a cut answer may still be useful. */
  readonly text: string;
  /** Why `json` is missing: empty, cut short, an HTML page, no JSON. */
  readonly unreadable?: string;
  readonly requestId?: string;
  readonly retryAfterMs?: number;
}

export type Exchange =
  | Answer
  | { readonly kind: 'not-sent'; readonly reason: string }
  | { readonly kind: 'broken'; readonly reason: string };

/** Task answers are a few kilobytes, a batch of 50 a few hundred. */
const MAX_ANSWER_BYTES = 4 * 1024 * 1024;

/** Never rejects. Redirects are answers: the key goes to the base URL and nowhere else. */
export async function exchange(
  connection: Connection,
  call: Call,
  signal?: AbortSignal,
): Promise<Exchange> {
  const { http, baseUrl, key, now, redact } = connection;
  const result = await http.request({
    method: call.method,
    url: `${baseUrl}${call.path}`,
    headers: {
      accept: 'application/json',
      // Public questions go without one.
      ...(key !== '' && { authorization: `Bearer ${key}` }),
      // Some proxies compress unless this refuses it; compressed answers are still decoded.
      'accept-encoding': 'identity',
      'user-agent': `rushes/${VERSION}`,
      ...(call.body !== undefined && { 'content-type': 'application/json' }),
      ...call.headers,
    },
    headersTimeoutMs: call.timeoutMs,
    bodyTimeoutMs: call.timeoutMs,
    ...(call.body !== undefined && { body: call.body }),
    ...(call.freshConnection === true && { freshConnection: true }),
    ...(signal !== undefined && { signal }),
  });
  switch (result.kind) {
    case 'not-sent':
      return { kind: 'not-sent', reason: spoken(unreachedReason(result, connection), redact) };
    case 'broken':
      return { kind: 'broken', reason: spoken(result.reason, redact) };
    case 'aborted':
      return { kind: result.sent ? 'broken' : 'not-sent', reason: whyAborted(signal) };
    case 'answer':
  }
  const { status, headers } = result;
  const { text, complete, reason } = await result.body.text(MAX_ANSWER_BYTES);
  const encoding = headers['content-encoding'];
  const parsed = complete
    ? parseJson(text, encoding)
    : { unreadable: `the answer was cut short: ${spoken(reason ?? '', redact)}` };
  const givenId =
    headers['x-request-id'] ?? headers['x-oneapi-request-id'] ?? requestIdIn(parsed.json) ?? '';
  const requestId = givenId === '' ? '' : spoken(givenId, redact);
  const gatewayMs = dateOf(headers);
  if (gatewayMs !== undefined) connection.heardTime?.(gatewayMs);
  // A date is measured against the clock that wrote it: the local one may be hours off.
  const retryAfterMs =
    parseRetryAfter(headers['retry-after'], gatewayMs ?? now()) ?? retryAfterOfBody(parsed.json);
  return {
    kind: 'answer',
    status,
    headers,
    text,
    json: parsed.json,
    ...(parsed.unreadable !== undefined && { unreadable: parsed.unreadable }),
    ...(requestId !== '' && { requestId }),
    ...(retryAfterMs !== undefined && { retryAfterMs }),
  };
}

/** The signal's reason distinguishes a person's stop from the end of a gateway's time. */
const whyAborted = (signal: AbortSignal | undefined): string => {
  const reason: unknown = signal?.reason;
  return reason instanceof DOMException && reason.name === 'TimeoutError'
    ? reason.message
    : 'interrupted';
};

/** The answer's own `Date`; not that of a copy which a cache has kept (`Age`: RFC 9111, 5.1). */
function dateOf(headers: Answer['headers']): number | undefined {
  const ms = headers['age'] === undefined ? Date.parse(headers['date'] ?? '') : Number.NaN;
  return Number.isNaN(ms) ? undefined : ms;
}

const requestIdIn = (json: unknown): string | undefined =>
  asText(asObject(asObject(json)?.['error'])?.['request_id']) ??
  asText(asObject(json)?.['request_id']);

/** `encoding`: one that the port did not know. */
function parseJson(
  text: string,
  encoding: string | undefined,
): { readonly json?: unknown; readonly unreadable?: string } {
  if (text.trim() === '') return { unreadable: 'the answer is empty' };
  if (/^\s*<(?:!doctype|html|\?xml|head|body)/i.test(text))
    return { unreadable: 'the answer is a web page, not JSON' };
  try {
    return { json: JSON.parse(text) as unknown };
  } catch {
    const known = encoding === undefined || /^(?:identity)?$/i.test(encoding.trim());
    return known
      ? { unreadable: 'the answer is not complete JSON' }
      : { unreadable: 'the answer is compressed in a way that this program does not know' };
  }
}
