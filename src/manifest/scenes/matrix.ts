/**
 * `matrix:` of a scene: one scene for every combination of its axes, less `exclude`, and those of
 * `include`.
 */
import type { Located, LocatedMap } from '../../scene.ts';
import { plain } from '../../scene.ts';
import { describe, type Entries, get, mapOf } from '../values/located.ts';
import { nearest } from '../../algorithms/nearest.ts';
import type { Report } from '../values/problems.ts';

/**
 * Every combination has a value of each: with thousands of axes, few combinations fill the memory.
 */
const MAX_AXES = 32;

/**
 * The combinations in the order written, the first axis slowest; `undefined` after reporting why
 * there are none.
 */
export function combinations(
  matrix: LocatedMap,
  max: number,
  report: Report,
): readonly LocatedMap[] | undefined {
  const axes = readAxes(matrix, report);
  const exclude = readList(matrix, 'exclude', axes, report);
  const include = readList(matrix, 'include', axes, report);
  if (axes === undefined || exclude === undefined || include === undefined) return undefined;
  const size =
    axes.size === 0
      ? 0
      : [...axes.values()].reduce((product, { items }) => product * items.length, 1);
  if (size + include.length > max) {
    const message = `the matrix makes ${size.toLocaleString('en')} scenes; ${max.toLocaleString('en')} is the most for one project`;
    report({
      code: 'too-large',
      message,
      place: matrix.place,
      hint: 'List the combinations that you want in a row file.',
    });
    return undefined;
  }
  const out = excluded(axes, exclude, size);
  const kept = product(axes, matrix, size).filter((_, index) => out.at(index) === 0);
  const texts = textsOf(axes);
  for (const pattern of exclude) {
    if (size > 0 && indexesOf(pattern, texts) !== undefined) continue;
    const hint = 'Compare its values with those of the axes: 5 and "5" are two values.';
    report({
      code: 'no-effect',
      severity: 'warning',
      message: 'this exclude matches no combination',
      place: pattern.place,
      hint,
    });
  }
  if (kept.length + include.length === 0) {
    report({
      code: 'no-effect',
      severity: 'warning',
      message: 'the matrix makes no scene',
      place: matrix.place,
    });
  }
  return [...kept, ...include];
}

/**
 * An axis of several values that nothing of the scene names: each combination is the same scene.
 */
export function reportUnusedAxes(scene: LocatedMap, matrix: LocatedMap, report: Report): void {
  const texts: string[] = [];
  for (const [key, { value }] of scene.entries) if (key !== 'matrix') collectTexts(value, texts);
  // A text in a file may name it too.
  if (texts.includes(FILE)) return;
  const used = axesIn(texts);
  // If no axis is named, the ids are the same, which is already reported.
  if (used.size === 0) return;
  for (const [name, { key, value }] of matrix.entries) {
    const values = valuesOf(name, value);
    if (values < 2 || used.has(name)) continue;
    report({
      code: 'no-effect',
      severity: 'warning',
      message: `the scene does not use matrix.${name}, so its ${values} values make the same scene`,
      place: key,
      hint: `Use it in the id and in the prompt, as in \${{ matrix.${name} }}, or delete it.`,
    });
  }
}

/** The axes of several values that an id does not name: their scenes have the same id. */
export function axesOutsideId(scene: LocatedMap): readonly string[] {
  const id = scene.entries.get('id')?.value;
  const matrix = scene.entries.get('matrix')?.value;
  if (id === undefined || matrix?.kind !== 'map') return [];
  const texts: string[] = [];
  collectTexts(id, texts);
  const used = axesIn(texts);
  return [...matrix.entries]
    .filter(([name, { value }]) => valuesOf(name, value) > 1 && !used.has(name))
    .map(([name]) => name);
}

/** How many values an axis has; 0 for what is not an axis. */
const valuesOf = (name: string, value: Located): number =>
  name === 'exclude' || name === 'include' || value.kind !== 'list' ? 0 : value.items.length;

const axesIn = (texts: readonly string[]): ReadonlySet<string> =>
  new Set(texts.flatMap((text) => [...text.matchAll(NAMED)].map(([, axis = '']) => axis)));

const NAMED = /\$\{\{\s*matrix\.([\p{L}\p{M}\p{N}_-]+)/gu;
/** Stands for a text that is read from a file. */
const FILE = '\u0000file';

function collectTexts(located: Located, texts: string[]): void {
  if (located.kind === 'scalar') {
    if (typeof located.value === 'string') texts.push(located.value);
  } else if (located.kind === 'list') for (const item of located.items) collectTexts(item, texts);
  else {
    if (located.entries.has('file')) texts.push(FILE);
    for (const { value } of located.entries.values()) collectTexts(value, texts);
  }
}

type Axes = ReadonlyMap<string, { readonly items: readonly Located[] }>;

function readAxes(matrix: LocatedMap, report: Report): Axes | undefined {
  const axes = new Map<string, { readonly items: readonly Located[] }>();
  let sound = true;
  for (const [name, { key, value }] of matrix.entries) {
    if (name === 'exclude' || name === 'include') continue;
    if (value.kind !== 'list' || value.items.length === 0) {
      sound = false;
      const message =
        value.kind === 'list'
          ? `matrix.${name} has no values`
          : `matrix.${name} is ${describe(value)}; expected a list of values`;
      report({
        code: value.kind === 'list' ? 'wrong-value' : 'wrong-type',
        message,
        place: value.kind === 'list' ? key : value.place,
        hint: `Write ${name}: [a, b]`,
      });
      continue;
    }
    const seen = new Map<string, Located>();
    for (const item of value.items) {
      const text = JSON.stringify(plain(item));
      const twin = seen.get(text);
      if (twin !== undefined) {
        sound = false;
        report({
          code: 'wrong-value',
          message: `matrix.${name} has ${describe(item)} twice`,
          place: item.place,
          also: [{ message: 'first here', place: twin.place }],
        });
      }
      seen.set(text, item);
    }
    axes.set(name, { items: value.items });
    if (axes.size > MAX_AXES) {
      report({
        code: 'too-large',
        message: `the matrix has more than ${MAX_AXES} axes`,
        place: key,
        hint: 'List the combinations that you want in a row file.',
      });
      return undefined;
    }
  }
  return sound ? axes : undefined;
}

function readList(
  matrix: LocatedMap,
  name: 'exclude' | 'include',
  axes: Axes | undefined,
  report: Report,
): readonly LocatedMap[] | undefined {
  const list = get(matrix, name);
  if (list === undefined) return [];
  if (list.kind !== 'list') {
    report({
      code: 'wrong-type',
      message: `matrix.${name} is ${describe(list)}; expected a list of combinations`,
      place: list.place,
      hint: `Write ${name}: [{ sky: sun, time: dusk }]`,
    });
    return undefined;
  }
  let sound = true;
  const maps: LocatedMap[] = [];
  for (const item of list.items) {
    if (item.kind !== 'map') {
      sound = false;
      report({
        code: 'wrong-type',
        message: `this ${name} is ${describe(item)}; expected a combination`,
        place: item.place,
        hint: 'Write { sky: sun, time: dusk }',
      });
      continue;
    }
    maps.push(item);
    if (axes === undefined || (axes.size === 0 && name === 'include')) continue;
    for (const [key, { key: place }] of item.entries) {
      if (axes.has(key)) continue;
      sound = false;
      const near = nearest(key, axes.keys());
      const hint =
        near === undefined
          ? `The matrix has: ${[...axes.keys()].join(', ')}.`
          : `Did you mean ${near}?`;
      report({ code: 'unknown-key', message: `the matrix has no axis ${key}`, place, hint });
    }
    const lacking =
      name === 'include' ? [...axes.keys()].find((axis) => !item.entries.has(axis)) : undefined;
    if (lacking === undefined) continue;
    sound = false;
    report({
      code: 'absent-key',
      message: `this include has no ${lacking}`,
      place: item.place,
      hint: 'Every axis needs a value.',
    });
  }
  return sound ? maps : undefined;
}

/** The first axis is the slowest. */
function product(axes: Axes, matrix: LocatedMap, size: number): readonly LocatedMap[] {
  const columns = [...axes].map(([name, { items }]) => ({
    name,
    key: matrix.entries.get(name)?.key ?? matrix.place,
    items,
  }));
  return Array.from({ length: size }, (_, index) => {
    const entries: Entries = new Map();
    let stride = size;
    for (const { name, key, items } of columns) {
      stride /= items.length;
      const value = items[Math.floor(index / stride) % items.length];
      if (value !== undefined) entries.set(name, { key, value });
    }
    return mapOf(entries, matrix.place);
  });
}

/** By axis: the index of each value, as text. */
type Texts = ReadonlyMap<string, ReadonlyMap<string, number>>;

const textsOf = (axes: Axes): Texts =>
  new Map(
    [...axes].map(([name, { items }]) => [
      name,
      new Map(items.map((item, index) => [JSON.stringify(plain(item)), index])),
    ]),
  );

/** By axis, the value that a pattern asks for; `undefined`: an axis does not have it. */
function indexesOf(pattern: LocatedMap, texts: Texts): ReadonlyMap<string, number> | undefined {
  const indexes = new Map<string, number>();
  for (const [name, { value }] of pattern.entries) {
    const index = texts.get(name)?.get(JSON.stringify(plain(value)));
    if (index === undefined) return undefined;
    indexes.set(name, index);
  }
  return indexes;
}

/**
 * 1 for each combination of {@link product} that a pattern matches. Each pattern visits only what
 * it matches: to compare all patterns with all combinations takes hours for a file within the
 * limits.
 */
function excluded(axes: Axes, patterns: readonly LocatedMap[], size: number): Uint8Array {
  const out = new Uint8Array(size);
  const texts = textsOf(axes);
  const names = [...axes.keys()];
  const lengths = [...axes.values()].map(({ items }) => items.length);
  const seen = new Set<string>();
  for (const pattern of patterns) {
    const indexes = indexesOf(pattern, texts);
    if (indexes === undefined || size === 0) continue;
    const wanted = names.map((name) => indexes.get(name) ?? -1);
    const key = wanted.join();
    if (seen.has(key)) continue;
    seen.add(key);
    const mark = (axis: number, at: number, stride: number): void => {
      const length = lengths[axis];
      if (length === undefined) {
        out[at] = 1;
        return;
      }
      const step = stride / length;
      const only = wanted[axis] ?? -1;
      if (only >= 0) mark(axis + 1, at + only * step, step);
      else for (let index = 0; index < length; index++) mark(axis + 1, at + index * step, step);
    };
    mark(0, 0, size);
  }
  return out;
}
