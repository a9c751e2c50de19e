/**
 * A composed YAML document as located values: aliases, merge keys and twins of keys are settled
 * here, in linear time.
 */
import {
  type Document,
  isAlias,
  isMap,
  isPair,
  isScalar,
  isSeq,
  type Node,
  type Pair,
  Scalar,
} from 'yaml';
import { cutName, type Place, type Source } from '../../diagnostic.ts';
import type { Located, LocatedMap } from '../../scene.ts';
import { describe, type Entries, mapOf, scalar } from '../values/located.ts';
import type { Report } from '../values/problems.ts';

/** Values of one file, counted as if every alias were written out. */
const MAX_PARTS = 200_000;
const MAX_DEPTH = 64;

interface Anchored {
  readonly located: Located;
  readonly parts: number;
  readonly height: number;
}

/** `undefined` after saying why: out of bounds, or an alias that leads nowhere. */
export function locate(
  source: Source,
  document: Document.Parsed,
  report: Report,
): Located | undefined {
  const locator = new Locator(source, report);
  const located = locator.node(document.contents, 0);
  return locator.failed ? undefined : located;
}

class Locator {
  readonly #source: Source;
  readonly #report: Report;
  /** By name; `undefined` while the value is still being read. A name may be given again. */
  readonly #anchors = new Map<string, Anchored | undefined>();
  #parts = 0;
  /** Deepest level reached since the last look. */
  #deepest = 0;
  /** Whether the value cannot be used further. */
  failed = false;

  constructor(source: Source, report: Report) {
    this.#source = source;
    this.#report = report;
  }

  node(node: Node | null | undefined, depth: number, at = 0): Located {
    if (node === null || node === undefined) return scalar(null, this.#place(at, at));
    if (isAlias(node)) return this.#alias(node.source, this.#placeOf(node), depth);
    const anchor = 'anchor' in node ? node.anchor : undefined;
    if (anchor === undefined) return this.#value(node, depth);
    this.#anchors.set(anchor, undefined);
    const [parts, deepest] = [this.#parts, this.#deepest];
    this.#deepest = depth;
    const located = this.#value(node, depth);
    this.#anchors.set(anchor, {
      located,
      parts: this.#parts - parts,
      height: this.#deepest - depth,
    });
    this.#deepest = Math.max(deepest, this.#deepest);
    return located;
  }

  #value(node: Node, depth: number): Located {
    const place = this.#placeOf(node);
    this.#count(1, depth, place);
    if (this.failed) return scalar(null, place);
    if (isScalar(node)) return this.#scalar(node, place);
    if (isSeq(node)) {
      const items = node.items.map((item) =>
        isPair(item)
          ? this.#lonePair(item, depth + 1)
          : this.node(item as Node, depth + 1, place.end),
      );
      return { kind: 'list', items, place };
    }
    return isMap(node) ? this.#map(node.items, place, depth) : scalar(null, place);
  }

  #scalar(node: Scalar, place: Place): Located {
    const { value } = node;
    if (value === null || typeof value === 'string' || typeof value === 'boolean')
      return scalar(value, place);
    if (
      typeof value === 'number' &&
      Number.isFinite(value) &&
      (!Number.isInteger(value) || Number.isSafeInteger(value))
    ) {
      return scalar(value, place);
    }
    const text = node.source ?? 'this';
    this.#report({
      code: 'wrong-value',
      message: `${text.slice(0, 40)} is a number that cannot be kept exactly`,
      place,
      hint: 'Put it in quotes if it is an id, or write a smaller number.',
    });
    return scalar(text, place);
  }

  #map(pairs: readonly Pair[], place: Place, depth: number): LocatedMap {
    const entries: Entries = new Map();
    const merged: Located[] = [];
    /** After a second id its other keys are those of a scene whose dash was forgotten. */
    let isNextScene = false;
    for (const pair of pairs) {
      const { key } = pair;
      if (!isScalar(key) || key.value === null) {
        const bad =
          key === null || key === undefined
            ? place
            : isAlias(key) || isScalar(key) || isMap(key) || isSeq(key)
              ? this.#placeOf(key)
              : place;
        this.#report({
          code: 'yaml-syntax',
          message: 'a key must be a text',
          place: bad,
          hint: 'Write key: value.',
        });
        continue;
      }
      const keyPlace = this.#placeOf(key);
      const name = typeof key.value === 'string' ? key.value : (key.source ?? '');
      const isMerge = name === '<<' && key.type === Scalar.PLAIN;
      const value = this.node(pair.value as Node | null, depth + 1, keyPlace.end);
      const twin = entries.get(name);
      if (twin !== undefined && !isNextScene) {
        isNextScene = name === 'id';
        this.#report({
          code: 'duplicate-key',
          message: `duplicate key ${cutName(name)}`,
          place: keyPlace,
          also: [{ message: 'first here', place: twin.key }],
          hint: isNextScene
            ? 'Keep one of the two. If another scene begins here, it begins with a dash: - id: …'
            : 'Keep one of the two.',
        });
      } else if (twin !== undefined) continue;
      else if (isMerge) merged.push(...this.#mergeable(value));
      else entries.set(name, { key: keyPlace, value });
    }
    for (const from of merged) {
      if (from.kind !== 'map') continue;
      this.#count(from.entries.size, depth, place);
      if (this.failed) break;
      for (const [name, entry] of from.entries) if (!entries.has(name)) entries.set(name, entry);
    }
    return mapOf(entries, place);
  }

  /** The maps behind `<<:`, the first one strongest. */
  #mergeable(value: Located): readonly Located[] {
    const maps = value.kind === 'list' ? value.items : [value];
    for (const map of maps) {
      if (map.kind === 'map') continue;
      this.#report({
        code: 'wrong-type',
        message: `<< merges maps, and this is ${describe(map)}`,
        place: map.place,
        hint: 'Write <<: *name, where &name is before a map.',
      });
    }
    return maps;
  }

  /** `[a: 1]` means `[{a: 1}]`. */
  #lonePair(pair: Pair, depth: number): Located {
    const start = isScalar(pair.key) ? this.#placeOf(pair.key).start : 0;
    return this.#map([pair], this.#place(start, start), depth);
  }

  #alias(name: string, place: Place, depth: number): Located {
    const anchored = this.#anchors.get(name);
    if (anchored === undefined) {
      const message = this.#anchors.has(name)
        ? `*${name} is inside the value that it names`
        : `there is no &${name} above this *${name}`;
      this.#report({
        code: 'yaml-syntax',
        message: `not valid YAML: ${message}`,
        place,
        hint: 'A text that begins with * must be in quotes.',
      });
      this.failed = true;
      return scalar(null, place);
    }
    this.#count(anchored.parts, depth + anchored.height, place);
    return anchored.located;
  }

  #count(parts: number, depth: number, place: Place): void {
    this.#parts += parts;
    this.#deepest = Math.max(this.#deepest, depth);
    if (this.failed || (this.#parts <= MAX_PARTS && depth <= MAX_DEPTH)) return;
    this.failed = true;
    const message =
      depth > MAX_DEPTH
        ? `the file is nested more than ${MAX_DEPTH} levels deep`
        : `the file has more than ${MAX_PARTS.toLocaleString('en')} values, aliases written out`;
    this.#report({
      code: 'too-large',
      message,
      place,
      hint: 'Put many scenes into a row file, or split the file with include:.',
    });
  }

  #placeOf(node: Ranged): Place {
    return this.#place(node.range?.[0] ?? 0, endOf(node));
  }

  /** Without the line breaks that end a block. */
  #place(start: number, end: number): Place {
    let last = end;
    while (last > start + 1 && isSpace(this.#source.text.charCodeAt(last - 1))) last -= 1;
    return { source: this.#source, start, end: last };
  }
}

interface Ranged {
  readonly range?: readonly [number, number, number] | null | undefined;
}

/** The library counts a comment behind the last part of a block to the block. */
function endOf(node: Ranged): number {
  const last = (isMap(node) || isSeq(node)) && node.flow !== true ? node.items.at(-1) : undefined;
  if (last === undefined) return node.range?.[1] ?? 0;
  if (!isPair(last)) return endOf(last as Ranged);
  return endOf((last.value ?? last.key) as Ranged);
}

const isSpace = (unit: number): boolean => unit === 32 || (unit >= 9 && unit <= 13);
