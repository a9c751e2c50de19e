/** `--only`, `--model`, `--tag`: which renders are in scope. */
import { manifestName, parseRenderId, type RenderId } from '../../ids.ts';
import type { Filter } from '../options.ts';
import type { ResolvedRender } from '../plan.ts';

/** The data that a filter uses. An orphan has no tags and no scene, only its id. */
export interface Filtered {
  readonly id: RenderId;
  readonly tags: readonly string[];
}

/**
 * `manifest`: the file's path; its name without folder and ending is what stands before `:` in a
 * glob.
 */
export function inScope(
  filter: Filter | undefined,
  manifest: string,
): (render: Filtered | ResolvedRender) => boolean {
  if (filter === undefined) return () => true;
  const { only = [], models = [], tags = [] } = filter;
  const name = manifestName(manifest);
  const globs = only.flatMap((glob) => {
    const colon = glob.indexOf(':');
    if (colon === -1) return [glob];
    return matchesPart(glob.slice(0, colon), name) || glob.slice(0, colon) === manifest
      ? [glob.slice(colon + 1)]
      : [];
  });
  return ({ id, tags: own }) => {
    const parts = parseRenderId(id);
    return (
      (only.length === 0 || globs.some((glob) => matchesGlob(glob, id))) &&
      (models.length === 0 || (parts !== undefined && models.includes(parts.alias))) &&
      (tags.length === 0 || tags.some((tag) => own.includes(tag)))
    );
  };
}

/** Whether one of the globs is this id itself, with the name of a manifest before it or without. */
export const namedInFull = (filter: Filter | undefined, id: RenderId): boolean =>
  (filter?.only ?? []).some((glob) => glob.slice(glob.lastIndexOf(':') + 1) === id);

/**
 * `*` and `?` within one part, `**` for any number of parts, `{a,b}` for one of several words.
 * Without a slash a glob is about the scene: `crab` is everything of that scene. `crab/kling`, as
 * an id, is take 1; a pattern of two parts, such as `crab/*`, means every take; a third part says
 * which takes: `crab/kling/*`.
 */
export function matchesGlob(glob: string, id: string): boolean {
  const parts = id.split('/');
  const [scene = '', , take] = parts;
  return alternatives(glob).some((plain) => {
    const globs = plain.split('/');
    if (globs.length === 1) return plain === '**' || matchesPart(plain, scene);
    if (matchesParts(globs, parts)) return true;
    if (take === undefined) return matchesParts(globs, [...parts, '1']);
    return globs.length === 2 && hasWildcard(plain) && matchesParts(globs, parts.slice(0, 2));
  });
}

/** Whether the text is a pattern and not an id written out. */
export const hasWildcard = (glob: string): boolean => /[*?]/.test(glob);

/** Ids have two or three parts, so trying every length for `**` stays small. */
function matchesParts(globs: readonly string[], parts: readonly string[]): boolean {
  const [glob, ...globsLeft] = globs;
  if (glob === undefined) return parts.length === 0;
  if (glob === '**')
    return (
      globsLeft.length === 0 || parts.some((_, skip) => matchesParts(globsLeft, parts.slice(skip)))
    );
  const [part, ...partsLeft] = parts;
  return part !== undefined && matchesPart(glob, part) && matchesParts(globsLeft, partsLeft);
}

/** Two fingers and one step back to the last `*`: no pattern makes it slow. */
function matchesPart(glob: string, text: string): boolean {
  let [g, t, star, mark] = [0, 0, -1, 0];
  while (t < text.length) {
    if (g < glob.length && glob[g] === '*') {
      star = g++;
      mark = t;
    } else if (g < glob.length && (glob[g] === '?' || glob[g] === text[t])) {
      g++;
      t++;
    } else if (star !== -1) {
      g = star + 1;
      t = ++mark;
    } else return false;
  }
  while (glob[g] === '*') g++;
  return g === glob.length;
}

/** As many as a command line may reasonably mean. */
const MAX_ALTERNATIVES = 256;

function alternatives(glob: string): string[] {
  let done: string[] = [''];
  for (const piece of glob.split(/(\{[^{}]*\})/)) {
    const choices =
      piece.startsWith('{') && piece.endsWith('}') ? piece.slice(1, -1).split(',') : [piece];
    done = done
      .flatMap((start) => choices.map((choice) => start + choice))
      .slice(0, MAX_ALTERNATIVES);
  }
  return done;
}
