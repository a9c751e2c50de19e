/**
 * One request and its answer on a dispatcher of undici. Its own `request` makes a stream, an async
 * iterator and listeners on the signal for each answer; of the hundred bytes of a task's state that
 * is most of the work.
 */
import { Readable } from 'node:stream';
import type { Dispatcher } from 'undici';
import { onAbort } from '../on-abort.ts';
import { decodedBody } from './decoded-body.ts';
import type { HttpRequest, HttpResult } from './http.ts';
import { networkCode, networkReason } from './network-reason.ts';
import { NeverConnected } from './connector.ts';
import { StreamedBody } from './streamed-body.ts';

const DEFAULT_TIMEOUT_MS = 30_000;

/**
 * Never rejects. `sent` is asked after a failure, or without one when the signal aborts: whether
 * anything may have left this machine.
 */
export function exchange(
  dispatcher: Dispatcher,
  url: URL,
  request: HttpRequest,
  sent: (error?: Error) => boolean,
): Promise<HttpResult> {
  const bodyTimeout = request.bodyTimeoutMs ?? DEFAULT_TIMEOUT_MS;
  return new Promise((resolve) => {
    const handler = new Exchange(request.signal, bodyTimeout, sent, resolve);
    dispatcher.dispatch(
      {
        origin: url.origin,
        path: `${url.pathname}${url.search}`,
        method: request.method,
        headers: request.headers,
        headersTimeout: request.headersTimeoutMs ?? DEFAULT_TIMEOUT_MS,
        bodyTimeout,
        ...(request.body !== undefined && { body: asBody(request.body) }),
      },
      handler,
    );
  });
}

/** undici takes an async iterable only as a stream; its types know only the latter. */
const asBody = (body: string | AsyncIterable<Uint8Array>): string | Readable =>
  typeof body === 'string' ? body : Readable.from(body, { objectMode: false });

class Exchange implements Dispatcher.DispatchHandler {
  readonly #bodyTimeoutMs: number;
  readonly #sent: (error?: Error) => boolean;
  readonly #resolve: (result: HttpResult) => void;
  #controller: Dispatcher.DispatchController | undefined;
  #body: StreamedBody | undefined;
  /** Why the caller gave it up. */
  #aborted: Error | undefined;
  #forgetSignal: (() => void) | undefined;

  constructor(
    signal: AbortSignal | undefined,
    bodyTimeoutMs: number,
    sent: (error?: Error) => boolean,
    resolve: (result: HttpResult) => void,
  ) {
    this.#bodyTimeoutMs = bodyTimeoutMs;
    this.#sent = sent;
    this.#resolve = resolve;
    if (signal !== undefined)
      this.#forgetSignal = onAbort(signal, () => this.#abort(asError(signal.reason)));
  }

  /** An ending at once, also while the connection is still to be opened. */
  #abort(reason: Error): void {
    this.#aborted = reason;
    this.#resolve({ kind: 'aborted', sent: this.#sent() });
    this.#body?.end(reason);
    this.#controller?.abort(reason);
  }

  /** Before the first byte leaves; again where undici sends a GET a second time. */
  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.#controller = controller;
    if (this.#aborted !== undefined) controller.abort(this.#aborted);
  }

  onResponseStart(
    controller: Dispatcher.DispatchController,
    status: number,
    headers: Parameters<NonNullable<Dispatcher.DispatchHandler['onResponseStart']>>[2],
  ): void {
    if (status < 200 || this.#aborted !== undefined) return;
    this.#body = new StreamedBody(
      {
        pause: () => controller.pause(),
        resume: () => controller.resume(),
        destroy: (reason) => controller.abort(reason),
      },
      this.#bodyTimeoutMs,
    );
    this.#resolve({
      kind: 'answer',
      status,
      ...readable(flatHeaders(headers), this.#body, this.#bodyTimeoutMs),
    });
  }

  onResponseData(_controller: Dispatcher.DispatchController, chunk: Uint8Array): void {
    this.#body?.push(chunk);
  }

  onResponseEnd(): void {
    this.#end()?.end();
  }

  onResponseError(_controller: Dispatcher.DispatchController, error: Error): void {
    const body = this.#end();
    if (body === undefined) this.#resolve(failed(error, this.#sent(error)));
    else body.end(error);
  }

  /**
   * Lets go of the connection: undici's controller has the headers as they came, and with them the
   * first 64 KiB that were read, for as long as anything has this exchange.
   */
  #end(): StreamedBody | undefined {
    const body = this.#body;
    this.#forgetSignal?.();
    this.#controller = undefined;
    this.#body = undefined;
    return body;
  }
}

const asError = (reason: unknown): Error =>
  reason instanceof Error ? reason : new Error('the exchange was given up');

function failed(error: Error, sent: boolean): HttpResult {
  if (sent) return { kind: 'broken', reason: networkReason(error) };
  const blocked = error instanceof NeverConnected && error.blocked;
  const code = networkCode(error);
  return {
    kind: 'not-sent',
    reason: networkReason(error),
    ...(code !== undefined && { code }),
    ...(blocked && { blocked: true as const }),
  };
}

/** Headers about the bytes on the wire, which do not apply to the decoded ones. */
const OF_THE_WIRE = new Set(['content-encoding', 'content-length', 'etag', 'accept-ranges']);

function readable(
  headers: Readonly<Record<string, string>>,
  body: StreamedBody,
  bodyTimeoutMs: number,
): Pick<Extract<HttpResult, { kind: 'answer' }>, 'headers' | 'body'> {
  const decoded = decodedBody(body, headers['content-encoding'], bodyTimeoutMs);
  if (decoded.kind !== 'decoded') return { headers, body };
  return {
    headers: Object.fromEntries(Object.entries(headers).filter(([name]) => !OF_THE_WIRE.has(name))),
    body: decoded.body,
  };
}

/** Names come in lower case. */
function flatHeaders(
  headers: Readonly<Record<string, string | readonly string[] | undefined>>,
): Record<string, string> {
  const flat: Record<string, string> = {};
  for (const name in headers) {
    const value = headers[name];
    if (value !== undefined) flat[name] = typeof value === 'string' ? value : value.join(', ');
  }
  return flat;
}
