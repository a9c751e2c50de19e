/**
 * Opens connections: which addresses are allowed, how long opening may take, that a failure
 * before it is open is told apart from all later ones, and that all of them can be ended at once.
 *
 * Not undici's own connector: the sockets of one that is ended by a signal stay in the signal's list
 * for as long as the signal lives, and without a signal one that is still connecting cannot be ended.
 */
import { type LookupAllOptions, lookup as systemLookup } from 'node:dns';
import { connect as connectTcp, isIP, type LookupFunction, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import type { buildConnector } from 'undici';
import { Members } from '../../algorithms/members.ts';
import { isPublicAddress, isPublicHost } from './public-address.ts';

/** As `lookup` of node:dns, always called with `all`. */
export type Lookup = (
  hostname: string,
  options: LookupAllOptions,
  callback: (
    error: NodeJS.ErrnoException | null,
    addresses: readonly { readonly address: string; readonly family: number }[],
  ) => void,
) => void;

/** No connection was opened, so no part of a request can have been sent. The cause says why. */
export class NeverConnected extends Error {
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
  /** Default: the system's resolver. */
  readonly lookup: Lookup | undefined;
  /** For name, TCP and TLS together. */
  readonly timeoutMs: number;
}

/**
 * Happy Eyeballs gives an address 250 ms by default, which a slow but healthy link can miss on all
 * of them.
 */
const ATTEMPT_TIMEOUT_MS = 1_000;
/** A peer that is gone without a word is found out after this. */
const KEEP_ALIVE_MS = 60_000;
/** Hosts whose TLS session is kept: the next connection opens in one round trip, for less CPU. */
const MOST_SESSIONS = 100;

/** Where to, as undici says it. */
type Target = buildConnector.Options;

export class Connector {
  readonly #publicOnly: boolean;
  readonly #lookup: LookupFunction;
  readonly #timeoutMs: number;
  /** Of TLS, by host and port. */
  readonly #sessions = new Map<string, Buffer>();
  /** Open and still to be opened. */
  readonly #sockets = new Members<Socket>();

  constructor({ publicOnly, lookup = systemLookup, timeoutMs }: ConnectorOptions) {
    this.#publicOnly = publicOnly;
    this.#lookup = checkedLookup(lookup, publicOnly ? isPublicAddress : () => true);
    this.#timeoutMs = timeoutMs;
  }

  /** Calls back once. What comes back ends the connection, also one that is still to be opened. */
  connect(target: Target, callback: buildConnector.Callback): (reason: Error) => void {
    // An address in the URL itself is connected to without any lookup.
    if (this.#publicOnly && !isPublicHost(target.hostname)) {
      const reason = new ClosedAddress(`${target.hostname} is not a public address`);
      callback(new NeverConnected(reason), null);
      return () => undefined;
    }
    const isTls = target.protocol === 'https:';
    const socket = isTls ? this.#tls(target) : connectTcp(this.#tcpOptions(target, 80));
    const remove = this.#sockets.add(socket);
    socket.setKeepAlive(true, KEEP_ALIVE_MS).setNoDelay(true);
    const late = setTimeout(
      () => socket.destroy(new ConnectTimeout(`no connection within ${this.#timeoutMs} ms`)),
      this.#timeoutMs,
    );
    let isOver = false;
    const end = (...ending: Parameters<buildConnector.Callback>): void => {
      isOver = true;
      clearTimeout(late);
      callback(...ending);
    };
    // Every socket closes, most of them with an error of undici's: after it was open.
    const fail = (cause: () => Error): void => {
      if (!isOver) end(new NeverConnected(cause()), null);
    };
    socket
      .once(isTls ? 'secureConnect' : 'connect', () => {
        if (!isOver) end(null, socket);
      })
      .on('error', (error) => fail(() => error))
      .once('close', () => {
        remove();
        fail(() => new Error('the connection was closed while it opened'));
      });
    return (reason) => socket.destroy(reason);
  }

  /** Ends every connection. */
  close(): void {
    for (const socket of this.#sockets) socket.destroy(new Error('the program is closing it'));
  }

  #tcpOptions({ hostname, port }: Target, standardPort: number) {
    return {
      host: hostname,
      port: port === '' ? standardPort : Number(port),
      lookup: this.#lookup,
      autoSelectFamilyAttemptTimeout: ATTEMPT_TIMEOUT_MS,
    };
  }

  #tls(target: Target): Socket {
    const { hostname, port } = target;
    const peer = `${hostname} ${port}`;
    const session = this.#sessions.get(peer);
    const socket = connectTls({
      ...this.#tcpOptions(target, 443),
      // SNI takes host names only, never IP addresses (RFC 6066, section 3).
      servername: isIP(hostname) === 0 ? hostname : '',
      ALPNProtocols: ['http/1.1'],
      ...(session !== undefined && { session }),
    });
    return socket.on('session', (fresh) => {
      this.#sessions.delete(peer);
      this.#sessions.set(peer, fresh);
      const [oldest] = this.#sessions.keys();
      if (this.#sessions.size > MOST_SESSIONS && oldest !== undefined)
        this.#sessions.delete(oldest);
    });
  }
}

/** With undici's code for it. */
class ConnectTimeout extends Error {
  readonly code = 'UND_ERR_CONNECT_TIMEOUT';
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
