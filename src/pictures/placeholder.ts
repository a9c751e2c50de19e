/**
 * What stands in a request in place of a picture's link: `file:refs/crab.png#sha256:<64 hex>`.
 * Plan, lock, journal and events hold this text; only the POST itself holds a link. The fingerprint
 * holds the digest alone, so that a moved file is the same request and a changed one is not.
 */
import type { Json, JsonObject } from '../scene.ts';
import { frameIdentity, frameWords, isFrameText, readFrame } from './frame-text.ts';

const PLACEHOLDER = /^file:(.+)#sha256:([0-9a-f]{64})$/s;

interface PictureAt {
  /** From the project's root, `/` as separator. */
  readonly path: string;
  /** 64 hex digits. */
  readonly sha256: string;
}

export const placeholderOf = ({ path, sha256 }: PictureAt): string =>
  `file:${path}#sha256:${sha256}`;

/** Path and digest of a placeholder; `undefined` for any other text. */
export function readPlaceholder(text: string): PictureAt | undefined {
  if (!text.startsWith('file:')) return undefined;
  const [, path, sha256] = PLACEHOLDER.exec(text) ?? [];
  return path === undefined || sha256 === undefined ? undefined : { path, sha256 };
}

/** `sha256:<hex>` for a placeholder, the clip and the frame for a frame, other text unchanged. */
export function digestInPlace(text: string): string {
  const picture = readPlaceholder(text);
  return picture === undefined ? frameIdentity(text) : `sha256:${picture.sha256}`;
}

/** Of a picture of the repository, or of a frame of another clip. */
export const isPlaceholder = (text: string): boolean =>
  readPlaceholder(text) !== undefined || isFrameText(text);

/** For people: `refs/crab.png`, `last frame of crab/kling`. */
export function pictureWords(placeholder: string): string {
  const frame = readFrame(placeholder);
  return frame === undefined
    ? (readPlaceholder(placeholder)?.path ?? placeholder)
    : frameWords(frame.render, frame.frame);
}

/** Gets the placeholder and where it stands; a text that it gives back unchanged stays. */
type Replace = (placeholder: string, at: readonly (string | number)[]) => string;

/** The body with every placeholder replaced; the same object where it holds none. */
export const withPlaceholders = (body: JsonObject, replace: Replace): JsonObject =>
  holdsPlaceholder(body) ? (replaced(body, replace, []) as JsonObject) : body;

/** Every placeholder of a body, in its order. */
export function placeholdersIn(value: Json): readonly string[] {
  if (typeof value === 'string') return isPlaceholder(value) ? [value] : [];
  if (value === null || typeof value !== 'object') return [];
  return Object.values(value).flatMap(placeholdersIn);
}

/** Most of thousands of bodies hold none, and nothing is made for them. */
function holdsPlaceholder(value: Json): boolean {
  if (typeof value === 'string') return isPlaceholder(value);
  if (value === null || typeof value !== 'object') return false;
  return Object.values(value).some(holdsPlaceholder);
}

function replaced(value: Json, replace: Replace, at: readonly (string | number)[]): Json {
  if (typeof value === 'string') return isPlaceholder(value) ? replace(value, at) : value;
  if (value === null || typeof value !== 'object') return value;
  if (Array.isArray(value))
    return (value as readonly Json[]).map((item, index) => replaced(item, replace, [...at, index]));
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [key, replaced(item, replace, [...at, key])]),
  );
}
