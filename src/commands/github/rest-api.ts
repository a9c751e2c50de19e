/** GitHub's REST API with the token of the input. https://docs.github.com/rest */
import { parseRetryAfter } from '../../gateways/answers/retry-after.ts';
import { undiciHttp } from '../../ports/http/undici-http.ts';
import { shortened } from '../../report/text/format.ts';
import type { Io } from '../shared/io.ts';
import { at } from './event.ts';

/** A page of 100 comments of the greatest length, each character three bytes or escaped. */
const MOST_BYTES = 64 * 1024 * 1024;
const MOST_MESSAGE = 200;

export interface RestAnswer {
  /** 0: no answer. */
  readonly status: number;
  /** `undefined` if the answer is not JSON. */
  readonly value: unknown;
  /** Refused for now only: the server names the time, or the quota of this hour is used up. */
  readonly limit?: { readonly retryAfterMs: number | undefined };
  /** There is another page of this list. */
  readonly hasNext?: boolean;
}

export interface RestApi {
  /** Once. `path` begins with `/`, or is a whole address of GitHub's. Never rejects. */
  request(
    method: 'GET' | 'POST' | 'PATCH' | 'PUT',
    path: string,
    body?: unknown,
  ): Promise<RestAnswer>;
  close(): Promise<void>;
}

export function restApi({ env, clock }: Pick<Io, 'env' | 'clock'>, token: string): RestApi {
  const http = undiciHttp({ env });
  const api = env['GITHUB_API_URL'] || 'https://api.github.com';
  return {
    request: async (method, path, body) => {
      const answer = await http.request({
        method,
        url: path.startsWith('/') ? `${api}${path}` : path,
        headers: {
          authorization: `Bearer ${token}`,
          accept: 'application/vnd.github+json',
          'x-github-api-version': '2022-11-28',
          'user-agent': 'rushes',
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
      if (answer.kind !== 'answer') return { status: 0, value: undefined };
      const { status, headers } = answer;
      const { text } = await answer.body.text(MOST_BYTES);
      const hasNext = /;\s*rel="?next"?/i.test(headers['link'] ?? '');
      const limit = limitOf(status, headers, clock.now());
      return { status, value: parsed(text), hasNext, ...(limit === undefined ? {} : { limit }) };
    },
    close: () => http.close(),
  };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** https://docs.github.com/rest/using-the-rest-api/rate-limits-for-the-rest-api, 403 or 429. */
function limitOf(
  status: number,
  headers: Readonly<Record<string, string>>,
  nowMs: number,
): RestAnswer['limit'] {
  const retryAfterMs = parseRetryAfter(headers['retry-after'], nowMs);
  const isUsedUp = headers['x-ratelimit-remaining'] === '0';
  const isLimit =
    status === 429 ||
    status === 503 ||
    (status === 403 && (retryAfterMs !== undefined || isUsedUp));
  if (!isLimit) return undefined;
  const resetMs = Number(headers['x-ratelimit-reset'] ?? Number.NaN) * 1000 - nowMs;
  return { retryAfterMs: retryAfterMs ?? (isUsedUp && resetMs > 0 ? resetMs : undefined) };
}

/** Continues "GitHub …": `answered 403 (Resource not accessible by integration)`. */
export function answerWords({ status, value }: RestAnswer): string {
  if (status === 0) return 'did not answer';
  const message = at(value, ['message']);
  return typeof message === 'string' && message !== ''
    ? `answered ${status} (${shortened(message, MOST_MESSAGE)})`
    : `answered ${status}`;
}
