/** Why a request did not reach its gateway, and the one thing to look at. */
import type { HttpResult } from '../ports/http/http.ts';

type NotSent = Extract<HttpResult, { readonly kind: 'not-sent' }>;

export interface GatewayAddress {
  readonly baseUrl: string;
  /** The environment variable that set it; absent for the gateway's own address. */
  readonly setBy?: string;
}

/** System codes that come from this machine's side: no network, no name server, no route. */
const NO_NETWORK: ReadonlySet<string> = new Set([
  'EAI_AGAIN',
  'ENETDOWN',
  'ENETUNREACH',
  'EHOSTUNREACH',
]);

/** `the connection was refused (ECONNREFUSED): nothing listens at http://127.0.0.1:9, check …`. */
export function unreachedReason({ reason, code = '' }: NotSent, address: GatewayAddress): string {
  const look = whereToLook(code, address);
  return look === undefined ? reason : `${reason}: ${look}`;
}

function whereToLook(code: string, { baseUrl, setBy }: GatewayAddress): string | undefined {
  const { host, origin } = new URL(baseUrl);
  if (NO_NETWORK.has(code)) return 'check the network of this machine';
  if (code === 'ENOTFOUND')
    return setBy === undefined
      ? 'check the network of this machine'
      : `there is no host ${host}, check ${setBy}`;
  if (code === 'ECONNREFUSED')
    return setBy === undefined
      ? `${host} is down, try again later`
      : `nothing listens at ${origin}, check ${setBy}`;
  if (code === 'ETIMEDOUT' || code === 'UND_ERR_CONNECT_TIMEOUT')
    return setBy === undefined
      ? `${host} is down or cut off, try again later`
      : `${host} does not answer, check ${setBy}`;
  return undefined;
}
