/**
 * From keys and base URLs to gateways. A key that is missing is a fact to report, not an error
 * here: a plan needs none.
 */
import { storeSecrets } from '../store/open-store.ts';
import { GATEWAYS, type GatewayName } from '../ids.ts';
import type { Http } from '../ports/http/http.ts';
import { redactor } from '../secrets/redact.ts';
import { knownSecrets } from '../secrets/find-secrets.ts';
import { apimart } from './apimart.ts';
import { evolink } from './evolink.ts';
import type { Gateway } from './gateway.ts';
import { accountMark, type FilesAccess } from './uploads/account.ts';
import { hiddenLinks } from './uploads/hidden-links.ts';
import type { Connection } from './http.ts';
import { isLoopback } from './loopback.ts';

const OPENERS: Readonly<Record<GatewayName, Opener>> = {
  apimart: {
    open: apimart,
    keyVariable: 'APIMART_API_KEY',
    urlVariable: 'APIMART_BASE_URL',
    baseUrl: 'https://api.apimart.ai',
    site: { urlVariable: 'APIMART_SITE_URL', baseUrl: 'https://apimart.ai' },
  },
  evolink: {
    open: evolink,
    keyVariable: 'EVOLINK_API_KEY',
    urlVariable: 'EVOLINK_BASE_URL',
    baseUrl: 'https://api.evolink.ai',
    files: { urlVariable: 'EVOLINK_FILES_BASE_URL', baseUrl: 'https://files-api.evolink.ai' },
  },
};

interface Opener {
  readonly open: (connection: Connection, files: FilesAccess) => Gateway;
  readonly keyVariable: string;
  readonly urlVariable: string;
  readonly baseUrl: string;
  /** Of a file service on a separate host. */
  readonly files?: { readonly urlVariable: string; readonly baseUrl: string };
  /** Of a public web site that has the prices. */
  readonly site?: { readonly urlVariable: string; readonly baseUrl: string };
}

export type OpenedGateway =
  | { readonly gateway: Gateway }
  /** Name of the environment variable that holds no key. */
  | { readonly missingKey: string }
  /** A variable whose value is not usable; the message never repeats a key. */
  | { readonly badSetting: { readonly variable: string; readonly message: string } };

export interface OpenOptions {
  /**
   * The environment, or a part of it: `APIMART_API_KEY`, `EVOLINK_API_KEY`, `APIMART_BASE_URL`,
   * `EVOLINK_BASE_URL`, `EVOLINK_FILES_BASE_URL`. Empty means not set.
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

/**
 * Whose files an upload would be among, as {@link Uploads.account} has it. A gateway without a key,
 * or whose file service has no address, is left out.
 */
export function uploadAccounts(env: OpenOptions['env']): ReadonlyMap<GatewayName, string> {
  return new Map(
    GATEWAYS.flatMap((name) => {
      const { keyVariable, urlVariable, baseUrl, files } = OPENERS[name];
      const given = valueOf(env, urlVariable);
      const key = valueOf(env, keyVariable);
      const url =
        files === undefined
          ? cleanBaseUrl(given ?? baseUrl)
          : filesUrlOf(files, given !== undefined, env);
      return key === undefined || !('url' in url)
        ? []
        : [[name, accountMark({ baseUrl: url.url, key })] as const];
    }),
  );
}

/** The gateways' keys and all other secrets of an environment, as input of a {@link redactor}. */
export const keysIn = (env: OpenOptions['env']): string[] => [
  ...new Set([
    ...GATEWAYS.flatMap((name) => valueOf(env, OPENERS[name].keyVariable) ?? []),
    ...storeSecrets(env),
    ...knownSecrets(env).map(({ value }) => value),
  ]),
];

function openOne(
  { open, keyVariable, urlVariable, baseUrl: official, files }: Opener,
  { env, http, now }: OpenOptions,
): OpenedGateway {
  const baseUrl = cleanBaseUrl(valueOf(env, urlVariable) ?? official);
  if ('problem' in baseUrl)
    return { badSetting: { variable: urlVariable, message: baseUrl.problem } };
  const filesUrl =
    files === undefined ? baseUrl : filesUrlOf(files, valueOf(env, urlVariable) !== undefined, env);
  if ('badSetting' in filesUrl) return filesUrl;
  const key = valueOf(env, keyVariable);
  if (key === undefined) return { missingKey: keyVariable };
  // A key goes into a header. One that was pasted with a line break inside would make every request
  // fail for a reason that is not shown.
  if (!/^[\x21-\x7e]+$/.test(key)) {
    return {
      badSetting: {
        variable: keyVariable,
        message: 'contains a space, a line break or another character that no key has',
      },
    };
  }
  let aheadMs: number | undefined;
  const links = hiddenLinks(redactor(keysIn(env)));
  const connection: Connection = {
    http,
    baseUrl: baseUrl.url,
    ...setBy(env, urlVariable),
    key,
    now,
    heardTime: (gatewayMs) => (aheadMs = now() - gatewayMs),
    redact: links.redact,
  };
  const gateway = open(
    connection,
    'remedy' in filesUrl
      ? filesUrl
      : {
          ...connection,
          baseUrl: filesUrl.url,
          ...(files === undefined ? {} : setBy(env, files.urlVariable)),
          hide: links.hide,
        },
  );
  return { gateway: { ...gateway, clockAheadMs: () => aheadMs } };
}

/**
 * Where requests go elsewhere (a proxy, a test), the place of files must be set too: the key would
 * reach the real service otherwise.
 */
function filesUrlOf(
  files: NonNullable<Opener['files']>,
  isMoved: boolean,
  env: OpenOptions['env'],
):
  | { readonly url: string }
  | { readonly remedy: string }
  | Extract<OpenedGateway, { readonly badSetting: unknown }> {
  const { urlVariable, baseUrl } = files;
  const given = valueOf(env, urlVariable);
  if (given === undefined && isMoved) return { remedy: `set ${urlVariable}` };
  const cleaned = cleanBaseUrl(given ?? baseUrl);
  return 'problem' in cleaned
    ? { badSetting: { variable: urlVariable, message: cleaned.problem } }
    : cleaned;
}

/** For questions that cost nothing. */
export interface FreeConnections {
  /** Name of the environment variable that holds no key. */
  readonly keyed: Connection | { readonly missingKey: string };
  /** The same host, without the key. */
  readonly open: Connection;
  /** The web site, without the key; it moves with the gateway. */
  readonly site: Connection;
}

export function freeConnections(
  name: GatewayName,
  { env, http, now }: OpenOptions,
): FreeConnections | Extract<OpenedGateway, { readonly badSetting: unknown }> {
  const { keyVariable, urlVariable, baseUrl, site } = OPENERS[name];
  const given = valueOf(env, urlVariable);
  const api = cleanBaseUrl(given ?? baseUrl);
  if ('problem' in api) return { badSetting: { variable: urlVariable, message: api.problem } };
  const siteVariable = site?.urlVariable ?? urlVariable;
  const web = cleanBaseUrl(valueOf(env, siteVariable) ?? given ?? site?.baseUrl ?? baseUrl);
  if ('problem' in web) return { badSetting: { variable: siteVariable, message: web.problem } };
  const key = valueOf(env, keyVariable);
  const open: Connection = {
    http,
    now,
    key: '',
    baseUrl: api.url,
    ...setBy(env, urlVariable),
    redact: redactor(keysIn(env)),
  };
  return {
    keyed: key === undefined ? { missingKey: keyVariable } : { ...open, key },
    open,
    site: { ...open, baseUrl: web.url },
  };
}

const setBy = (env: OpenOptions['env'], variable: string): { readonly setBy?: string } =>
  valueOf(env, variable) === undefined ? {} : { setBy: variable };

/** The value without the white space that secrets stores like to add, or `undefined` for none. */
function valueOf(env: OpenOptions['env'], variable: string): string | undefined {
  const value = env[variable]?.trim();
  return value === '' ? undefined : value;
}

function cleanBaseUrl(text: string): { readonly url: string } | { readonly problem: string } {
  if (!URL.canParse(text))
    return { problem: 'is not a URL; it looks like https://api.example.com' };
  const url = new URL(text);
  if (url.protocol !== 'https:' && url.protocol !== 'http:')
    return { problem: 'must begin with https://' };
  if (url.username !== '' || url.password !== '')
    return { problem: 'must not contain a user name or password' };
  if (url.search !== '' || url.hash !== '')
    return { problem: 'must end with the host or a path, without "?" or "#"' };
  if (url.protocol === 'http:' && !isLoopback(text))
    return {
      problem:
        'must begin with https://, because the key is sent there; plain http is for this machine only',
    };
  return { url: `${url.origin}${url.pathname}`.replace(/\/+$/, '') };
}
