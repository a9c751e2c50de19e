/**
 * The store that RUSHES_STORE names. Only the environment can name one: it decides where
 * credentials go, and a manifest comes from pull requests.
 */
import { fileURLToPath } from 'node:url';
import type { Clock } from '../ports/clock.ts';
import type { Http } from '../ports/http/http.ts';
import { folderStore } from './folder-store.ts';
import type { Bucket, Credentials } from './s3/bucket.ts';
import type { Store } from './store.ts';

type Env = Readonly<Record<string, string | undefined>>;

export type OpenedStore =
  | { readonly kind: 'none' }
  | { readonly kind: 'open'; readonly store: Store }
  /** `misconfigured`: exit 69; `no-credentials`: exit 77. */
  | {
      readonly kind: 'misconfigured' | 'no-credentials';
      readonly problem: string;
      readonly remedy: string;
    };

export interface OpenStoreOptions {
  readonly env: Env;
  readonly http: Http;
  readonly clock: Clock;
  readonly userAgent: string;
  /** Default `Math.random`. */
  readonly random?: () => number;
}

/** The variables that hold secrets, for redaction. */
const SECRET_VARIABLES = ['AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY', 'AWS_SESSION_TOKEN'];

export const storeSecrets = (env: Env): string[] =>
  SECRET_VARIABLES.flatMap((name) => env[name]?.trim() || []);

const EXAMPLES = 'Set RUSHES_STORE to s3://bucket/prefix or file:///absolute/folder.';

/** Reaches nothing yet: see {@link Store.reach}. */
export async function openStore(options: OpenStoreOptions): Promise<OpenedStore> {
  const text = options.env['RUSHES_STORE']?.trim() ?? '';
  if (text === '') return { kind: 'none' };
  const scheme = /^([a-z][a-z0-9+.-]*):/i.exec(text)?.[1]?.toLowerCase();
  if (scheme === 'file') return openFolder(text, options);
  if (scheme === 's3') return openBucket(text, options);
  return misconfigured(
    scheme === undefined
      ? 'RUSHES_STORE is not an address'
      : `RUSHES_STORE has the unknown scheme ${scheme}:`,
    EXAMPLES,
  );
}

function openFolder(text: string, { clock }: OpenStoreOptions): OpenedStore {
  try {
    // `file:folder` would be read as `/folder`, which is not what was meant.
    if (!text.startsWith('file://')) throw new TypeError('not absolute');
    const url = new URL(text);
    if (url.search !== '' || url.hash !== '') throw new TypeError('has a query');
    const root = fileURLToPath(url);
    return { kind: 'open', store: folderStore(url.href, root, () => clock.now()) };
  } catch {
    return misconfigured(
      'RUSHES_STORE is not the address of a folder on this machine',
      'Write it with three slashes and the absolute path: file:///absolute/folder.',
    );
  }
}

const BUCKET_NAME = /^[A-Za-z0-9][A-Za-z0-9._-]{1,61}[A-Za-z0-9]$/;

async function openBucket(text: string, options: OpenStoreOptions): Promise<OpenedStore> {
  const { env } = options;
  const [, name = '', path = ''] = /^s3:\/\/([^/]*)(.*)$/i.exec(text) ?? [];
  // Not shown: a text that has the form of `user:secret@host` may hold one.
  if (!BUCKET_NAME.test(name))
    return misconfigured('RUSHES_STORE does not name a bucket', EXAMPLES);
  const prefix = path.replace(/^\/+|\/+$/g, '');
  if (!isPrefix(prefix))
    return misconfigured('the prefix in RUSHES_STORE has an empty, "." or ".." step', EXAMPLES);

  const named = filled(env, 'AWS_ENDPOINT_URL_S3') ?? filled(env, 'AWS_ENDPOINT_URL');
  const endpoint = named === undefined ? undefined : parseEndpoint(named);
  if (named !== undefined && endpoint === undefined)
    return misconfigured(
      'AWS_ENDPOINT_URL_S3 is not the address of a server',
      'Set it to an origin without a path, such as https://<account>.r2.cloudflarestorage.com.',
    );
  const region =
    filled(env, 'AWS_REGION') ??
    filled(env, 'AWS_DEFAULT_REGION') ??
    (endpoint === undefined ? undefined : regionOf(endpoint));
  if (region === undefined)
    return misconfigured(
      'RUSHES_STORE names a bucket of AWS and no region is set',
      'Set AWS_REGION to the region of the bucket (or AWS_ENDPOINT_URL_S3 for another service).',
    );
  if (!/^[a-z0-9-]{1,40}$/i.test(region))
    return misconfigured('AWS_REGION is not a region', 'Set it to one such as eu-central-1.');

  const credentials = readCredentials(env);
  if (typeof credentials === 'string')
    return {
      kind: 'no-credentials',
      problem: `RUSHES_STORE names a bucket and ${credentials} is not set`,
      remedy: `Set ${credentials} (in GitHub Actions: aws-actions/configure-aws-credentials sets it).`,
    };

  const bucket: Bucket = {
    endpoint: endpoint ?? new URL(awsEndpoint(region)),
    name,
    prefix,
    region,
    // A dot in the name does not fit under the certificate of *.s3.<region>.amazonaws.com.
    inHost: endpoint === undefined && /^[a-z0-9-]+$/.test(name),
  };
  const { s3Store } = await import('./s3/s3-store.ts');
  const address = prefix === '' ? `s3://${name}` : `s3://${name}/${prefix}`;
  const { http, clock, userAgent, random = Math.random } = options;
  return {
    kind: 'open',
    store: s3Store(address, { bucket, credentials, http, clock, userAgent, random }),
  };
}

/** The credentials, or the name of the variable that is missing. */
function readCredentials(env: Env): Credentials | string {
  const accessKeyId = filled(env, 'AWS_ACCESS_KEY_ID');
  if (accessKeyId === undefined) return 'AWS_ACCESS_KEY_ID';
  const secretAccessKey = filled(env, 'AWS_SECRET_ACCESS_KEY');
  if (secretAccessKey === undefined) return 'AWS_SECRET_ACCESS_KEY';
  return { accessKeyId, secretAccessKey, sessionToken: filled(env, 'AWS_SESSION_TOKEN') };
}

/** An empty variable is one that is not set: workflows hand on secrets that are not there so. */
function filled(env: Env, name: string): string | undefined {
  const value = env[name]?.trim();
  return value === undefined || value === '' ? undefined : value;
}

function parseEndpoint(text: string): URL | undefined {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || (url.protocol !== 'https:' && url.protocol !== 'http:'))
    return undefined;
  const isOrigin =
    url.username === '' &&
    url.password === '' &&
    url.pathname === '/' &&
    url.search === '' &&
    url.hash === '';
  return isOrigin ? url : undefined;
}

/** R2 has one region, B2 has it in its host, and MinIO answers to the first one of AWS. */
function regionOf({ hostname }: URL): string {
  if (hostname.endsWith('.r2.cloudflarestorage.com')) return 'auto';
  const backblaze = /^s3\.([a-z0-9-]+)\.backblazeb2\.com$/.exec(hostname)?.[1];
  return backblaze ?? 'us-east-1';
}

const awsEndpoint = (region: string): string =>
  `https://s3.${region}.amazonaws.com${region.startsWith('cn-') ? '.cn' : ''}`;

/** Control characters and backslashes are never meant, and `..` would leave the prefix. */
const isPrefix = (prefix: string): boolean =>
  prefix === '' ||
  prefix
    .split('/')
    .every((step) => step !== '' && step !== '.' && step !== '..' && !/[\p{Cc}\\]/u.test(step));

const misconfigured = (problem: string, remedy: string): OpenedStore => ({
  kind: 'misconfigured',
  problem,
  remedy,
});
