/**
 * Where a native field of a request came from: looked up only when asked for, which is when
 * something is wrong.
 */
import type { Place } from '../../diagnostic.ts';
import type { BodyPath, Model, Translation } from '../../models/model.ts';
import {
  type AliasSpec,
  type Located,
  locatedAt,
  type LocatedMap,
  type SceneSpec,
  type Word,
} from '../../scene.ts';
import { isFromBase, type Merged } from './layers.ts';

export interface Provenance {
  readonly alias: AliasSpec;
  readonly scene: SceneSpec;
  readonly model: Model;
  /** Without the scene: tells whose value it is. */
  readonly base: Merged;
  readonly merged: Merged;
  readonly origin: Translation['origin'];
  /** Fields that stand elsewhere in `params` than in the body, as `normalise` tells them. */
  readonly moved: Readonly<Record<string, BodyPath>>;
}

/** A place, and whether the scene itself (or its override) set its value. */
export interface Supplied {
  readonly place: Place;
  readonly by: 'scene' | 'base';
  /** The value at the place, if it is a text, after quotes, escapes and templates. */
  readonly text?: string;
}

/**
 * Of a native path: `params` first, then the word that was translated, else the scene. Of its name
 * where `key` is asked for.
 */
export function suppliedAt(from: Provenance, path: BodyPath, key = false): Supplied {
  const { alias, scene, model, base, merged } = from;
  const [field] = path;
  if (field === undefined) return { place: scene.place, by: 'scene' };
  const given = asGiven(from.moved, path);
  const param = found(merged.params, given);
  if (param !== undefined) {
    const name = key ? keyAt(merged.params, given) : undefined;
    return {
      by: isFromBase(base.params, merged.params, given) ? 'base' : 'scene',
      ...(name === undefined ? at(param) : { place: name }),
    };
  }
  if (field === model.notifyField && merged.notify !== undefined) {
    return { place: merged.notify.place, by: merged.notify === base.notify ? 'base' : 'scene' };
  }
  if (field === 'model' || field === 'gateway') return { place: alias.use.place, by: 'base' };
  const word = wordBehind(from.origin, path);
  return word === undefined
    ? { place: scene.emptyCells?.get(String(field)) ?? scene.place, by: 'scene' }
    : suppliedWord(from, word[0], word.slice(1));
}

/** Of a portable word, or of a part of its value. */
export function suppliedWord(
  { scene, base, merged }: Provenance,
  word: Word,
  path: BodyPath,
): Supplied {
  const whole = [word, ...path];
  const value = found(merged.words, whole);
  if (value === undefined)
    return { place: scene.emptyCells?.get(word) ?? scene.place, by: 'scene' };
  return { by: isFromBase(base.words, merged.words, whole) ? 'base' : 'scene', ...at(value) };
}

/** The value at a path, or its nearest ancestor; nothing if not even the first step exists. */
function found(root: LocatedMap, path: readonly (string | number)[]): Located | undefined {
  const value = locatedAt(root, path);
  return value === root ? undefined : value;
}

const at = (value: Located): Pick<Supplied, 'place' | 'text'> =>
  value.kind === 'scalar' && typeof value.value === 'string'
    ? { place: value.place, text: value.value }
    : { place: value.place };

/**
 * Where a part of a text is written. Quotes, escapes, folded lines and templates make the text
 * differ from what is written, so the part is looked for there: it is the n-th of its kind in both.
 * The whole place where the two do not agree.
 */
export function partOf(
  { place, text }: Supplied,
  part: readonly [start: number, end: number] | undefined,
): Place {
  if (part === undefined || text === undefined) return place;
  const wanted = text.slice(...part);
  const written = place.source.text.slice(place.start, place.end);
  const starts = startsOf(wanted, written);
  const which = startsOf(wanted, text).indexOf(part[0]);
  const start = starts[which];
  if (start === undefined || starts.length !== startsOf(wanted, text).length) return place;
  return {
    source: place.source,
    start: place.start + start,
    end: place.start + start + wanted.length,
  };
}

/** Offsets of a short text in a long one. */
function startsOf(short: string, long: string): readonly number[] {
  const starts: number[] = [];
  if (short === '') return starts;
  for (let at = long.indexOf(short); at !== -1; at = long.indexOf(short, at + short.length))
    starts.push(at);
  return starts;
}

/** The path below `params` of what stands at a path of the body. */
function asGiven(moved: Provenance['moved'], path: BodyPath): BodyPath {
  for (let length = path.length; length > 0; length--) {
    const name = path.slice(0, length).join('.');
    const from = Object.hasOwn(moved, name) ? moved[name] : undefined;
    if (from !== undefined) return [...from, ...path.slice(length)];
  }
  return path;
}

function keyAt(root: LocatedMap, path: BodyPath): Place | undefined {
  const parent = locatedAt(root, path.slice(0, -1));
  return parent.kind === 'map' ? parent.entries.get(String(path.at(-1)))?.key : undefined;
}

type WordPath = readonly [Word, ...(string | number)[]];

/** The word of the longest known prefix of the path, else of anything known below it. */
function wordBehind(origin: Translation['origin'], path: BodyPath): WordPath | undefined {
  for (let length = path.length; length > 0; length--) {
    const key = path.slice(0, length).join('.');
    if (Object.hasOwn(origin, key)) {
      const word = origin[key];
      return word === undefined ? undefined : [...word, ...path.slice(length)];
    }
    const below = Object.keys(origin).find((other) => other.startsWith(`${key}.`));
    const word = below === undefined ? undefined : origin[below];
    if (word !== undefined) return length === path.length ? word : [word[0]];
  }
  return undefined;
}
