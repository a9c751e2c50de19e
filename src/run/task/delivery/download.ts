/**
 * One download of one link, streamed to a temporary file beside the target: hashed while it is
 * written, resumed by Range where it was cut or came too slowly (also in an earlier run), bounded
 * in size and time, flat in memory. Never with an API key; redirects are followed by hand and each
 * hop is checked. What the bytes are worth is the caller's to say (`landing.ts`).
 */
import { defined } from '../../../defined.ts';
import type { Clock } from '../../../ports/clock.ts';
import type { Http, HttpResult } from '../../../ports/http/http.ts';
import { onAbort } from '../../../ports/on-abort.ts';
import { PartFile } from './part-file.ts';

/** Larger than any clip of these models; a bound, so that a hostile link cannot fill the disk. */
const DEFAULT_MAX_CLIP_BYTES = 1024 ** 3;
const MAX_REDIRECTS = 5;
/** Cuts in a row that brought too little, before the link is given back to the caller. */
const MAX_CUTS = 4;
/**
 * A connection that brings less than 128 KiB in 30 s is cut, and the rest is asked for on a new
 * one: a host that sends a byte now and then would block a run forever. That is 4 KiB a second, a
 * fraction of what a phone in a tunnel gets, so that no honest line is cut for being slow. A cut
 * that the host makes counts as progress by the same measure.
 */
const SLOW_BYTES = 128 * 1024;
const SLOW_WINDOW_MS = 30_000;

export interface DownloadRequest {
  readonly url: string;
  /**
   * Gone on with where an earlier try left a part of the same clip (see `part-file.ts`), else made
   * anew: whatever has that name goes first.
   */
  readonly partPath: string;
  /** Plain http and private addresses too: only where the gateway itself is on loopback. */
  readonly loopback: boolean;
  readonly userAgent: string;
  readonly maxBytes?: number;
  readonly signal?: AbortSignal;
  /** By which a host is slow. */
  readonly clock: Clock;
}

export type DownloadResult =
  /** `wrongType`: the media host called it something else than a video. */
  | {
      readonly kind: 'done';
      readonly sha256: string;
      readonly bytes: number;
      readonly wrongType?: string;
    }
  /**
   * 403, 404, 410: the link is dead, the clip may have a new one. `forGood`: 410 says that this
   * link will never work again.
   */
  | { readonly kind: 'gone'; readonly reason: string; readonly forGood?: true }
  /** Worth another try later. `isPart`: some of it is here, and the rest can be asked for. */
  | {
      readonly kind: 'transient';
      readonly reason: string;
      readonly retryAfterMs?: number;
      readonly isPart?: true;
    }
  /** A page, a picture or similar with a good status: try another link, or the same one later. */
  | { readonly kind: 'not-a-clip'; readonly reason: string }
  /** This link will never give a clip that may be kept. */
  | { readonly kind: 'refused'; readonly reason: string }
  /** The disk, not the link. */
  | { readonly kind: 'disk'; readonly reason: string }
  | { readonly kind: 'aborted' };

export async function download(http: Http, request: DownloadRequest): Promise<DownloadResult> {
  let part: PartFile | undefined;
  try {
    part = await PartFile.open(request.partPath, () => request.clock.monotonic());
    const result = await fill(http, request, part);
    if (result.kind === 'done') {
      await part.finish();
      part = undefined;
    }
    return result;
  } catch (error) {
    return { kind: 'disk', reason: error instanceof Error ? error.message : String(error) };
  } finally {
    await part?.leave();
  }
}

async function fill(
  http: Http,
  request: DownloadRequest,
  progress: PartFile,
): Promise<DownloadResult> {
  const maxBytes = request.maxBytes ?? DEFAULT_MAX_CLIP_BYTES;
  let farthest = progress.bytes;
  for (let cuts = 0; ; cuts++) {
    const part = await onePart(http, request, progress, (answer) =>
      takePart(answer, progress, maxBytes),
    );
    if (part.kind !== 'cut') return part;
    if (request.signal?.aborted === true) return { kind: 'aborted' };
    if (progress.bytes >= farthest + SLOW_BYTES) {
      cuts = 0;
      farthest = progress.bytes;
    }
    const isPart = progress.etag !== undefined && progress.bytes > 0;
    if (cuts >= MAX_CUTS)
      return { kind: 'transient', reason: part.reason, ...(isPart && { isPart: true as const }) };
    if (progress.etag === undefined) await progress.restart();
  }
}

type Part = DownloadResult | { readonly kind: 'cut'; readonly reason: string };

/** One request and the bytes of its answer, as long as they come fast enough. */
async function onePart(
  http: Http,
  request: DownloadRequest,
  progress: PartFile,
  take: (answer: Answer) => Promise<Part>,
): Promise<Part> {
  const { clock, signal } = request;
  // With reasons of our own: the default one is an error with a stack, for each download.
  const over = new AbortController();
  const stop = (): void => over.abort('stopped');
  const forget = signal === undefined ? undefined : onAbort(signal, stop);
  let isSlow = false;
  const watch = async (): Promise<void> => {
    for (let before = progress.received; ; before = progress.received) {
      await clock.sleep(SLOW_WINDOW_MS, over.signal);
      if (over.signal.aborted) return;
      if (progress.received - before >= SLOW_BYTES) continue;
      isSlow = true;
      return stop();
    }
  };
  try {
    const answer = await get(http, { ...request, signal: over.signal }, progress);
    if (answer.kind !== 'answer') return answer;
    void watch();
    const part = await take(answer.result);
    return part.kind === 'cut' && isSlow
      ? {
          kind: 'cut',
          reason: `the media host sends less than ${SLOW_BYTES / 1024} KB in ${SLOW_WINDOW_MS / 1_000} seconds`,
        }
      : part;
  } finally {
    forget?.();
    over.abort('ended');
  }
}

type Answer = Extract<HttpResult, { kind: 'answer' }>;

/** Follows redirects; every other ending than an answer with bytes is final for this call. */
async function get(
  http: Http,
  request: DownloadRequest,
  progress: PartFile,
): Promise<DownloadResult | { readonly kind: 'answer'; readonly result: Answer }> {
  let url = request.url;
  for (let hop = 0; hop <= MAX_REDIRECTS; hop++) {
    const problem = urlProblem(url, request.loopback);
    if (problem !== undefined) return { kind: 'refused', reason: problem };
    const result = await http.request({
      method: 'GET',
      url,
      headers: {
        'user-agent': request.userAgent,
        accept: 'video/mp4, video/*, application/octet-stream;q=0.9, */*;q=0.1',
        // The bytes that are hashed and measured are the bytes that were sent.
        'accept-encoding': 'identity',
        ...(progress.bytes > 0 && progress.etag !== undefined
          ? { range: `bytes=${progress.bytes}-`, 'if-range': progress.etag }
          : {}),
      },
      publicOnly: !request.loopback,
      ...defined({ signal: request.signal }),
    });
    if (result.kind === 'aborted') return { kind: 'aborted' };
    if (result.kind === 'not-sent' && result.blocked === true)
      return { kind: 'refused', reason: result.reason };
    if (result.kind !== 'answer') return { kind: 'transient', reason: result.reason };
    const { status, headers } = result;
    if (status === 200 || status === 206) return { kind: 'answer', result };
    await result.body.discard();
    const location = headers['location'];
    if ([301, 302, 303, 307, 308].includes(status) && location !== undefined) {
      const next = URL.canParse(location, url) ? new URL(location, url).href : undefined;
      if (next === undefined)
        return {
          kind: 'refused',
          reason: 'the media host redirects to an address that cannot be read',
        };
      url = next;
    } else if (status === 416 && progress.bytes > 0) {
      await progress.restart();
    } else if ([401, 403, 404, 410].includes(status)) {
      return {
        kind: 'gone',
        reason: `the media host answers ${status}`,
        ...(status === 410 && { forGood: true }),
      };
    } else {
      const retryAfterMs = secondsHeader(headers['retry-after']);
      return {
        kind: 'transient',
        reason: `the media host answers ${status}`,
        ...defined({ retryAfterMs }),
      };
    }
  }
  return { kind: 'refused', reason: `the media host redirects more than ${MAX_REDIRECTS} times` };
}

/**
 * Why an address from a gateway's answer or a redirect must not be fetched. Name lookups are
 * checked by the HTTP port.
 */
function urlProblem(text: string, loopback: boolean): string | undefined {
  if (!URL.canParse(text)) return 'the link is not a valid address';
  const url = new URL(text);
  if (url.protocol === 'https:' || (loopback && url.protocol === 'http:')) return undefined;
  return `the link is ${url.protocol.replace(':', '')}, only https is fetched`;
}

const secondsHeader = (value: string | undefined): number | undefined =>
  value !== undefined && /^\d{1,5}$/.test(value.trim()) ? Number(value) * 1_000 : undefined;

/** Types of pages and messages: no clip, whatever the status, unless its bytes say otherwise. */
const PAGE_TYPE = /^text\/|^application\/(?:json|xml|xhtml\+xml)$/;
const WRONG_TYPE =
  /^(?:audio|image|text|application\/(?:json|xml|xhtml\+xml|pdf|zip))\b[\w.+/-]{0,80}$/;

/**
 * Writes one answer's body to the file. `cut`: the connection ended early, the rest can be asked
 * for.
 */
async function takePart(
  { status, headers, body }: Answer,
  progress: PartFile,
  maxBytes: number,
): Promise<Part> {
  const type = headers['content-type']?.split(';')[0]?.trim().toLowerCase() ?? '';
  const range = /^bytes (\d+)-\d+\/(\d+|\*)$/.exec(headers['content-range'] ?? '');
  const etag = headers['etag'];
  if (status === 200) await progress.restart();
  else if (
    Number(range?.[1] ?? -1) !== progress.bytes ||
    // Some hosts look at Range and not at If-Range.
    (progress.etag !== undefined && etag !== undefined && etag !== progress.etag) ||
    isOtherTotal(range?.[2], progress.total)
  ) {
    await body.discard();
    await progress.restart();
    return { kind: 'cut', reason: 'the media host sent another range than it was asked for' };
  }
  // A weak tag promises the same picture, not the same bytes.
  progress.etag = etag !== undefined && !etag.startsWith('W/') ? etag : undefined;
  const length = /^\d+$/.test(headers['content-length'] ?? '')
    ? Number(headers['content-length'])
    : undefined;
  const ofAll = status === 206 && range?.[2] !== '*' ? Number(range?.[2]) : undefined;
  // An answer may be shorter than what was asked for: then the rest of it is a cut.
  const total = ofAll ?? (length === undefined ? undefined : progress.bytes + length);
  progress.total = total;
  if (total !== undefined && total > maxBytes) {
    await body.discard();
    return {
      kind: 'refused',
      reason: `the clip is ${total} bytes long, more than the bound of ${maxBytes}`,
    };
  }
  const stream = await pump(body, progress, { maxBytes, type });
  if (stream !== undefined) return stream;
  if (total !== undefined && progress.bytes < total)
    return { kind: 'cut', reason: `the download ended after ${progress.bytes} of ${total} bytes` };
  return {
    kind: 'done',
    sha256: progress.digest(),
    bytes: progress.bytes,
    ...(WRONG_TYPE.test(type) && { wrongType: type }),
  };
}

const isOtherTotal = (said: string | undefined, known: number | undefined): boolean =>
  said !== undefined && said !== '*' && known !== undefined && Number(said) !== known;

async function pump(
  body: Answer['body'],
  progress: PartFile,
  { maxBytes, type }: { readonly maxBytes: number; readonly type: string },
): Promise<Part | undefined> {
  const chunks = body[Symbol.asyncIterator]();
  for (;;) {
    let next: IteratorResult<Uint8Array>;
    try {
      next = await chunks.next();
    } catch (error) {
      return {
        kind: 'cut',
        reason: `the download broke off: ${error instanceof Error ? error.message : String(error)}`,
      };
    }
    if (next.done === true) return undefined;
    if (progress.bytes === 0) {
      const what = looksLikePage(next.value)
        ? 'a page'
        : PAGE_TYPE.test(type) && !looksLikeMp4(next.value)
          ? type
          : undefined;
      if (what !== undefined) {
        await chunks.return?.();
        return { kind: 'not-a-clip', reason: `the media host sent ${what} instead of a clip` };
      }
    }
    if (progress.bytes + next.value.byteLength > maxBytes) {
      await chunks.return?.();
      return { kind: 'refused', reason: `the clip is longer than the bound of ${maxBytes} bytes` };
    }
    progress.received += next.value.byteLength;
    await progress.write(next.value);
  }
}

/** A box of MP4 or QuickTime that a file begins with. */
const looksLikeMp4 = (chunk: Uint8Array): boolean =>
  /^(?:ftyp|styp|moov|wide|mdat|free|skip)$/.test(
    Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength).toString('latin1', 4, 8),
  );

/** `<` or `{` after white space: no clip begins so (an MP4 begins with a box length). */
function looksLikePage(chunk: Uint8Array): boolean {
  const first = chunk.find(
    (byte) => byte !== 0x20 && byte !== 0x0a && byte !== 0x0d && byte !== 0x09,
  );
  return first === 0x3c || first === 0x7b;
}
