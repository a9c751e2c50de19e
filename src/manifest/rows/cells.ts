/**
 * Cells of a CSV file, read as the type that the word using them needs. An empty cell is "not set".
 */
import type { Place } from '../../diagnostic.ts';
import type { Located, LocatedMap } from '../../scene.ts';
import { type Cell, type Entries, isCell, mapOf, scalar } from '../values/located.ts';

type Kind = 'integer' | 'boolean' | 'skip' | 'list' | 'native' | 'text';

/**
 * What a key takes, wherever in a scene it stands; every other key takes text. Inside `params`
 * this file does not know.
 */
const KINDS: ReadonlyMap<string, Kind> = new Map<string, Kind>([
  ['duration', 'integer'],
  ['seed', 'integer'],
  ['takes', 'integer'],
  ['revision', 'integer'],
  ['audio', 'boolean'],
  ['watermark', 'boolean'],
  ['skip', 'skip'],
  ['models', 'list'],
  ['tags', 'list'],
  ['drop', 'list'],
  ['images', 'list'],
  ['videos', 'list'],
  ['audios', 'list'],
  ['references', 'list'],
]);

/**
 * The map without cells: typed, and without the keys whose cell is empty. What does not fit stays a
 * text, and the language refuses it. `emptied` gets the keys of this map whose cell is empty.
 */
export function settleCells(
  map: LocatedMap,
  kind?: 'native',
  emptied?: Map<string, Place>,
): LocatedMap {
  let entries: Entries | undefined;
  for (const [key, entry] of map.entries) {
    const value = settle(
      entry.value,
      kind ?? (key === 'params' ? 'native' : (KINDS.get(key) ?? 'text')),
    );
    if (value === entry.value) continue;
    entries ??= new Map(map.entries);
    if (value === undefined) {
      entries.delete(key);
      emptied?.set(key, entry.value.place);
    } else entries.set(key, { key: entry.key, value });
  }
  return entries === undefined ? map : mapOf(entries, map.place);
}

function settle(located: Located, kind: Kind): Located | undefined {
  if (located.kind === 'map') return settleCells(located, kind === 'native' ? 'native' : undefined);
  if (located.kind === 'list') {
    const items = located.items.map((item) => settle(item, kind === 'list' ? 'text' : kind));
    return items.every((item, index) => item === located.items[index])
      ? located
      : { ...located, items: items.filter((item) => item !== undefined) };
  }
  if (!isCell(located)) return located;
  return located.value.trim() === '' ? undefined : typed(located, kind);
}

function typed(cell: Cell, kind: Kind): Located {
  const { value, place } = cell;
  const trimmed = value.trim();
  switch (kind) {
    case 'integer':
      return /^[+-]?\d{1,15}$/.test(trimmed)
        ? scalar(Number(trimmed), place)
        : scalar(value, place);
    case 'boolean':
    case 'skip':
      return /^(?:true|false)$/i.test(trimmed)
        ? scalar(trimmed.toLowerCase() === 'true', place)
        : scalar(value, place);
    case 'list':
      return { kind: 'list', items: split(value, place), place };
    case 'native':
      if (/^(?:true|false)$/i.test(trimmed)) return scalar(trimmed.toLowerCase() === 'true', place);
      return /^[+-]?(?:0|[1-9]\d{0,14})(?:\.\d{1,15})?$/.test(trimmed)
        ? scalar(Number(trimmed), place)
        : scalar(value, place);
    case 'text':
      return scalar(value, place);
  }
}

/** The parts between commas, each with its own place where the cell is written as it reads. */
function split(value: string, place: Place): Located[] {
  const inner = place.source.text.indexOf(value, place.start);
  const isVerbatim = inner !== -1 && inner + value.length <= place.end;
  const items: Located[] = [];
  let at = 0;
  for (const part of value.split(',')) {
    const text = part.trim();
    const start = inner + at + part.indexOf(text);
    if (text !== '')
      items.push(
        scalar(
          text,
          isVerbatim ? { source: place.source, start, end: start + text.length } : place,
        ),
      );
    at += part.length + 1;
  }
  return items;
}
