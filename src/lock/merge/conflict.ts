/**
 * A lock file with the markers of an unfinished git merge, taken apart into its sides and merged as
 * a lock. Pure.
 */
import { decodeLock, type DecodedLock } from '../file/decode.ts';
import { mergeLocks } from './merge.ts';

type Side = 'ours' | 'base' | 'theirs';

export interface ConflictSides {
  readonly ours: string;
  readonly theirs: string;
  /** The common ancestor, where every conflict shows it (`merge.conflictStyle` diff3 or zdiff3). */
  readonly base: string | undefined;
}

/** Where the sides are in the bytes of a file. */
export interface Conflict {
  readonly pieces: readonly {
    readonly start: number;
    readonly end: number;
    /** `undefined`: of all sides. */
    readonly of: Side | undefined;
  }[];
  readonly hasBase: boolean;
}

/** `undefined`: there are no markers, or they do not fit together. */
export function conflictIn(bytes: Buffer): Conflict | undefined {
  const pieces: Conflict['pieces'][number][] = [];
  let within: Side | undefined;
  let [conflicts, withBase, start] = [0, 0, 0];
  for (let at = 0; at < bytes.length;) {
    const end = bytes.indexOf(0x0a, at) + 1 || bytes.length;
    const marker = markerAt(bytes, at, end);
    if (marker !== undefined) {
      pieces.push({ start, end: at, of: within });
      start = end;
      if (marker === '<' && within === undefined) {
        within = 'ours';
        conflicts += 1;
      } else if (marker === '|' && within === 'ours') {
        within = 'base';
        withBase += 1;
      } else if (marker === '=' && (within === 'ours' || within === 'base')) within = 'theirs';
      else if (marker === '>' && within === 'theirs') within = undefined;
      else return undefined;
    }
    at = end;
  }
  if (conflicts === 0 || within !== undefined) return undefined;
  pieces.push({ start, end: bytes.length, of: undefined });
  return { pieces, hasBase: withBase === conflicts };
}

/** `<`, `|`, `=` or `>`: no line of a lock begins with one. */
function markerAt(bytes: Buffer, at: number, end: number): string | undefined {
  const first = bytes[at];
  if (first !== 0x3c && first !== 0x7c && first !== 0x3d && first !== 0x3e) return undefined;
  return /^(<{7}|\|{7}|={7}|>{7})(?: |\r?\n|$)/.exec(bytes.toString('latin1', at, end))?.[1]?.[0];
}

/** The text of one side, in the memory of the whole, which is overwritten. */
export function sideOf(bytes: Buffer, { pieces }: Conflict, side: Side): Buffer {
  let length = 0;
  for (const { start, end, of } of pieces)
    if (of === undefined || of === side) length += bytes.copy(bytes, length, start, end);
  return bytes.subarray(0, length);
}

/** The sides as texts; `undefined` as {@link conflictIn}. */
export function splitConflict(text: string): ConflictSides | undefined {
  const conflict = conflictIn(Buffer.from(text));
  if (conflict === undefined) return undefined;
  const textOf = (side: Side): string => sideOf(Buffer.from(text), conflict, side).toString();
  return {
    ours: textOf('ours'),
    theirs: textOf('theirs'),
    base: conflict.hasBase ? textOf('base') : undefined,
  };
}

/** The merged lock, or what is wrong with a side. `path` as people would type it. */
export function mergeConflict(text: string, path: string): DecodedLock {
  const sides = splitConflict(text);
  if (sides === undefined) return decodeLock(text, path);
  const ours = decodeLock(sides.ours, `${path} (ours)`);
  if (!ours.ok) return ours;
  const theirs = decodeLock(sides.theirs, `${path} (theirs)`);
  if (!theirs.ok) return theirs;
  // An ancestor that does not read is one that git has shortened (zdiff3): then nothing is taken
  // for deleted.
  const base = sides.base === undefined ? undefined : decodeLock(sides.base, `${path} (base)`);
  return {
    ok: true,
    lock: mergeLocks(base?.ok === true ? base.lock : undefined, ours.lock, theirs.lock),
    text,
  };
}
