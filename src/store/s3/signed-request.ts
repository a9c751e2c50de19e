/**
 * One signed request to an S3 server, tried again where that can help: bounded tries, growing
 * pauses with a chance in them, `Retry-After` where the server gives one.
 */
import { createHash } from 'node:crypto';
import { AwsV4Signer } from 'aws4fetch';
import { defined } from '../../defined.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Http, HttpRequest, HttpResult } from '../../ports/http/http.ts';
import type { StoreFailure } from '../store.ts';
import { type Bucket, type Credentials, urlOf } from './bucket.ts';
import { codeOf, failureOf, isPassing } from './refusals.ts';

const TRIES = 6;
const FIRST_PAUSE_MS = 400;
const LONGEST_PAUSE_MS = 20_000;
/** An answer's header, or the next piece of a body, takes no longer. */
const SILENCE_MS = 60_000;
const MOST_ERROR_BYTES = 64 * 1024;
const EMPTY_SHA256 = createHash('sha256').digest('hex');

export interface S3Connection {
  readonly bucket: Bucket;
  readonly credentials: Credentials;
  readonly http: Http;
  readonly clock: Clock;
  readonly userAgent: string;
  /** From 0 up to 1, for the pauses. */
  readonly random: () => number;
}

export interface S3Request {
  readonly method: 'GET' | 'HEAD' | 'POST' | 'PUT' | 'DELETE';
  /** Relative to the prefix; absent for the bucket itself. */
  readonly object?: string;
  readonly query?: Readonly<Record<string, string>>;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: S3Body;
  /** What the policy must allow, for the error message. */
  readonly permission: string;
  readonly signal?: AbortSignal | undefined;
}

export interface S3Body {
  /**
   * Of the whole body, sent as the signed `x-amz-content-sha256`: the server refuses a body that
   * does not have it. `x-amz-checksum-sha256` would say the same once more, and Backblaze B2
   * refuses it ("Unsupported header": iterate-ch/cyberduck#16107, io7m-com/exfilac#35, read
   * 2026-11-29).
   */
  readonly sha256: string;
  readonly bytes: number;
  /** From the start again for each try. */
  open(): string | AsyncIterable<Uint8Array>;
}

export const textBody = (text: string): S3Body => ({
  sha256: createHash('sha256').update(text).digest('hex'),
  bytes: Buffer.byteLength(text),
  open: () => text,
});

type S3Answer = Extract<HttpResult, { kind: 'answer' }>;
export type S3Result =
  /** Any 2xx. The body must be read or discarded. */
  | { readonly kind: 'answer'; readonly answer: S3Answer }
  /** 404 for an object. `code` is absent for HEAD, which has no words. */
  | { readonly kind: 'absent' }
  | StoreFailure;

/** `stop`: asked after a failed try, whether another one makes no sense. */
export async function send(
  connection: S3Connection,
  request: S3Request,
  stop: () => boolean = () => false,
): Promise<S3Result> {
  const { bucket, clock } = connection;
  for (let tries = 1; ; tries++) {
    const result = await once(connection, request);
    if (result.kind === 'aborted') return { kind: 'aborted' };
    if (result.kind === 'answer' && result.status >= 200 && result.status < 300)
      return { kind: 'answer', answer: result };
    let failure: StoreFailure;
    let pauseMs = pauseAfter(tries, connection.random());
    if (result.kind === 'answer') {
      const { text } = await result.body.text(MOST_ERROR_BYTES);
      const { status, headers } = result;
      const refusal = { status, headers, code: codeOf(text), permission: request.permission };
      if (status === 404 && request.object !== undefined && refusal.code !== 'NoSuchBucket')
        return { kind: 'absent' };
      failure = failureOf(refusal, bucket, clock.now());
      if (!isPassing(refusal)) return failure;
      const asked = Number(headers['retry-after'] ?? Number.NaN) * 1000;
      if (asked > 0) pauseMs = Math.min(asked, LONGEST_PAUSE_MS);
    } else {
      failure = {
        kind: 'unreachable',
        reason: `${bucket.endpoint.host}: ${result.reason}`,
        remedy: 'Check the network, RUSHES_STORE and AWS_ENDPOINT_URL_S3.',
      };
    }
    if (tries >= TRIES || stop()) return failure;
    await clock.sleep(pauseMs, request.signal);
    if (request.signal?.aborted === true) return { kind: 'aborted' };
  }
}

/**
 * Doubles with each try; between half of it and all of it, so that many do not come back at once.
 */
export const pauseAfter = (tries: number, chance: number): number =>
  Math.min(FIRST_PAUSE_MS * 2 ** (tries - 1), LONGEST_PAUSE_MS) * (0.5 + chance / 2);

async function once(connection: S3Connection, request: S3Request): Promise<HttpResult> {
  const { bucket, credentials, http, clock } = connection;
  const { method, object, query, body, signal } = request;
  const signed = await new AwsV4Signer({
    accessKeyId: credentials.accessKeyId,
    secretAccessKey: credentials.secretAccessKey,
    ...defined({ sessionToken: credentials.sessionToken }),
    method,
    url: urlOf(bucket, object, query),
    headers: { ...request.headers, 'x-amz-content-sha256': body?.sha256 ?? EMPTY_SHA256 },
    service: 's3',
    region: bucket.region,
    datetime: new Date(clock.now()).toISOString().replace(/[:-]|\.\d{3}/g, ''),
    cache: signingKeys(connection),
  }).sign();
  const outgoing: HttpRequest = {
    method,
    url: signed.url.href,
    headers: {
      ...Object.fromEntries(signed.headers as Iterable<[string, string]>),
      'user-agent': connection.userAgent,
      ...(body === undefined ? {} : { 'content-length': `${body.bytes}` }),
    },
    headersTimeoutMs: SILENCE_MS,
    bodyTimeoutMs: SILENCE_MS,
    ...(body === undefined ? {} : { body: body.open() }),
    ...defined({ signal }),
  };
  return http.request(outgoing);
}

/** A day's signing key costs four HMACs; the library keeps it in the given place. */
const keysOf = new WeakMap<S3Connection, Map<string, ArrayBuffer>>();
function signingKeys(connection: S3Connection): Map<string, ArrayBuffer> {
  const known = keysOf.get(connection) ?? new Map<string, ArrayBuffer>();
  keysOf.set(connection, known);
  return known;
}
