/** A store in a bucket of an S3 server: AWS, Cloudflare R2, MinIO, Backblaze B2 and others. */
import { provenBytes, ProvingSink } from '../clip-bytes.ts';
import {
  type ClipKey,
  type Found,
  type Got,
  objectName,
  type Put,
  type Sink,
  type Store,
  type StoreFailure,
  type TransferOptions,
} from '../store.ts';
import { listObjects } from './list-objects.ts';
import { putInParts, watched } from './put-in-parts.ts';
import { notS3 } from './refusals.ts';
import { pauseAfter, type S3Connection, send } from './signed-request.ts';

/** Above this a clip goes in parts, so that a cut costs one part and not all of it. */
const ONE_PUT_BYTES = 64 * 1024 * 1024;
const PART_BYTES = 16 * 1024 * 1024;
const PAGE_SIZE = 1000;
/** Cuts in a row without a new byte before an object is given up. */
const MOST_CUTS = 5;

export interface S3Limits {
  /** Larger clips go in parts. Default 64 MiB. */
  readonly onePutBytes?: number;
  /** Default 16 MiB. */
  readonly partBytes?: number;
  /** Objects of one page of a list. Default 1,000, the most that servers give. */
  readonly pageSize?: number;
}

export function s3Store(
  address: string,
  connection: S3Connection,
  { onePutBytes = ONE_PUT_BYTES, partBytes = PART_BYTES, pageSize = PAGE_SIZE }: S3Limits = {},
): Store {
  const { clock, random } = connection;

  async function reach(signal?: AbortSignal): ReturnType<Store['reach']> {
    const listed = await listObjects(connection, { atMost: 1, pageSize: 1 }, signal);
    return listed.kind === 'listed' ? { kind: 'reached' } : listed;
  }

  async function has({ sha256, bytes }: ClipKey, signal?: AbortSignal): Promise<Found> {
    const result = await send(connection, {
      method: 'HEAD',
      object: objectName(sha256),
      permission: 's3:GetObject',
      signal,
    });
    if (result.kind === 'absent') return result;
    if (result.kind === 'denied') {
      // HEAD has no words, and 403 also means "absent, but you may not list": ask where it has.
      const reached = await reach(signal);
      return reached.kind === 'reached' ? result : reached;
    }
    if (result.kind !== 'answer') return result;
    const { headers, body } = result.answer;
    await body.discard();
    const stored = Number(headers['content-length'] ?? 0);
    if (stored !== bytes && headers['etag'] === undefined) return notS3(connection.bucket);
    return { kind: 'present', bytes: stored };
  }

  async function put(key: ClipKey, path: string, options: TransferOptions = {}): Promise<Put> {
    const object = objectName(key.sha256);
    if (key.bytes > onePutBytes)
      return putInParts(connection, object, key, path, partBytes, options);
    let unfit: string | undefined;
    const section = { ...key, start: 0 };
    const result = await send(
      connection,
      {
        method: 'PUT',
        object,
        headers: { 'content-type': 'video/mp4' },
        body: {
          ...key,
          open: () => watched(provenBytes(path, section, options.onBytes), (why) => (unfit = why)),
        },
        permission: 's3:PutObject',
        signal: options.signal,
      },
      () => unfit !== undefined,
    );
    if (unfit !== undefined) return { kind: 'unfit', reason: unfit };
    if (result.kind === 'absent')
      return { kind: 'unreachable', reason: `${connection.bucket.endpoint.host} answers 404` };
    if (result.kind !== 'answer') return result;
    await result.answer.body.discard();
    return result.answer.headers['etag'] === undefined
      ? notS3(connection.bucket)
      : { kind: 'stored' };
  }

  async function get(key: ClipKey, sink: Sink, options: TransferOptions = {}): Promise<Got> {
    const proving = new ProvingSink(key, sink);
    for (let cuts = 0; ; cuts++) {
      const before = proving.taken;
      const part = await onePart(key, proving, options);
      if (part !== undefined && part.kind !== 'cut') return part;
      if (part === undefined) break;
      if (proving.taken > before) cuts = 0;
      if (cuts >= MOST_CUTS) return { kind: 'unreachable', reason: part.reason };
      await clock.sleep(pauseAfter(cuts + 1, random()), options.signal);
      if (options.signal?.aborted === true) return { kind: 'aborted' };
    }
    return proving.verdict();
  }

  /** One answer, from where the last one was cut. `undefined`: the object is at its end. */
  async function onePart(
    key: ClipKey,
    proving: ProvingSink,
    { signal, onBytes }: TransferOptions,
  ): Promise<Got | { readonly kind: 'cut'; readonly reason: string } | StoreFailure | undefined> {
    const from = proving.taken;
    const result = await send(connection, {
      method: 'GET',
      object: objectName(key.sha256),
      headers: from === 0 ? {} : { range: `bytes=${from}-` },
      permission: 's3:GetObject',
      signal,
    });
    if (result.kind === 'denied') {
      const reached = await reach(signal);
      return reached.kind === 'reached' ? result : reached;
    }
    if (result.kind !== 'answer') return result;
    const { status, headers, body } = result.answer;
    // A server without ranges sends everything again: bytes that are already here are skipped.
    let at = status === 206 ? from : 0;
    const announced = at + Number(headers['content-length'] ?? Number.NaN);
    if (!Number.isNaN(announced) && announced !== key.bytes) {
      await body.discard();
      if (headers['etag'] === undefined) return notS3(connection.bucket);
      const reason = `it has ${announced} bytes, the clip has ${key.bytes}`;
      return { kind: 'wrong', reason, sameSize: false };
    }
    try {
      for await (const chunk of body) {
        if (!(await proving.take(chunk, at))) {
          if (proving.diskProblem !== undefined)
            return { kind: 'disk', reason: proving.diskProblem };
          break;
        }
        at += chunk.length;
        onBytes?.(chunk.length);
      }
    } catch (error) {
      if (signal?.aborted === true) return { kind: 'aborted' };
      // Only the mark of the end is missing, where no length was announced.
      if (proving.taken >= key.bytes) return undefined;
      const why = error instanceof Error ? error.message : String(error);
      return { kind: 'cut', reason: `${connection.bucket.endpoint.host}: ${why}` };
    }
    const isPage = headers['etag'] === undefined && proving.taken !== key.bytes;
    return isPage ? notS3(connection.bucket) : undefined;
  }

  return {
    address,
    whereIs: (sha256) => `${address.replace(/\/+$/, '')}/${objectName(sha256)}`,
    reach,
    has,
    list: (atMost, signal) => listObjects(connection, { atMost, pageSize }, signal),
    put,
    get,
  };
}
