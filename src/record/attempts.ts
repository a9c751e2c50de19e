/** The attempts of a record, folded and found by what they are. In memory; pure. */
import { isDeepStrictEqual } from 'node:util';
import type { Fingerprint } from '../ids.ts';
import {
  attemptKey,
  decodeAttempt,
  mayBePaid,
  mergeAttempts,
  type RecordedAttempt,
} from './attempt-line.ts';

export class Attempts {
  readonly #byKey = new Map<string, RecordedAttempt>();
  readonly #keysOf = new Map<Fingerprint, Set<string>>();

  get size(): number {
    return this.#byKey.size;
  }

  /** Adds a line. False: it had no news. */
  add(line: RecordedAttempt): boolean {
    const key = attemptKey(line);
    const known = this.#byKey.get(key);
    const merged = known === undefined ? line : mergeAttempts(known, line);
    this.#byKey.set(key, merged);
    const keys = this.#keysOf.get(line.fingerprint);
    if (keys === undefined) this.#keysOf.set(line.fingerprint, new Set([key]));
    else keys.add(key);
    return known === undefined || !isSameAttempt(known, merged);
  }

  /** Whether the line has news for {@link add}. Its time and branch alone are not news. */
  isNews(line: RecordedAttempt): boolean {
    const known = this.#byKey.get(attemptKey(line));
    return known === undefined || !isSameAttempt(known, mergeAttempts(known, line));
  }

  get(key: string): RecordedAttempt | undefined {
    return this.#byKey.get(key);
  }

  /** In the order in which they became known. */
  all(): readonly RecordedAttempt[] {
    return [...this.#byKey.values()];
  }

  /**
   * Attempts for this request that are paid or may be, newest first. `origin`: only those that went
   * to the same gateway, and those whose gateway is unknown.
   */
  paidFor(fingerprint: Fingerprint, origin: string | undefined): readonly RecordedAttempt[] {
    const keys = this.#keysOf.get(fingerprint);
    // Of most requests no attempt is known.
    if (keys === undefined) return [];
    return [...keys]
      .flatMap((key) => this.#byKey.get(key) ?? [])
      .filter(
        (one) =>
          mayBePaid(one) &&
          (one.origin === undefined || origin === undefined || one.origin === origin),
      )
      .sort((a, b) => compare(b.submittedAt ?? b.at, a.submittedAt ?? a.at));
  }
}

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

const isSameAttempt = (a: RecordedAttempt, b: RecordedAttempt): boolean =>
  a === b || (holds(a, b) && holds(b, a));

/** Whether `a` has everything that `b` has, except the time and the branch of a line. */
function holds(a: RecordedAttempt, b: RecordedAttempt): boolean {
  let key: keyof RecordedAttempt;
  for (key in b) {
    if (key === 'at' || key === 'branch' || a[key] === b[key]) continue;
    if (!isDeepStrictEqual(a[key], b[key])) return false;
  }
  return true;
}

export interface DecodedRecord {
  readonly attempts: Attempts;
  /** How many lines there are, and how many bytes of whole lines. */
  readonly lines: number;
  readonly wholeBytes: number;
  /** The last line was cut off, as a crash leaves it. */
  readonly torn: boolean;
  /** The first line that cannot be read, and that no crash has cut. 1-based. */
  readonly bad: { readonly line: number; readonly reason: string } | undefined;
}

/** Total: all bytes get a result. `attempts`: to take the lines into. */
export function decodeRecord(bytes: Uint8Array, attempts = new Attempts()): DecodedRecord {
  const text = new TextDecoder().decode(bytes);
  const whole = text.slice(0, text.lastIndexOf('\n') + 1);
  const lines = whole === '' ? [] : whole.slice(0, -1).split('\n');
  let bad: DecodedRecord['bad'];
  let torn = whole.length < text.length;
  let good = 0;
  for (const [index, line] of lines.entries()) {
    const attempt = decodeAttempt(line);
    if (!('isWhole' in attempt)) {
      attempts.add(attempt);
      good += 1;
    } else if (index === lines.length - 1 && !attempt.isWhole) torn = true;
    else bad ??= { line: index + 1, reason: attempt.reason };
  }
  return { attempts, lines: good, wholeBytes: Buffer.byteLength(whole), torn, bad };
}
