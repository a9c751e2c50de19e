/**
 * Whether an answer names a link that can be trusted with a request: docs/providers/uploads.md,
 * rule UP18. What is not as it should be is an upload of unknown outcome, never a link.
 */
import { isPublicHost } from '../../ports/http/public-address.ts';
import { asEpochMs, asNumber, asText } from '../answers/json.ts';
import type { UploadFile, UploadOutcome } from './uploads.ts';

interface Said {
  readonly link: unknown;
  readonly bytes?: unknown;
  readonly mime?: unknown;
  /** Epoch seconds or milliseconds, or ISO 8601. */
  readonly expiresAt?: unknown;
  readonly createdAt?: unknown;
}

/** Both services: docs/providers/uploads.md, section 1. */
const LIFE_MS = 72 * 3_600_000;

export function storedAs(
  said: Said,
  file: Pick<UploadFile, 'mime'> & { readonly size?: number },
  { nowMs, loopback }: { readonly nowMs: number; readonly loopback: boolean },
): Extract<UploadOutcome, { kind: 'stored' | 'unknown' }> {
  const unknown = (reason: string) => ({ kind: 'unknown', reason }) as const;
  const link = asText(said.link);
  if (link === undefined) return unknown('the answer names no link');
  const problem = linkProblem(link, loopback);
  if (problem !== undefined) return unknown(`the answer names a link that ${problem}`);
  const bytes = asNumber(said.bytes);
  if (bytes !== undefined && file.size !== undefined && bytes !== file.size)
    return unknown(`the gateway has ${bytes} bytes of ${file.size}`);
  const mime = asText(said.mime);
  if (mime !== undefined && sameType(mime) !== sameType(file.mime))
    return unknown(`the gateway takes it for ${mime.slice(0, 40)}, and it is ${file.mime}`);
  const createdAt = asEpochMs(said.createdAt);
  // Neither clock is believed for more than the documented life.
  const latest = nowMs + LIFE_MS;
  const expiresAtMs =
    asEpochMs(said.expiresAt) ?? (createdAt === undefined ? latest : createdAt + LIFE_MS);
  return { kind: 'stored', link, expiresAtMs: Math.min(expiresAtMs, latest) };
}

/** Continues "a link that". */
function linkProblem(link: string, loopback: boolean): string | undefined {
  if (!URL.canParse(link) || /[\s\p{Cc}]/u.test(link)) return 'is not a URL';
  const { protocol, hostname, username, password, hash } = new URL(link);
  if (username !== '' || password !== '') return 'holds a user name';
  if (hash !== '') return 'ends in a fragment';
  if (loopback) return /^https?:$/.test(protocol) ? undefined : 'is not an http(s) link';
  if (protocol !== 'https:') return 'is not an https link';
  return isPublicHost(hostname) ? undefined : 'leads to a private address';
}

const sameType = (mime: string): string =>
  mime.toLowerCase().replace(/;.*$/, '').trim().replace('image/jpg', 'image/jpeg');
