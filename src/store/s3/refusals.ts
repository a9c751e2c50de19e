/**
 * What an S3 server's error means: its own codes in the words of this program. Names of codes:
 * https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html, read 2026-11-28.
 */
import type { StoreFailure } from '../store.ts';
import type { Bucket } from './bucket.ts';

export interface Refusal {
  readonly status: number;
  /** The server's own word, such as `AccessDenied`; absent if it sent none (HEAD). */
  readonly code: string | undefined;
  readonly headers: Readonly<Record<string, string>>;
  /** What was asked for, such as `s3:PutObject`. */
  readonly permission: string;
}

/** `<Code>` of an error document. The rest of it is the server's own prose and is not repeated. */
export const codeOf = (xml: string): string | undefined =>
  /<Code>([A-Za-z0-9]{1,64})<\/Code>/.exec(xml)?.[1];

const AGAIN: ReadonlySet<string> = new Set([
  'SlowDown',
  'InternalError',
  'ServiceUnavailable',
  'RequestTimeout',
  'OperationAborted',
  // The bytes were changed on their way: our own hash of them was right.
  'XAmzContentSHA256Mismatch',
  'BadDigest',
  'IncompleteBody',
]);

/** Whether the same request may well succeed a moment later. */
export const isPassing = ({ status, code }: Pick<Refusal, 'status' | 'code'>): boolean =>
  (code !== undefined && AGAIN.has(code)) ||
  status === 429 ||
  (status >= 500 && status !== 501 && status !== 507);

/**
 * A 2xx without what every S3 server sends with it, such as the login page of a network: nothing
 * was found out, and nothing was stored.
 */
export const notS3 = ({ endpoint }: Bucket): StoreFailure => ({
  kind: 'unreachable',
  reason: `${endpoint.host} answers, but not as an S3 server`,
  remedy: 'Check AWS_ENDPOINT_URL_S3, and whether the network asks for a login.',
});

/** `nowMs`: this machine's clock, to compare with the server's. */
export function failureOf(refusal: Refusal, bucket: Bucket, nowMs: number): StoreFailure {
  const { status, code, headers, permission } = refusal;
  const said = code === undefined ? `${status}` : `${status} ${code}`;
  const denied = (reason: string, remedy: string): StoreFailure => ({
    kind: 'denied',
    reason: `${reason} (${said})`,
    remedy,
  });
  const region = headers['x-amz-bucket-region'];
  switch (code) {
    case 'RequestTimeTooSkewed': {
      const theirs = Date.parse(headers['date'] ?? '');
      const minutes = Math.round(Math.abs(nowMs - theirs) / 60_000);
      // The header may be that of a proxy whose clock is right.
      const off = minutes >= 15 ? `${minutes} minutes` : 'more than 15 minutes';
      return denied(
        `the clock of this machine is ${off} off the store's`,
        'Set the clock of this machine; the AWS_* variables are fine.',
      );
    }
    case 'InvalidAccessKeyId':
      return denied(
        'the store does not know this access key',
        'Set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY to a key of this store.',
      );
    case 'SignatureDoesNotMatch':
      return denied(
        'the signature is refused',
        'Set AWS_SECRET_ACCESS_KEY to the secret that belongs to AWS_ACCESS_KEY_ID.',
      );
    case 'ExpiredToken':
    case 'TokenRefreshRequired':
      return denied(
        'the temporary credentials have expired',
        'Set AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY and AWS_SESSION_TOKEN again.',
      );
    case 'InvalidToken':
      return denied(
        'the session token is refused',
        'Set AWS_SESSION_TOKEN to the token of this key, or unset it for a permanent key.',
      );
    case 'NoSuchBucket':
      return denied(
        `there is no bucket ${bucket.name} at ${bucket.endpoint.host}`,
        'Correct the bucket in RUSHES_STORE, or AWS_ENDPOINT_URL_S3.',
      );
    case 'AuthorizationHeaderMalformed':
    case 'PermanentRedirect':
    case 'TemporaryRedirect':
    case 'IllegalLocationConstraintException':
      return wrongRegion();
    case 'QuotaExceeded':
    case 'InsufficientStorage':
    case 'XMinioStorageFull':
      return full();
    case undefined:
    default:
  }
  if (status === 507) return full();
  if (status === 301 || status === 307 || region !== undefined) {
    if (region !== bucket.region) return wrongRegion();
  }
  if (isPassing(refusal))
    return { kind: 'unreachable', reason: `${bucket.endpoint.host} answers ${said}` };
  if (status === 401 || status === 403)
    return denied(
      `access to bucket ${bucket.name} is denied`,
      `Allow ${permission} for this key (docs/store.md has the whole policy).`,
    );
  return {
    kind: 'unreachable',
    reason: `${bucket.endpoint.host} answers ${said}`,
    remedy: 'Check RUSHES_STORE and AWS_ENDPOINT_URL_S3.',
  };

  function wrongRegion(): StoreFailure {
    return denied(
      `bucket ${bucket.name} is not in region ${bucket.region}`,
      region === undefined || !/^[a-z0-9-]{1,40}$/.test(region)
        ? 'Set AWS_REGION to the region of the bucket.'
        : `Set AWS_REGION=${region}.`,
    );
  }

  function full(): StoreFailure {
    return {
      kind: 'unreachable',
      reason: `the store is full (${said})`,
      remedy: 'Make room in the store, then run rushes store push.',
    };
  }
}
