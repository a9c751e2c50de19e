/** Answers, and the ways in which one can go wrong between the gateway and its client. */
import { once } from 'node:events';
import type { ServerResponse } from 'node:http';
import { defined } from '../defined.ts';
import type { GatewayName } from '../ids.ts';
import type { Clock } from '../ports/clock.ts';
import type { JsonObject } from '../scene.ts';
import { type ErrorDetails, errorAnswer, type ErrorName } from './answers/errors.ts';
import type { Action } from './faults/script.ts';

export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Uint8Array;
  /** The connection is cut after so many bytes of the body. */
  readonly cutAfter?: number;
  /** The body leaves in portions of so many bytes, with pauses between them. */
  readonly drip?: { readonly bytes: number; readonly pauseMs: number };
}

export const jsonAnswer = (
  status: number,
  body: JsonObject,
  headers: Readonly<Record<string, string>> = {},
): Answer => ({
  status,
  headers: { 'content-type': 'application/json; charset=utf-8', ...headers },
  body: JSON.stringify(body),
});

export function failure(
  gateway: GatewayName,
  name: ErrorName,
  requestId: string,
  details: ErrorDetails = {},
): Answer {
  const { status, body } = errorAnswer(gateway, name, { ...details, requestId });
  return jsonAnswer(status, body, { 'x-request-id': requestId });
}

const PAGE =
  '<!DOCTYPE html><html><head><title>502 Bad Gateway</title></head><body><center><h1>502 Bad Gateway</h1></center></body></html>';

/**
 * What the client gets in the end: an answer, only a reset, or nothing at all for some time
 * and then a reset.
 */
export type Delivery =
  | { readonly kind: 'answer'; readonly answer: Answer; readonly delayMs: number }
  | { readonly kind: 'reset'; readonly delayMs: number };

export interface Fault {
  readonly action: Action;
  readonly rule: string;
}

/**
 * Turns the right answer into what the script makes of it. Actions that change an answer's contents
 * are not its business.
 */
export function deliveryOf(
  right: Answer,
  action: Action | undefined,
  gateway: GatewayName,
  requestId: string,
  nowMs: number,
): Delivery {
  const plainly = (answer: Answer, delayMs = 0): Delivery => ({ kind: 'answer', answer, delayMs });
  switch (action?.fault) {
    case 'reset':
      return { kind: 'reset', delayMs: 0 };
    case 'hang':
      return {
        kind: 'reset',
        delayMs: action.seconds === undefined ? Number.POSITIVE_INFINITY : action.seconds * 1000,
      };
    case 'slow':
      return plainly(right, action.seconds * 1000);
    case 'html':
      return plainly({
        status: action.status ?? 502,
        headers: { 'content-type': 'text/html' },
        body: PAGE,
      });
    case 'truncated-json': {
      const half = Math.floor(right.body.length / 2);
      return plainly(
        action.cut === 'connection'
          ? { ...right, cutAfter: half }
          : { ...right, body: right.body.slice(0, half) },
      );
    }
    case 'error': {
      const { error, status, generation, message, retryAfter } = action;
      const answer = failure(gateway, error, requestId, {
        ...defined({ status, generation, message }),
      });
      if (retryAfter === undefined) return plainly(answer);
      const header =
        typeof retryAfter === 'number'
          ? String(retryAfter)
          : new Date(nowMs + retryAfter.date * 1000).toUTCString();
      return plainly({ ...answer, headers: { ...answer.headers, 'retry-after': header } });
    }
    case 'answer': {
      const { status, headers = {}, json, text } = action;
      const typed = json === undefined ? {} : { 'content-type': 'application/json' };
      return plainly({
        status,
        headers: { ...typed, ...headers },
        body: json === undefined ? (text ?? '') : JSON.stringify(json),
      });
    }
    case undefined:
    case 'submit-shape':
    case 'no-id':
    case 'odd-id':
    case 'edit':
    case 'forgotten':
    case 'links':
    case 'cut':
    case 'drip':
    case 'short':
    case 'zeroed':
    case 'replace':
    case 'content-type':
    case 'redirect':
    case 'expire':
    case 'no-range':
    case 'no-length':
    case 'fate':
      return plainly(right);
  }
}

/**
 * Writes it. Resolves when the answer is out or the connection gone; never rejects. `closing` ends
 * every wait.
 */
export async function send(
  response: ServerResponse,
  delivery: Delivery,
  clock: Clock,
  closing: AbortSignal,
): Promise<void> {
  const gone = new AbortController();
  const leave = (): void => gone.abort();
  response.once('close', leave);
  closing.addEventListener('abort', leave, { once: true });
  // Neither tells twice: the connection may have gone while a slate was drawn.
  if (closing.aborted || response.destroyed) leave();
  try {
    if (delivery.delayMs === Number.POSITIVE_INFINITY) {
      if (!gone.signal.aborted) await once(gone.signal, 'abort');
    } else if (delivery.delayMs > 0) await clock.sleep(delivery.delayMs, gone.signal);
    if (delivery.kind === 'reset' || gone.signal.aborted) {
      response.socket?.resetAndDestroy();
      return;
    }
    const { status, headers, body, cutAfter, drip } = delivery.answer;
    const bytes = typeof body === 'string' ? Buffer.from(body) : body;
    const chunked = headers['transfer-encoding'] === 'chunked';
    response.writeHead(status, {
      ...(chunked ? {} : { 'content-length': String(bytes.length) }),
      ...headers,
    });
    if (drip !== undefined) {
      for (let at = 0; at < bytes.length && !gone.signal.aborted; at += drip.bytes) {
        response.write(bytes.subarray(at, at + drip.bytes));
        await clock.sleep(drip.pauseMs, gone.signal);
      }
      response.end();
      return;
    }
    if (cutAfter === undefined) {
      response.end(bytes);
      return;
    }
    // The part must have left before the reset, or the reset would overtake it.
    await new Promise<void>((resolve) =>
      response.write(bytes.subarray(0, cutAfter), () => resolve()),
    );
    response.socket?.destroy();
  } finally {
    response.off('close', leave);
    closing.removeEventListener('abort', leave);
  }
}
