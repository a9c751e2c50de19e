/**
 * A chain: what a person has approved for runs that come later, without one. It names the requests
 * and the most that they may cost together. One of a branch at a time; it lies in the ref of the
 * spend record until all its work is done. Pure.
 */
import * as z from 'zod';
import type { Fingerprint } from '../ids.ts';
import { fingerprintSchema } from '../lock/file/schema.ts';
import { attemptKey, mayBePaid, type RecordedAttempt } from './attempt-line.ts';
import type { Attempts } from './attempts.ts';

export interface Chain {
  /** ISO time of the approved run. */
  readonly openedAt: string;
  readonly branch: string;
  /** Over all runs of the chain, the approved one among them. US dollars. */
  readonly capUsd: number;
  /** Sorted. */
  readonly fingerprints: readonly Fingerprint[];
  /** Keys of attempts for these requests that are older than the chain: they count elsewhere. */
  readonly before: readonly string[];
}

const schema = z.strictObject({
  chainVersion: z.literal(1),
  openedAt: z.iso.datetime(),
  branch: z.string().max(4096),
  capUsd: z.number().min(0),
  fingerprints: z.array(fingerprintSchema),
  before: z.array(z.string().max(4096)),
});

export const encodeChain = (chain: Chain): string =>
  `${JSON.stringify({ chainVersion: 1, ...chain }, null, 1)}\n`;

/** `undefined`: it is damaged, or of a newer version. */
export function decodeChain(text: string): Chain | undefined {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    return undefined;
  }
  const judged = schema.safeParse(json);
  if (!judged.success) return undefined;
  const { chainVersion: _version, ...chain } = judged.data;
  return chain;
}

/** `attempts`: the record before the first submit of the chain. */
export function newChain(
  fingerprints: Iterable<Fingerprint>,
  { attempts, ...facts }: Pick<Chain, 'openedAt' | 'branch' | 'capUsd'> & { attempts: Attempts },
): Chain {
  const sorted = [...new Set(fingerprints)].sort();
  const wanted = new Set(sorted);
  const before = attempts
    .all()
    .filter(({ fingerprint }) => wanted.has(fingerprint))
    .map((one) => attemptKey(one))
    .sort();
  return { ...facts, fingerprints: sorted, before };
}

/** Money that counts against the cap: attempts that may be paid, as reported or else reserved. */
export function countedIn(
  { fingerprints, before }: Chain,
  attempts: Attempts,
): readonly RecordedAttempt[] {
  const [ours, older] = [new Set(fingerprints), new Set(before)];
  return attempts
    .all()
    .filter((one) => ours.has(one.fingerprint) && !older.has(attemptKey(one)) && mayBePaid(one));
}
