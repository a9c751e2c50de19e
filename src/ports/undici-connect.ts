/** How {@link undiciHttp} opens a connection: every failure before it is open is marked as such, and addresses are checked where asked. */
import type { LookupAllOptions } from 'node:dns';
import type { LookupFunction } from 'node:net';
import type { buildConnector } from 'undici';
import { isPublicAddress, isPublicHost } from './public-address.ts';

/** As `lookup` of node:dns, always called with `all`. */
export type Lookup = (
  hostname: string,
  options: LookupAllOptions,
  callback: (error: NodeJS.ErrnoException | null, addresses: readonly { readonly address: string; readonly family: number }[]) => void,
) => void;

/** No connection came to be, so that nothing of a request can have left. The cause says why. */
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
  readonly lookup: Lookup;
  /** For name, TCP and TLS together. */
  readonly timeoutMs: number;
  /** Ends the sockets, also those that are still connecting. */
  readonly signal: AbortSignal;
}

/** Happy Eyeballs gives an address 250 ms by default, which a slow but healthy link can miss on all of them. */
const ATTEMPT_TIMEOUT_MS = 1000;

export function openConnector(build: typeof buildConnector, options: ConnectorOptions): buildConnector.connector {
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
      callback(new NeverConnected(new ClosedAddress(`${target.hostname} is not a public address`)), null);
      return;
    }
    connect(target, (...ending) => {
      if (ending[0] === null) callback(null, ending[1]);
      else callback(new NeverConnected(ending[0]), null);
    });
  };
}

/**
 * A resolver for sockets that gives out only what `allowed` lets pass. The socket connects to the very addresses that were
 * checked: the name server is not asked a second time, when it could answer differently.
 */
const checkedLookup =
  (lookup: Lookup, allowed: (address: string) => boolean): LookupFunction =>
  (hostname, options, callback) => {
    lookup(hostname, { ...options, all: true }, (error, addresses) => {
      if (error !== null) return callback(error, []);
      const open = addresses.filter(({ address }) => allowed(address));
      const [first] = open;
      if (first === undefined) return callback(new ClosedAddress(`${hostname} leads to no public address`), []);
      return options.all === true ? callback(null, open) : callback(null, first.address, first.family);
    });
  };
