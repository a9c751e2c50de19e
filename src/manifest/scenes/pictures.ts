/** Paths of pictures in the words of a scene: each becomes the placeholder of what lies there. */
import type { Located, LocatedMap, Word } from '../../scene.ts';
import { placeholderOf } from '../../pictures/placeholder.ts';
import { namesPicture } from '../language/urls.ts';
import { isLost, mapOf, scalar } from '../values/located.ts';
import type { Report } from '../values/problems.ts';
import type { Reader } from '../values/reader.ts';

interface PictureContext {
  readonly reader: Reader;
  /** Absolute folder that paths of this file start from. */
  readonly folder: string;
}

/**
 * The word with every path of a picture replaced; `undefined` after saying what is wrong with one
 * of them.
 */
export function withPictures(
  word: Word,
  value: Located,
  context: PictureContext,
  report: Report,
): Located | undefined {
  if (word === 'first_frame' || word === 'last_frame')
    return onePicture(value, context, (problem) =>
      report(
        problem.code === 'no-file' && value.kind === 'scalar' && typeof value.value === 'string'
          ? { ...problem, insteadOfScene: { word, path: value.value } }
          : problem,
      ),
    );
  if (word === 'references')
    return value.kind === 'map'
      ? inMap(value, 'images', context, report)
      : allPictures(value, context, report);
  if (word !== 'elements' || value.kind !== 'list') return value;
  return each(value, (item) =>
    item.kind === 'map' ? inMap(item, 'images', context, report) : item,
  );
}

/** The same for the pictures of every cast member. */
export function withCastPictures(
  cast: LocatedMap,
  context: PictureContext,
  report: Report,
): LocatedMap | undefined {
  const members = [...cast.entries].map(
    ([name, { key, value }]) =>
      [
        name,
        { key, value: value.kind === 'map' ? inMap(value, 'images', context, report) : value },
      ] as const,
  );
  return members.some(([, { value }]) => value === undefined)
    ? undefined
    : mapOf(new Map(members as readonly (readonly [string, Entry])[]), cast.place);
}

type Entry = LocatedMap['entries'] extends ReadonlyMap<string, infer One> ? One : never;

function onePicture(value: Located, { reader, folder }: PictureContext, report: Report) {
  if (value.kind !== 'scalar' || typeof value.value !== 'string' || !namesPicture(value.value))
    return value;
  const picture = reader.picture(value.value, folder, value.place, report);
  return picture === undefined ? undefined : scalar(placeholderOf(picture), value.place);
}

const allPictures = (
  value: Located,
  context: PictureContext,
  report: Report,
): Located | undefined =>
  value.kind === 'list' ? each(value, (item) => onePicture(item, context, report)) : value;

function inMap(
  map: Extract<Located, { kind: 'map' }>,
  key: string,
  context: PictureContext,
  report: Report,
): Located | undefined {
  const entry = map.entries.get(key);
  if (entry === undefined || isLost(entry.value)) return map;
  const value = allPictures(entry.value, context, report);
  if (value === undefined) return undefined;
  return value === entry.value
    ? map
    : mapOf(new Map(map.entries).set(key, { key: entry.key, value }), map.place);
}

/** Every item is checked, even after a wrong one. */
function each(
  list: Extract<Located, { kind: 'list' }>,
  change: (item: Located) => Located | undefined,
): Located | undefined {
  const items = list.items.map(change);
  if (items.includes(undefined)) return undefined;
  return items.every((item, index) => item === list.items[index])
    ? list
    : { ...list, items: items as readonly Located[] };
}
