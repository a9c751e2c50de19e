/**
 * A lock file with the markers of an unfinished git merge, taken apart into its sides and merged as
 * a lock. Pure.
 */
import { decodeLock, type DecodedLock } from './decode.ts';
import { mergeLocks } from '../merge.ts';

export interface ConflictSides {
  readonly ours: string;
  readonly theirs: string;
  /** The common ancestor, where every conflict shows it (`merge.conflictStyle` diff3 or zdiff3). */
  readonly base: string | undefined;
}

/** `undefined`: there are no markers, or they do not fit together. */
export function splitConflict(text: string): ConflictSides | undefined {
  const sides: Record<'ours' | 'base' | 'theirs', string[]> = { ours: [], base: [], theirs: [] };
  let within: 'ours' | 'base' | 'theirs' | undefined;
  let conflicts = 0;
  let withBase = 0;
  for (const line of text.split(/(?<=\n)/)) {
    const marker = /^(<{7}|\|{7}|={7}|>{7})(?: |\r?\n|$)/.exec(line)?.[1]?.[0];
    if (marker === '<' && within === undefined) {
      within = 'ours';
      conflicts += 1;
    } else if (marker === '|' && within === 'ours') {
      within = 'base';
      withBase += 1;
    } else if (marker === '=' && (within === 'ours' || within === 'base')) within = 'theirs';
    else if (marker === '>' && within === 'theirs') within = undefined;
    else if (marker !== undefined) return undefined;
    else if (within !== undefined) sides[within].push(line);
    else for (const side of Object.values(sides)) side.push(line);
  }
  if (conflicts === 0 || within !== undefined) return undefined;
  return {
    ours: sides.ours.join(''),
    theirs: sides.theirs.join(''),
    base: withBase === conflicts ? sides.base.join('') : undefined,
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
