/**
 * The real {@link Http}, on undici, which is loaded with the first request: most commands send
 * none.
 */
import type { Agent } from 'undici';
import { onAbort } from '../on-abort.ts';
import { Connector, type Lookup, NeverConnected } from './connector.ts';
import { exchange } from './exchange.ts';
import type { Http, HttpRequest, HttpResult } from './http.ts';
import { errorCode } from './network-reason.ts';
import { proxiesIn } from './proxies.ts';
import { Turns } from './turns.ts';
import type * as Undici from './undici-parts.ts';

const DEFAULT_CONNECT_TIMEOUT_MS = 10_000;

/**
 * Requests that begin in one turn of the event loop: each opens a connection or writes to one, in
 * about half a millisecond.
 */
const MOST_IN_A_TURN = 16;

export interface UndiciHttpOptions {
  /** For name, TCP and TLS together. Default 10 s. */
  readonly connectTimeoutMs?: number;
  /** How names become addresses. Default: the system's resolver. */
  readonly lookup?: Lookup;
  /** Whose proxies are used: `HTTPS_PROXY`, `HTTP_PROXY`, `NO_PROXY`. Default: none. */
  readonly env?: Readonly<Record<string, string | undefined>>;
}

/**
 * Redirects are not followed, no compressed answer is asked for, and a compressed answer is still
 * decoded.
 */
export function undiciHttp(options: UndiciHttpOptions = {}): Http {
  const { connectTimeoutMs: timeoutMs = DEFAULT_CONNECT_TIMEOUT_MS, lookup, env = {} } = options;
  const proxyFor = proxiesIn(env);
  let isClosing = false;
  const turns = new Turns(MOST_IN_A_TURN);
  let loading: Promise<typeof Undici> | undefined;
  /**
   * One for any address and one for public addresses: neither borrows what the other has checked.
   */
  const connectors = new Map<boolean, Connector>();
  /** Of connections that are kept, in the same way. */
  const pools = new Map<boolean, Agent>();

  const connectorFor = (publicOnly: boolean): Connector => {
    let connector = connectors.get(publicOnly);
    if (connector === undefined) {
      connector = new Connector({ publicOnly, lookup, proxyFor, timeoutMs });
      connectors.set(publicOnly, connector);
    }
    return connector;
  };

  const poolFor = (undici: typeof Undici, publicOnly: boolean): Agent => {
    let pool = pools.get(publicOnly);
    if (pool === undefined) {
      const connector = connectorFor(publicOnly);
      pool = new undici.Agent({
        connect: (target, callback) => void connector.connect(target, callback),
      });
      pools.set(publicOnly, pool);
    }
    return pool;
  };

  const sendPooled = (undici: typeof Undici, url: URL, request: HttpRequest): Promise<HttpResult> =>
    exchange(
      poolFor(undici, request.publicOnly === true),
      url,
      request,
      (error) => !(error instanceof NeverConnected) && errorCode(error) !== 'UND_ERR_INVALID_ARG',
    );

  function sendFresh(undici: typeof Undici, url: URL, request: HttpRequest): Promise<HttpResult> {
    const connector = connectorFor(request.publicOnly === true);
    let isOpened = false;
    let isOver = false;
    let connected = false;
    let forgetSignal: (() => void) | undefined;
    const client = new undici.Client(url.origin, {
      pipelining: 0,
      connect: (target, callback) => {
        // undici connects again when a socket closes under a waiting request; a request that costs
        // money gets one connection.
        if (isOpened)
          return callback(new Error('the connection was closed before an answer began'), null);
        isOpened = true;
        const end = connector.connect(target, (...opened) => {
          isOver = true;
          forgetSignal?.();
          connected = opened[0] === null;
          callback(...opened);
        });
        // Once it is open, the exchange itself ends it.
        if (request.signal !== undefined && !isOver)
          forgetSignal = onAbort(request.signal, () => end(new Error('it was given up')));
      },
    });
    const exchanged = exchange(client, url, request, () => connected);
    // Graceful: a body that is still being read is read to its end, and then the socket goes.
    client.close(() => undefined);
    return exchanged;
  }

  return {
    request: async (request) => {
      if (isAborted(request)) return { kind: 'aborted', sent: false };
      const url = parseHttpUrl(request.url);
      if (url === undefined)
        return { kind: 'not-sent', reason: 'the address is not an http or https URL' };
      const undici = await (loading ??= import('./undici-parts.ts'));
      await turns.next();
      if (isClosing) return { kind: 'not-sent', reason: 'the program is closing its connections' };
      if (isAborted(request)) return { kind: 'aborted', sent: false };
      return request.freshConnection === true
        ? sendFresh(undici, url, request)
        : sendPooled(undici, url, request);
    },
    close: async () => {
      isClosing = true;
      // A socket that waits for its peer, or is still connecting, would keep the process alive.
      for (const connector of connectors.values()) connector.close();
      await Promise.allSettled([...pools.values()].map((pool) => pool.destroy()));
    },
  };
}

const isAborted = ({ signal }: HttpRequest): boolean => signal?.aborted === true;

function parseHttpUrl(text: string): URL | undefined {
  try {
    const url = new URL(text);
    return url.protocol === 'https:' || url.protocol === 'http:' ? url : undefined;
  } catch {
    return undefined;
  }
}
