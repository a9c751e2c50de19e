/**
 * Lenient reading of what gateways answer: every member may be missing or of another type than
 * documented, and nothing here throws. Strictness is for what we send.
 */

export type Json = Readonly<Record<string, unknown>>;

export const asObject = (value: unknown): Json | undefined =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Json)
    : undefined;

export const asList = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);

export const asText = (value: unknown): string | undefined =>
  typeof value === 'string' && value.trim() !== '' ? value.trim() : undefined;

/** A finite number, also one that was written as a string. */
export function asNumber(value: unknown): number | undefined {
  const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
  return typeof number === 'number' && Number.isFinite(number) ? number : undefined;
}

/** 0 to 100, also from `"45%"`; values outside are set to the nearer end. */
export function asPercent(value: unknown): number | undefined {
  const number = asNumber(typeof value === 'string' ? value.replace(/%\s*$/, '') : value);
  return number === undefined ? undefined : Math.min(Math.max(number, 0), 100);
}

/**
 * A larger amount is not a price. In millionths it could become infinite, which JSON cannot hold.
 */
const MOST_MONEY = 1e12;

/** A number that money may be: not negative. */
export function asAmount(value: unknown): number | undefined {
  const number = asNumber(value);
  return number === undefined || number < 0 || number > MOST_MONEY ? undefined : number;
}

const LONGEST_SECONDS = 7 * 24 * 3600;

/** A time span in seconds: positive, and a week at most. */
export function asSeconds(value: unknown): number | undefined {
  const number = asNumber(value);
  return number === undefined || number <= 0 || number > LONGEST_SECONDS ? undefined : number;
}

/** 2001 to 5138 in seconds; above it, milliseconds. */
const FIRST_EPOCH_SECOND = 1e9;
const FIRST_EPOCH_MS = 1e11;
const LAST_EPOCH_MS = 1e14;
/** The lock writes years with four digits. */
const LAST_WRITTEN_MS = Date.UTC(9999, 11, 31, 23, 59, 59);

/**
 * A point in time as epoch milliseconds, from Unix seconds, milliseconds, or ISO 8601 text with a
 * zone. A time before this century stands for one that was never set.
 */
export function asEpochMs(value: unknown): number | undefined {
  const number = asNumber(value);
  if (number !== undefined) {
    if (number < FIRST_EPOCH_SECOND || number > LAST_EPOCH_MS) return undefined;
    return Math.round(number < FIRST_EPOCH_MS ? number * 1000 : number);
  }
  if (typeof value !== 'string' || !/^\d{4}-\d{2}-\d{2}T[\d:.]+(?:Z|[+-]\d{2}:?\d{2})$/.test(value))
    return undefined;
  const parsed = Date.parse(value);
  return parsed >= FIRST_EPOCH_SECOND * 1000 ? Math.min(parsed, LAST_WRITTEN_MS) : undefined;
}

/**
 * The task inside an answer: `data`, the first of `data`, or the answer itself, whichever looks
 * like a task. An answer that itself has an id and a state is the task, and its `data` is the
 * result, unless that has a state too.
 */
export function unwrapped(json: unknown): Json | undefined {
  const whole = asObject(json);
  const data = whole?.['data'];
  const inner = asObject(Array.isArray(data) ? data[0] : data);
  if (inner === undefined || !TASK_MEMBERS.some((member) => member in inner)) return whole;
  const isTask =
    whole !== undefined &&
    asText(whole['id'] ?? whole['task_id']) !== undefined &&
    asText(whole['status']) !== undefined &&
    asText(inner['status']) === undefined &&
    asText(inner['task_id']) === undefined;
  return isTask ? whole : inner;
}

const TASK_MEMBERS = ['task_id', 'id', 'status'];
