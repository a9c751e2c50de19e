/**
 * Opens connections, directly or through a proxy: which addresses are allowed, how long opening may
 * take, that a failure before it is open is told apart from all later ones, and that all of them
 * can be ended at once.
 *
 * Not undici's own connector: the sockets of one that is ended by a signal stay in the signal's
 * list for as long as the signal lives, and without a signal one that is still connecting cannot be
 * ended. undici's agent for proxies connects with that one, and its errors do not tell whether the
 * tunnel was open.
 */
import { request as httpRequest } from 'node:http';
import { type LookupAllOptions, lookup as systemLookup } from 'node:dns';
import { connect as connectTcp, isIP, type LookupFunction, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import type { buildConnector } from 'undici';
import { Members } from '../../algorithms/members.ts';
import { networkReason } from './network-reason.ts';
import type { Proxy, ProxyFor } from './proxies.ts';
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
  readonly proxyFor: ProxyFor;
  /** For name, TCP, proxy and TLS together. */
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
  readonly #proxyLookup: LookupFunction;
  readonly #proxyFor: ProxyFor;
  readonly #timeoutMs: number;
  /** Of TLS, by host and port. */
  readonly #sessions = new Map<string, Buffer>();
  /** Open and still to be opened. */
  readonly #sockets = new Members<Socket>();

  constructor({ publicOnly, lookup = systemLookup, proxyFor, timeoutMs }: ConnectorOptions) {
    this.#publicOnly = publicOnly;
    this.#lookup = checkedLookup(lookup, publicOnly ? isPublicAddress : () => true);
    // The operator of this machine names it: it may be in the local network.
    this.#proxyLookup = checkedLookup(lookup, () => true);
    this.#proxyFor = proxyFor;
    this.#timeoutMs = timeoutMs;
  }

  /** Calls back once. What comes back ends the connection, also one that is still to be opened. */
  connect(target: Target, callback: buildConnector.Callback): (reason: Error) => void {
    // An address in the URL itself is connected to without any lookup. A name behind a proxy is
    // looked up there, and it decides what it connects to.
    if (this.#publicOnly && !isPublicHost(target.hostname)) {
      const reason = new ClosedAddress(`${target.hostname} is not a public address`);
      callback(new NeverConnected(reason), null);
      return () => undefined;
    }
    const proxy = this.#proxyFor(target);
    if (proxy !== undefined && 'problem' in proxy) {
      callback(new NeverConnected(new Error(proxy.problem)), null);
      return () => undefined;
    }
    const isTls = target.protocol === 'https:';
    let socket: Socket | undefined;
    const late = setTimeout(
      () => socket?.destroy(new ConnectTimeout(`no connection within ${this.#timeoutMs} ms`)),
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
      if (!isOver)
        end(new NeverConnected(proxy === undefined ? cause() : throughProxy(proxy, cause())), null);
    };
    const hold = <Kind extends Socket>(opening: Kind): Kind => {
      socket = opening;
      const remove = this.#sockets.add(opening);
      opening
        .on('error', (error) => fail(() => error))
        .once('close', () => {
          remove();
          fail(() => new Error('the connection was closed while it opened'));
        });
      return opening;
    };
    const whenOpen = (opening: Socket, event: 'connect' | 'secureConnect'): void => {
      opening.once(event, () => {
        if (!isOver) end(null, opening);
      });
    };
    if (proxy === undefined) {
      const direct = hold(isTls ? this.#tls(target) : connectTcp(this.#tcpOptions(target, 80)));
      direct.setKeepAlive(true, KEEP_ALIVE_MS).setNoDelay(true);
      whenOpen(direct, isTls ? 'secureConnect' : 'connect');
    } else {
      const toProxy = hold(this.#toProxy(proxy));
      toProxy.setKeepAlive(true, KEEP_ALIVE_MS).setNoDelay(true);
      askForTunnel(toProxy, proxy, authorityOf(target), (problem) => {
        if (problem !== undefined) {
          fail(() => problem);
          toProxy.destroy();
        } else if (isOver) toProxy.destroy();
        else if (isTls) {
          const inside = hold(this.#tls(target, toProxy));
          inside.once('close', () => toProxy.destroy());
          whenOpen(inside, 'secureConnect');
        } else end(null, toProxy);
      });
    }
    return (reason) => socket?.destroy(reason);
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

  #toProxy({ isTls, host, port }: Proxy): Socket {
    const options = {
      host,
      port,
      lookup: this.#proxyLookup,
      autoSelectFamilyAttemptTimeout: ATTEMPT_TIMEOUT_MS,
    };
    return isTls
      ? connectTls({ ...options, servername: isIP(host) === 0 ? host : '' })
      : connectTcp(options);
  }

  /** `tunnel`: the way there through a proxy. */
  #tls(target: Target, tunnel?: Socket): Socket {
    const { hostname, port } = target;
    const peer = `${hostname} ${port}`;
    const session = this.#sessions.get(peer);
    const socket = connectTls({
      ...this.#tcpOptions(target, 443),
      // SNI takes host names only, never IP addresses (RFC 6066, section 3).
      servername: isIP(hostname) === 0 ? hostname : '',
      ALPNProtocols: ['http/1.1'],
      ...(tunnel !== undefined && { socket: tunnel }),
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

/** Asks a proxy for a way to `authority`. Calls back once: without a problem, the way is open. */
function askForTunnel(
  socket: Socket,
  { authorization }: Proxy,
  authority: string,
  callback: (problem?: Error) => void,
): void {
  const asked = httpRequest({
    createConnection: () => socket,
    method: 'CONNECT',
    path: authority,
    headers: {
      host: authority,
      ...(authorization !== undefined && { 'proxy-authorization': authorization }),
    },
  });
  let isAnswered = false;
  asked.once('connect', ({ statusCode = 0, statusMessage = '' }, _socket, head) => {
    isAnswered = true;
    if (statusCode < 200 || statusCode > 299)
      return callback(new Error(refusalOf(statusCode, statusMessage)));
    if (head.length > 0) socket.unshift(head);
    callback();
  });
  asked.on('error', (error) => {
    if (!isAnswered) callback(error);
    isAnswered = true;
  });
  asked.end();
}

const refusalOf = (status: number, text: string): string =>
  status === 407
    ? 'it asks for a user name and password (407); write them into its address, http://user:password@host:port'
    : `it refuses the connection (${`${status} ${text}`.trim()})`;

const authorityOf = ({ protocol, hostname, port }: Target): string => {
  const host = isIP(hostname) === 6 ? `[${hostname}]` : hostname;
  return `${host}:${port === '' ? (protocol === 'https:' ? 443 : 80) : port}`;
};

/** Without a code: what is said of hosts does not hold for the proxy. */
function throughProxy({ shown }: Proxy, cause: Error): Error {
  const isCertificate = 'code' in cause && /CERT|ISSUER|SIGNATURE/.test(String(cause.code));
  return new Error(
    `through the proxy ${shown}: ${networkReason(cause)}${isCertificate ? '; if the proxy opens TLS connections, name its certificate in NODE_EXTRA_CA_CERTS' : ''}`,
  );
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
