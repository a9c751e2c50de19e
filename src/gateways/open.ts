/**
 * From keys and base URLs to gateways. A key that is missing is a fact to report, not an error
 * here: a plan needs none.
 */
import { storeSecrets } from '../store/open-store.ts';
import { GATEWAYS, type GatewayName } from '../ids.ts';
import type { Http } from '../ports/http.ts';
import { redactor } from '../redact.ts';
import { knownSecrets } from '../secrets.ts';
import { apimart } from './apimart.ts';
import { evolink } from './evolink.ts';
import type { Gateway } from './gateway.ts';
import type { Connection } from './http.ts';
import { isLoopback } from './loopback.ts';

const OPENERS: Readonly<Record<GatewayName, Opener>> = {
  apimart: {
    open: apimart,
    keyVariable: 'APIMART_API_KEY',
    urlVariable: 'APIMART_BASE_URL',
    baseUrl: 'https://api.apimart.ai',
  },
  evolink: {
    open: evolink,
    keyVariable: 'EVOLINK_API_KEY',
    urlVariable: 'EVOLINK_BASE_URL',
    baseUrl: 'https://api.evolink.ai',
  },
};

interface Opener {
  readonly open: (connection: Connection) => Gateway;
  readonly keyVariable: string;
  readonly urlVariable: string;
  readonly baseUrl: string;
}

export type OpenedGateway =
  | { readonly gateway: Gateway }
  /** Name of the environment variable that holds no key. */
  | { readonly missingKey: string }
  /** A variable that cannot be used as it is; the message never repeats a key. */
  | { readonly badSetting: { readonly variable: string; readonly message: string } };

export interface OpenOptions {
  /**
   * The environment, or a part of it: `APIMART_API_KEY`, `EVOLINK_API_KEY`, `APIMART_BASE_URL`,
   * `EVOLINK_BASE_URL`. Empty means not set.
   */
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly http: Http;
  /** Epoch milliseconds. */
  readonly now: () => number;
}

export function openGateways(options: OpenOptions): ReadonlyMap<GatewayName, OpenedGateway> {
  return new Map(GATEWAYS.map((name) => [name, openOne(OPENERS[name], options)]));
}

/**
 * Where requests of each gateway go: the origin of its base URL, key or not. A gateway whose base
 * URL cannot be used is left out.
 */
export function originsOf(env: OpenOptions['env']): ReadonlyMap<GatewayName, string> {
  return new Map(
    GATEWAYS.flatMap((name) => {
      const { urlVariable, baseUrl } = OPENERS[name];
      const cleaned = cleanBaseUrl(valueOf(env, urlVariable) ?? baseUrl);
      return 'problem' in cleaned ? [] : [[name, new URL(cleaned.url).origin] as const];
    }),
  );
}

/** The gateways' keys and all other secrets of an environment: what a {@link redactor} has to know. */
export const keysIn = (env: OpenOptions['env']): string[] => [
  ...new Set([
    ...GATEWAYS.flatMap((name) => valueOf(env, OPENERS[name].keyVariable) ?? []),
    ...storeSecrets(env),
    ...knownSecrets(env).map(({ value }) => value),
  ]),
];

function openOne(
  { open, keyVariable, urlVariable, baseUrl: official }: Opener,
  { env, http, now }: OpenOptions,
): OpenedGateway {
  const baseUrl = cleanBaseUrl(valueOf(env, urlVariable) ?? official);
  if ('problem' in baseUrl)
    return { badSetting: { variable: urlVariable, message: baseUrl.problem } };
  const key = valueOf(env, keyVariable);
  if (key === undefined) return { missingKey: keyVariable };
  // A key goes into a header. One that was pasted with a line break inside would make every request
  // fail for a reason that is not shown.
  if (!/^[\x21-\x7e]+$/.test(key)) {
    return {
      badSetting: {
        variable: keyVariable,
        message: 'holds a space, a line break or another character that no key has',
      },
    };
  }
  let aheadMs: number | undefined;
  const gateway = open({
    http,
    baseUrl: baseUrl.url,
    key,
    now,
    heardTime: (gatewayMs) => (aheadMs = now() - gatewayMs),
    redact: redactor(keysIn(env)),
  });
  return { gateway: { ...gateway, clockAheadMs: () => aheadMs } };
}

/** The value without the white space that secrets stores like to add, or `undefined` for none. */
function valueOf(env: OpenOptions['env'], variable: string): string | undefined {
  const value = env[variable]?.trim();
  return value === '' ? undefined : value;
}

function cleanBaseUrl(text: string): { readonly url: string } | { readonly problem: string } {
  if (!URL.canParse(text)) return { problem: 'is no URL; it looks like https://api.example.com' };
  const url = new URL(text);
  if (url.protocol !== 'https:' && url.protocol !== 'http:')
    return { problem: 'must begin with https://' };
  if (url.username !== '' || url.password !== '')
    return { problem: 'must not hold a user name or password' };
  if (url.search !== '' || url.hash !== '')
    return { problem: 'must end with the host or a path, without "?" or "#"' };
  if (url.protocol === 'http:' && !isLoopback(text))
    return {
      problem:
        'must begin with https://, because the key is sent there; plain http is for this machine only',
    };
  return { url: `${url.origin}${url.pathname}`.replace(/\/+$/, '') };
}
