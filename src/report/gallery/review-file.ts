/**
 * A reviewer's decisions, as a file: written by the review page, read by it and by `rushes gallery
 * --reviews`. Clips are named by their digest, so a file fits any page that shows them. Whatever is
 * not understood is left out: files come from other people and other versions.
 */

export interface ReviewNote {
  /** Seconds into the clip. */
  readonly at: number;
  readonly text: string;
}

export interface ReviewDecision {
  readonly pick?: true;
  /** Where the part that is used begins and ends: seconds of the clip; only with `pick`. */
  readonly in?: number;
  readonly out?: number;
  readonly reject?: true;
  readonly star?: true;
  readonly notes?: readonly ReviewNote[];
}

export interface ReviewFile {
  /** Who decided; empty if no name was given. */
  readonly by: string;
  /** By the digest of the clip. */
  readonly clips: Readonly<Record<string, ReviewDecision>>;
}

const DIGEST = /^[0-9a-f]{64}$/;
const MOST_NOTES = 200;
const MOST_TEXT = 2000;

export const encodeReview = ({ by, clips }: ReviewFile): string =>
  `${JSON.stringify({ rushesReview: 1, by, clips }, null, 2)}\n`;

/** `undefined`: the text is not a review. */
export function decodeReview(text: string): ReviewFile | undefined {
  const file = jsonObject(text);
  const clips = file?.['clips'];
  if (file?.['rushesReview'] !== 1 || !isObject(clips)) return undefined;
  const { by } = file;
  return {
    by: typeof by === 'string' ? by.slice(0, 100) : '',
    clips: Object.fromEntries(
      Object.entries(clips).flatMap(([digest, value]) =>
        DIGEST.test(digest) && isObject(value) ? [[digest, decisionFrom(value)]] : [],
      ),
    ),
  };
}

/** One decision from its JSON; empty for a person who took back what the lock says. */
export function decodeDecision(text: string): ReviewDecision | undefined {
  const value = jsonObject(text);
  return value === undefined ? undefined : decisionFrom(value);
}

function decisionFrom(given: Readonly<Record<string, unknown>>): ReviewDecision {
  const notes = Array.isArray(given['notes'])
    ? given['notes'].slice(0, MOST_NOTES).flatMap(noteFrom)
    : [];
  const isPick = given['pick'] === true;
  return {
    ...(isPick ? { pick: true, ...partFrom(given) } : {}),
    ...(given['reject'] === true && !isPick ? { reject: true } : {}),
    ...(given['star'] === true ? { star: true } : {}),
    ...(notes.length > 0 ? { notes } : {}),
  };
}

/** A JSON number may be too large for one: `1e999`. */
const isTime = (value: unknown): value is number =>
  typeof value === 'number' && Number.isFinite(value) && value >= 0;

/** Nothing of a part that ends before it begins. */
function partFrom({
  in: from,
  out,
}: Readonly<Record<string, unknown>>): Pick<ReviewDecision, 'in' | 'out'> {
  if (isTime(from) && isTime(out) && from >= out) return {};
  return { ...(isTime(from) ? { in: from } : {}), ...(isTime(out) ? { out } : {}) };
}

function noteFrom(value: unknown): ReviewNote[] {
  if (!isObject(value)) return [];
  const { at, text } = value;
  return isTime(at) && typeof text === 'string' && text.trim() !== ''
    ? [{ at, text: text.slice(0, MOST_TEXT) }]
    : [];
}

function jsonObject(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
