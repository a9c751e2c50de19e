/** Which bucket, at which address, with whose signature. */
export interface Bucket {
  /** The server's origin, such as `https://s3.eu-central-1.amazonaws.com`; no path. */
  readonly endpoint: URL;
  readonly name: string;
  /** Without slashes at its ends; may be empty. */
  readonly prefix: string;
  readonly region: string;
  /** Whether the bucket's name is part of the host, as AWS requires, or the path's first step. */
  readonly inHost: boolean;
}

export interface Credentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  /** Of temporary credentials, such as those that a workflow gets through OIDC. */
  readonly sessionToken?: string | undefined;
}

/** The address of an object, or of the bucket itself for `undefined`. */
export function urlOf(
  bucket: Bucket,
  object: string | undefined,
  query: Readonly<Record<string, string>> = {},
): string {
  const { endpoint, name, prefix, inHost } = bucket;
  const url = new URL(endpoint);
  if (inHost) url.host = `${name}.${endpoint.host}`;
  const steps = [
    ...(inHost ? [] : [name]),
    ...(object === undefined ? [] : keyIn(prefix, object).split('/')),
  ];
  url.pathname = `/${steps.map(encode).join('/')}`;
  url.search = Object.entries(query)
    .map(([key, value]) => `${encode(key)}=${encode(value)}`)
    .join('&');
  return url.href;
}

/** An object's whole key in its bucket. */
export const keyIn = (prefix: string, object: string): string =>
  prefix === '' ? object : `${prefix}/${object}`;

/** As the signature requires: everything but the unreserved characters of RFC 3986. */
const encode = (text: string): string =>
  encodeURIComponent(text).replace(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
