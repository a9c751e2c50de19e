/** Small ways to make and read {@link Located} values, for this folder only. */
import { cutName, type Place, type Source } from '../../diagnostic.ts';
import type { Located, LocatedMap, LocatedScalar } from '../../scene.ts';

/** A cell of a CSV file: its text is read as the type that its place needs. */
export interface Cell extends LocatedScalar {
  readonly value: string;
  readonly cell: true;
}

/**
 * Takes the place of a value that could not be read and was reported: code that meets it reports
 * nothing more. `null`, so that it sets nothing.
 */
export interface Lost extends LocatedScalar {
  readonly value: null;
  readonly lost: true;
}

export type Entries = Map<string, { readonly key: Place; readonly value: Located }>;

export const isCell = (located: Located): located is Cell => 'cell' in located;
export const isLost = (located: Located | undefined): located is Lost =>
  located !== undefined && 'lost' in located;
export const lost = (place: Place): Lost => ({ kind: 'scalar', value: null, place, lost: true });
export const isNull = (located: Located | undefined): boolean =>
  located?.kind === 'scalar' && located.value === null;

export const wholeOf = (source: Source): Place => ({ source, start: 0, end: source.text.length });
export const scalar = (value: LocatedScalar['value'], place: Place): LocatedScalar => ({
  kind: 'scalar',
  value,
  place,
});
export const mapOf = (entries: Entries, place: Place): LocatedMap => ({
  kind: 'map',
  entries,
  place,
});
export const emptyMap = (place: Place): LocatedMap => mapOf(new Map(), place);

/**
 * The value under a key; `undefined` if it is not there or `null`, which means "as if never set".
 */
export function get(map: LocatedMap | undefined, key: string): Located | undefined {
  const value = map?.entries.get(key)?.value;
  return isNull(value) ? undefined : value;
}

export function getMap(map: LocatedMap | undefined, key: string): LocatedMap | undefined {
  const value = get(map, key);
  return value?.kind === 'map' ? value : undefined;
}

export function getText(
  map: LocatedMap | undefined,
  key: string,
): { readonly text: string; readonly place: Place } | undefined {
  const value = get(map, key);
  return value?.kind === 'scalar' && typeof value.value === 'string'
    ? { text: value.value, place: value.place }
    : undefined;
}

export function getNumber(map: LocatedMap | undefined, key: string): number | undefined {
  const value = get(map, key);
  return value?.kind === 'scalar' && typeof value.value === 'number' ? value.value : undefined;
}

/** The texts of a list, each with its place; empty if it is not a list. */
export function getTexts(
  map: LocatedMap | undefined,
  key: string,
): { readonly text: string; readonly place: Place }[] {
  const list = get(map, key);
  if (list?.kind !== 'list') return [];
  return list.items.flatMap((item) =>
    item.kind === 'scalar' && typeof item.value === 'string'
      ? [{ text: item.value, place: item.place }]
      : [],
  );
}

/** Whether any part of a value is lost. */
export function holdsLost(located: Located): boolean {
  if (located.kind === 'list') return located.items.some(holdsLost);
  if (located.kind === 'map')
    return [...located.entries.values()].some(({ value }) => holdsLost(value));
  return isLost(located);
}

/** Without some keys; the same map if it has none of them. */
export function without(map: LocatedMap, unwanted: (key: string) => boolean): LocatedMap {
  let kept: Entries | undefined;
  for (const key of map.entries.keys()) {
    if (!unwanted(key)) continue;
    kept ??= new Map(map.entries);
    kept.delete(key);
  }
  return kept === undefined ? map : mapOf(kept, map.place);
}

/** How a value looks to its writer, short: `"5"`, `5`, `a list`. */
export function describe(located: Located): string {
  if (located.kind === 'list') return 'a list';
  if (located.kind === 'map') return 'a map';
  const { value } = located;
  if (typeof value !== 'string') return String(value);
  return quoted(value);
}

/** A text in quotes, cut where it would fill the line. */
export const quoted = (text: string): string => JSON.stringify(cutName(text));

/** As written in the file. */
export const written = ({ source, start, end }: Place): string => source.text.slice(start, end);
