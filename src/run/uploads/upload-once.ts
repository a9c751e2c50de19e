/**
 * One picture to one gateway: from the cache, from the receipt of an earlier upload, or sent. Every
 * rule of docs/providers/uploads.md, section 6, about what may be sent a second time is here.
 */
import { hash, randomUUID } from 'node:crypto';
import type {
  UploadFile,
  UploadOutcome,
  UploadRefusal,
  Uploads,
} from '../../gateways/uploads/uploads.ts';
import type { Clock } from '../../ports/clock.ts';
import type { FileOutcome } from '../../ports/files/files.ts';
import type { CachedUpload, UploadCache } from './upload-cache.ts';

/** Bytes that a request needs a link for. */
export interface UploadSource {
  /** What is shown in place of the link, such as `file:refs/crab.png#sha256:…`. */
  readonly placeholder: string;
  /** 64 hex digits: only bytes with this digest are sent. */
  readonly sha256: string;
  readonly mime: string;
  /** Ending of the file's name, without the dot. */
  readonly ending: string;
  read(): Promise<FileOutcome<Uint8Array>>;
}

export type LinkOutcome =
  | {
      readonly kind: 'link';
      readonly link: string;
      readonly from: 'cache' | 'receipt' | 'sent';
      /** May stand in a request that leaves until then, epoch milliseconds. */
      readonly goodUntilMs: number;
    }
  /** The gateway does not take this file. */
  | { readonly kind: 'refused'; readonly message: string }
  /** The file is gone or has other bytes than were planned. */
  | { readonly kind: 'changed'; readonly message: string }
  /** About the account or the service: every other upload would end like this one. */
  | {
      readonly kind: 'stopped';
      readonly why: Exclude<UploadRefusal['kind'], 'invalid'> | 'unreachable';
      readonly message: string;
    }
  | { readonly kind: 'unknown'; readonly message: string };

export interface UploadParts {
  readonly uploads: Uploads;
  readonly cache: UploadCache;
  readonly key: string;
  readonly source: UploadSource;
  readonly clock: Clock;
  /** Aborted: nothing more is sent or asked. */
  readonly signal: AbortSignal;
  /** Told right before bytes leave. */
  readonly sending: (bytes: number) => void;
}

/**
 * A link that expires sooner is not used: the gateway may read it only when the task begins, hours
 * later.
 */
const LEAST_LIFE_MS = 6 * 3_600_000;
/**
 * A new link is used for this long, however soon it expires: a service whose clock is wrong is not
 * asked for new ones without end.
 */
const NEW_FOR_MS = 60_000;

/** Whether an earlier upload can be used for a request that is sent now. */
export const hasLife = (
  known: CachedUpload | undefined,
  nowMs: number,
): known is Extract<CachedUpload, { state: 'stored' }> =>
  known?.state === 'stored' && known.expiresAtMs - nowMs >= LEAST_LIFE_MS;

/** Sends that never connected, and asks for a receipt. */
const MOST_TRIES = 4;
const FIRST_PAUSE_MS = 1_000;
const LONGEST_PAUSE_MS = 60_000;

export async function uploadOnce(parts: UploadParts): Promise<LinkOutcome> {
  const { uploads, cache, key, source, clock } = parts;
  const known = cache.get(key);
  if (hasLife(known, clock.now())) {
    const { link, expiresAtMs } = known;
    return { kind: 'link', link, from: 'cache', goodUntilMs: expiresAtMs - LEAST_LIFE_MS };
  }
  if (known?.state === 'sending' && uploads.receipt !== undefined) {
    const found = await fromReceipt(parts, known.uploadId);
    if (found !== undefined) return keep(parts, found, 'receipt');
  }
  const bytes = await source.read();
  if (!bytes.ok) return { kind: 'changed', message: `it cannot be read: ${bytes.problem.message}` };
  if (hash('sha256', bytes.value, 'hex') !== source.sha256)
    return { kind: 'changed', message: 'it is not the picture that was planned any more' };
  return send(parts, bytes.value);
}

async function send(parts: UploadParts, bytes: Uint8Array): Promise<LinkOutcome> {
  const { uploads, cache, key, source, clock, signal, sending } = parts;
  const uploadId = `rushes_${randomUUID()}`;
  // No name of the repository goes to the gateway: the digest is enough.
  const name = `${source.sha256.slice(0, 16)}.${source.ending}`;
  const file: UploadFile = { bytes, mime: source.mime, name, uploadId };
  await cache.put(key, { state: 'sending', uploadId, sinceMs: clock.now() });
  for (let tries = 1; ; tries++) {
    if (signal.aborted) return giveUp(parts, 'the run was interrupted');
    sending(bytes.length);
    const outcome = await inTime(parts, (within) => uploads.upload(file, within));
    switch (outcome.kind) {
      case 'stored':
        return keep(parts, outcome, 'sent');
      case 'unknown':
        return afterUnknown(parts, uploadId, outcome.reason);
      case 'not-sent':
        if (tries < MOST_TRIES && (await pause(parts, tries))) continue;
        return giveUp(parts, outcome.reason);
      case 'refused': {
        const { kind, message, retryAfterMs } = outcome.refusal;
        // If an upload has an id, a temporary refusal certainly means that nothing is stored.
        const mayWait = kind === 'rate-limited' && uploads.receipt !== undefined;
        if (mayWait && tries < MOST_TRIES && (await pause(parts, tries, retryAfterMs))) continue;
        await cache.forget(key);
        return kind === 'invalid'
          ? { kind: 'refused', message }
          : { kind: 'stopped', why: kind, message };
      }
    }
  }
}

/** Nothing left this machine. */
async function giveUp({ cache, key }: UploadParts, message: string): Promise<LinkOutcome> {
  await cache.forget(key);
  return { kind: 'stopped', why: 'unreachable', message };
}

async function afterUnknown(
  parts: UploadParts,
  uploadId: string,
  reason: string,
): Promise<LinkOutcome> {
  if (parts.uploads.receipt !== undefined) {
    const found = await fromReceipt(parts, uploadId);
    if (found !== undefined) return keep(parts, found, 'receipt');
  }
  return { kind: 'unknown', message: reason };
}

/** `undefined`: no receipt says that the file is there. */
async function fromReceipt(
  parts: UploadParts,
  uploadId: string,
): Promise<{ readonly link: string; readonly expiresAtMs: number } | undefined> {
  for (let tries = 1; tries <= MOST_TRIES; tries++) {
    const receipt = await inTime(parts, async (within) =>
      parts.uploads.receipt?.(uploadId, within),
    );
    if (receipt?.kind === 'stored') return receipt;
    if (receipt?.kind !== 'unreadable') return undefined;
    if (tries < MOST_TRIES && !(await pause(parts, tries, receipt.retryAfterMs))) return undefined;
  }
  return undefined;
}

async function keep(
  { uploads, cache, key, source, clock }: UploadParts,
  { link, expiresAtMs }: Pick<Extract<UploadOutcome, { kind: 'stored' }>, 'link' | 'expiresAtMs'>,
  from: 'receipt' | 'sent',
): Promise<LinkOutcome> {
  const { placeholder } = source;
  uploads.hide(link, placeholder);
  if (expiresAtMs > clock.now())
    await cache.put(key, { state: 'stored', placeholder, link, expiresAtMs });
  const goodUntilMs = Math.max(expiresAtMs - LEAST_LIFE_MS, clock.now() + NEW_FOR_MS);
  return { kind: 'link', link, from, goodUntilMs };
}

/** Stops an exchange that takes longer than the gateway's documents allow. */
async function inTime<T>(
  { uploads, clock, signal }: UploadParts,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const done = new AbortController();
  const late = new AbortController();
  const watch = async (): Promise<void> => {
    await clock.sleep(uploads.timeoutMs, AbortSignal.any([signal, done.signal]));
    if (done.signal.aborted) return;
    const message = `it took longer than ${uploads.timeoutMs / 1000} s`;
    late.abort(new DOMException(message, 'TimeoutError'));
  };
  void watch();
  try {
    return await work(AbortSignal.any([signal, late.signal]));
  } finally {
    done.abort();
  }
}

/** False if the run stops meanwhile. */
async function pause(
  { clock, signal }: UploadParts,
  tries: number,
  retryAfterMs?: number,
): Promise<boolean> {
  const ms = retryAfterMs ?? FIRST_PAUSE_MS * 2 ** (tries - 1);
  if (ms > LONGEST_PAUSE_MS || signal.aborted) return false;
  await clock.sleep(ms, signal);
  return !signal.aborted;
}
