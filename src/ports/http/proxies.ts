/**
 * Which proxy a request goes through, by the variables that other programs read too. Pure.
 *
 * As curl and git have it: `https_proxy` is for https and `http_proxy` for http, lower case comes
 * first, `no_proxy` lists exceptions. What never leaves the machine needs no exception.
 */
import { BlockList, isIP } from 'node:net';
import { isLoopbackHost } from './public-address.ts';

export interface Proxy {
  /** Whether it is spoken to over TLS. */
  readonly isTls: boolean;
  readonly host: string;
  readonly port: number;
  /** Value of the header, if the address has a user name. */
  readonly authorization?: string;
  /** For people: without user name and password. */
  readonly shown: string;
}

/** Where a request goes to. An empty port is that of the protocol. */
interface Destination {
  readonly protocol: string;
  readonly hostname: string;
  readonly port: string;
}

/** `undefined`: directly. `problem`: the variable cannot be used; it does not repeat the value. */
export type ProxyFor = (to: Destination) => Proxy | { readonly problem: string } | undefined;

const STANDARD_PORTS: Readonly<Record<string, number>> = { 'http:': 80, 'https:': 443 };

export function proxiesIn(env: Readonly<Record<string, string | undefined>>): ProxyFor {
  const ofHttps = proxyOf(env, 'https_proxy');
  const ofHttp = proxyOf(env, 'http_proxy');
  const isException = exceptionsOf(valueOf(env, 'no_proxy')?.value ?? '');
  return ({ protocol, hostname, port }) => {
    const host = hostname.replace(/^\[(.*)\]$/s, '$1').toLowerCase();
    const number = port === '' ? STANDARD_PORTS[protocol] : Number(port);
    return isLoopbackHost(host) || isException(host, number)
      ? undefined
      : protocol === 'https:'
        ? ofHttps
        : ofHttp;
  };
}

function valueOf(
  env: Readonly<Record<string, string | undefined>>,
  lower: string,
): { readonly variable: string; readonly value: string } | undefined {
  for (const variable of [lower, lower.toUpperCase()]) {
    const value = env[variable]?.trim() ?? '';
    if (value !== '') return { variable, value };
  }
  return undefined;
}

function proxyOf(
  env: Readonly<Record<string, string | undefined>>,
  lower: string,
): Proxy | { readonly problem: string } | undefined {
  const found = valueOf(env, lower);
  if (found === undefined) return undefined;
  const { variable, value } = found;
  const text = value.includes('://') ? value : `http://${value}`;
  if (!URL.canParse(text))
    return { problem: `${variable} is not an address such as http://proxy.example.com:3128` };
  const { protocol, hostname, port, username, password } = new URL(text);
  const standard = STANDARD_PORTS[protocol];
  if (standard === undefined || hostname === '')
    return {
      problem: `${variable} names a proxy of the kind ${protocol.slice(0, -1)}; rushes uses http and https proxies`,
    };
  const number = port === '' ? standard : Number(port);
  const user = `${decoded(username)}:${decoded(password)}`;
  return {
    isTls: protocol === 'https:',
    host: hostname.replace(/^\[(.*)\]$/s, '$1'),
    port: number,
    ...(user !== ':' && { authorization: `Basic ${Buffer.from(user).toString('base64')}` }),
    shown: `${protocol}//${hostname}:${number}`,
  };
}

/** A password may contain a `%` that is not encoded. */
function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

/** `*`, `example.com` and everything below it, `host:8080`, `10.0.0.0/8`. */
function exceptionsOf(text: string): (host: string, port: number | undefined) => boolean {
  const entries = text.split(/[\s,]+/).filter((entry) => entry !== '');
  const networks = new BlockList();
  const names: { readonly name: string; readonly port: number | undefined }[] = [];
  for (const entry of entries) {
    const [network = '', bits] = entry.split('/', 2);
    const family = isIP(network);
    if (bits !== undefined && family !== 0 && /^\d{1,3}$/.test(bits)) {
      if (Number(bits) <= (family === 4 ? 32 : 128))
        networks.addSubnet(network, Number(bits), family === 4 ? 'ipv4' : 'ipv6');
      continue;
    }
    const [, bracketed, plain, port] =
      /^(?:\[([^\]]+)\]|([^:]+|.*:.*:.*?))(?::(\d+))?$/.exec(entry) ?? [];
    const name = (bracketed ?? plain ?? entry).toLowerCase().replace(/^\*?\./, '');
    names.push({ name, port: port === undefined ? undefined : Number(port) });
  }
  return (host, port) => {
    const bare = host.replace(/\.$/, '');
    const family = isIP(bare);
    return (
      (family !== 0 && networks.check(bare, family === 4 ? 'ipv4' : 'ipv6')) ||
      names.some(
        (one) =>
          one.name === '*' ||
          ((one.port === undefined || one.port === port) &&
            (bare === one.name || bare.endsWith(`.${one.name}`))),
      )
    );
  };
}
