/**
 * The real {@link Http}, on undici. Loaded with the first request: the import costs as much as a
 * whole `validate`.
 */
import { type LookupAllOptions, lookup as systemLookup } from 'node:dns';
import { setMaxListeners } from 'node:events';
import type { LookupFunction } from 'node:net';
import { Readable } from 'node:stream';
import type * as Undici from 'undici';
import type { Agent, buildConnector, Dispatcher } from 'undici';
import type { Http, HttpRequest, HttpResult } from './http.ts';
import { decodedBody } from './decoded-body.ts';
import { errorCode, networkCode, networkReason } from './network-reason.ts';
import { isPublicAddress, isPublicHost } from './public-address.ts';
import { streamedBody } from './streamed-body.ts';
import { Turns } from './turns.ts';

const DEFAULT_TIMEOUT_MS = 30_000;
const DEFAULT_CONNECT_TIMEOUT_MS = 10_000;

/**
 * Requests that begin in one turn of the event loop: each opens a connection or writes to one, in
 * about half a millisecond.
 */
const MOST_IN_A_TURN = 16;

/** As `lookup` of node:dns, always called with `all`. */
export type Lookup = (
  hostname: string,
  options: LookupAllOptions,
  callback: (
    error: NodeJS.ErrnoException | null,
    addresses: readonly { readonly address: string; readonly family: number }[],
  ) => void,
) => void;

export interface UndiciHttpOptions {
  /** For name, TCP and TLS together. Default 10 s. */
  readonly connectTimeoutMs?: number;
  /** How names become addresses. Default: the system's resolver. */
  readonly lookup?: Lookup;
}

/**
 * Redirects are not followed, proxies named in the environment are not used, no compressed answer is
 * asked for, and one that comes all the same is decoded.
 */
export function undiciHttp(options: UndiciHttpOptions = {}): Http {
  const { connectTimeoutMs: timeoutMs = DEFAULT_CONNECT_TIMEOUT_MS, lookup = systemLookup } =
    options;
  /**
   * Aborted by close(): ends every socket, also one that is still connecting and would keep the
   * process alive.
   */
  const closing = new AbortController();
  const turns = new Turns(MOST_IN_A_TURN);
  setMaxListeners(0, closing.signal);
  /**
   * Keep-alive pools: one for any address and one for public addresses, so that neither borrows the
   * other's sockets.
   */
  const pools = new Map<boolean, Agent>();

  const poolFor = (undici: typeof Undici, publicOnly: boolean): Agent => {
    const known = pools.get(publicOnly);
    if (known !== undefined) return known;
    const connect = openConnector(undici.buildConnector, {
      publicOnly,
      lookup,
      timeoutMs,
      signal: closing.signal,
    });
    const pool = new undici.Agent({ connect });
    pools.set(publicOnly, pool);
    return pool;
  };

  /**
   * undici sees an abort only once the connection is open; here it is an ending at once, also
   * before.
   */
  async function sendPooled(
    undici: typeof Undici,
    url: URL,
    request: HttpRequest,
  ): Promise<HttpResult> {
    const sent = (error: unknown): boolean =>
      !(error instanceof NeverConnected) && errorCode(error) !== 'UND_ERR_INVALID_ARG';
    const exchanged = exchange(poolFor(undici, request.publicOnly === true), url, request, sent);
    const { signal } = request;
    if (signal === undefined) return exchanged;
    let stop: (() => void) | undefined;
    const aborted = new Promise<HttpResult>((resolve) => {
      stop = () => resolve({ kind: 'aborted', sent: true });
      signal.addEventListener('abort', stop, { once: true });
    });
    try {
      return await Promise.race([exchanged, aborted]);
    } finally {
      if (stop !== undefined) signal.removeEventListener('abort', stop);
    }
  }

  async function sendFresh(
    undici: typeof Undici,
    url: URL,
    request: HttpRequest,
  ): Promise<HttpResult> {
    const ending = new AbortController();
    const end = (): void => ending.abort();
    const signals = [closing.signal, ...(request.signal === undefined ? [] : [request.signal])];
    for (const signal of signals) signal.addEventListener('abort', end, { once: true });
    const connect = openConnector(undici.buildConnector, {
      publicOnly: request.publicOnly === true,
      lookup,
      timeoutMs,
      signal: ending.signal,
    });
    let connected = false;
    const client = new undici.Client(url.origin, {
      pipelining: 0,
      connect: (target, callback) => {
        // undici connects again when a socket closes under a waiting request; a request that costs
        // money gets one connection.
        if (connected)
          return callback(new Error('the connection was closed before an answer began'), null);
        connect(target, (...opened) => {
          connected ||= opened[0] === null;
          callback(...opened);
        });
      },
    });
    const exchanged = exchange(client, url, request, () => connected);
    // Graceful: a body that is still being read is read to its end, and then the socket goes.
    const forget = (): void =>
      signals.forEach((signal) => signal.removeEventListener('abort', end));
    client.close().then(forget, forget);
    return exchanged;
  }

  return {
    request: async (request) => {
      if (isAborted(request)) return { kind: 'aborted', sent: false };
      // Hundreds of requests may wait on the one signal of a run.
      if (request.signal !== undefined) setMaxListeners(0, request.signal);
      const url = parseHttpUrl(request.url);
      if (url === undefined)
        return { kind: 'not-sent', reason: 'the address is not an http or https URL' };
      const undici = await import('undici');
      await turns.next();
      if (closing.signal.aborted)
        return { kind: 'not-sent', reason: 'the program is closing its connections' };
      if (isAborted(request)) return { kind: 'aborted', sent: false };
      return request.freshConnection === true
        ? sendFresh(undici, url, request)
        : sendPooled(undici, url, request);
    },
    close: async () => {
      closing.abort();
      // destroy, not close: a socket that waits for its peer would keep the process alive.
      await Promise.allSettled([...pools.values()].map((pool) => pool.destroy()));
    },
  };
}

/** `sent` is asked after a failure: whether anything may have left this machine. */
async function exchange(
  dispatcher: Dispatcher,
  url: URL,
  request: HttpRequest,
  sent: (error: unknown) => boolean,
): Promise<HttpResult> {
  const bodyTimeout = request.bodyTimeoutMs ?? DEFAULT_TIMEOUT_MS;
  try {
    const { statusCode, headers, body } = await dispatcher.request({
      origin: url.origin,
      path: `${url.pathname}${url.search}`,
      method: request.method,
      headers: { ...request.headers },
      headersTimeout: request.headersTimeoutMs ?? DEFAULT_TIMEOUT_MS,
      bodyTimeout,
      ...(request.body !== undefined && { body: asBody(request.body) }),
      ...(request.signal !== undefined && { signal: request.signal }),
    });
    return {
      kind: 'answer',
      status: statusCode,
      ...readable(flatHeaders(headers), body, bodyTimeout),
    };
  } catch (error) {
    if (isAborted(request)) return { kind: 'aborted', sent: sent(error) };
    if (sent(error)) return { kind: 'broken', reason: networkReason(error) };
    const blocked = error instanceof NeverConnected && error.blocked;
    const code = networkCode(error);
    return {
      kind: 'not-sent',
      reason: networkReason(error),
      ...(code !== undefined && { code }),
      ...(blocked && { blocked: true as const }),
    };
  }
}

/** undici takes an async iterable only as a stream; its types know only the latter. */
const asBody = (body: string | AsyncIterable<Uint8Array>): string | Readable =>
  typeof body === 'string' ? body : Readable.from(body, { objectMode: false });

/** What is said of the bytes on the wire: not true of the decoded ones. */
const OF_THE_WIRE = new Set(['content-encoding', 'content-length', 'etag', 'accept-ranges']);

function readable(
  headers: Readonly<Record<string, string>>,
  body: Dispatcher.ResponseData['body'],
  bodyTimeout: number,
): Pick<Extract<HttpResult, { kind: 'answer' }>, 'headers' | 'body'> {
  const decoded = decodedBody(body, headers['content-encoding']);
  if (decoded.kind !== 'decoded') return { headers, body: streamedBody(body, bodyTimeout) };
  return {
    headers: Object.fromEntries(Object.entries(headers).filter(([name]) => !OF_THE_WIRE.has(name))),
    body: streamedBody(decoded.stream, bodyTimeout),
  };
}

const isAborted = ({ signal }: HttpRequest): boolean => signal?.aborted === true;

function parseHttpUrl(text: string): URL | undefined {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  return url?.protocol === 'https:' || url?.protocol === 'http:' ? url : undefined;
}

function flatHeaders(headers: Dispatcher.ResponseData['headers']): Record<string, string> {
  const flat: Record<string, string> = {};
  // Names come in lower case.
  for (const [name, value] of Object.entries(headers))
    if (value !== undefined) flat[name] = Array.isArray(value) ? value.join(', ') : value;
  return flat;
}

/** No connection came to be, so that nothing of a request can have left. The cause says why. */
class NeverConnected extends Error {
  readonly blocked: boolean;

  constructor(cause: Error) {
    super(cause.message, { cause });
    this.name = 'NeverConnected';
    this.blocked = cause instanceof ClosedAddress;
  }
}

/** The address is not on the open internet, and the request was for public addresses only. */
class ClosedAddress extends Error {}

interface ConnectorOptions {
  readonly publicOnly: boolean;
  readonly lookup: Lookup;
  /** For name, TCP and TLS together. */
  readonly timeoutMs: number;
  /** Ends the sockets, also those that are still connecting. */
  readonly signal: AbortSignal;
}

/**
 * Happy Eyeballs gives an address 250 ms by default, which a slow but healthy link can miss on all
 * of them.
 */
const ATTEMPT_TIMEOUT_MS = 1000;

function openConnector(
  build: typeof buildConnector,
  options: ConnectorOptions,
): buildConnector.connector {
  const { publicOnly, lookup, timeoutMs, signal } = options;
  const connect = build({
    timeout: timeoutMs,
    signal,
    autoSelectFamilyAttemptTimeout: ATTEMPT_TIMEOUT_MS,
    lookup: checkedLookup(lookup, publicOnly ? isPublicAddress : () => true),
  });
  return (target, callback) => {
    // An address in the URL itself is connected to without any lookup.
    if (publicOnly && !isPublicHost(target.hostname)) {
      callback(
        new NeverConnected(new ClosedAddress(`${target.hostname} is not a public address`)),
        null,
      );
      return;
    }
    connect(target, (...ending) => {
      if (ending[0] === null) callback(null, ending[1]);
      else callback(new NeverConnected(ending[0]), null);
    });
  };
}

/**
 * A resolver for sockets that gives out only what `allowed` lets pass. The socket connects to the
 * very addresses that were checked: the name server is not asked a second time, when it could
 * answer differently.
 */
const checkedLookup =
  (lookup: Lookup, allowed: (address: string) => boolean): LookupFunction =>
  (hostname, options, callback) => {
    lookup(hostname, { ...options, all: true }, (error, addresses) => {
      if (error !== null) return callback(error, []);
      const open = addresses.filter(({ address }) => allowed(address));
      const [first] = open;
      if (first === undefined)
        return callback(new ClosedAddress(`${hostname} leads to no public address`), []);
      return options.all === true
        ? callback(null, open)
        : callback(null, first.address, first.family);
    });
  };
