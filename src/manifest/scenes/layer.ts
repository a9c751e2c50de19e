/** Settings as a layer: words in their portable form, prompt texts read from their files. */
import type { Place } from '../../diagnostic.ts';
import {
  type Layer,
  type Located,
  type LocatedMap,
  RATIO_WORDS,
  type Word,
  WORDS,
  type Writable,
} from '../../scene.ts';
import {
  emptyMap,
  type Entries,
  get,
  getMap,
  getText,
  getTexts,
  isLost,
  mapOf,
  scalar,
  without,
} from '../values/located.ts';
import type { Problem, Report } from '../values/problems.ts';
import type { Reader } from '../values/reader.ts';
import { withPictures } from './pictures.ts';
import type { Scope } from './parse-template.ts';
import type { Filler } from './template.ts';

export interface LayerContext {
  readonly reader: Reader;
  readonly filler: Filler;
  readonly scope: Scope;
  /** Absolute folder that paths of this file start from. */
  readonly folder: string;
}

const IS_WORD: ReadonlySet<string> = new Set(WORDS);

const SOUND: ReadonlySet<string> = new Set();

/** The layer of a map, without those keys that the language has found wrong. */
export function layerOf(
  settings: LocatedMap,
  context: LayerContext,
  report: (problem: Problem, word: Word) => void,
  wrong: ReadonlySet<string> = SOUND,
): Layer {
  const entries: Entries = new Map();
  let broken: Set<string> | undefined;
  for (const key of wrong) {
    broken ??= new Set();
    broken.add(key);
    if (IS_WORD.has(key)) entries.set(key, unset(settings.entries.get(key)?.key ?? settings.place));
  }
  for (const [key, entry] of settings.entries) {
    if (!IS_WORD.has(key) || wrong.has(key)) continue;
    const word = key as Word;
    const value = wordOf(word, entry.value, context, (problem) => report(problem, word));
    if (value === undefined || isLost(value)) {
      broken ??= new Set();
      broken.add(key);
      entries.set(key, unset(entry.key));
    } else entries.set(key, value === entry.value ? entry : { key: entry.key, value });
  }
  const sound = wrong.size === 0 ? settings : without(settings, (key) => wrong.has(key));
  // Of `params` only a part may be wrong: it stays, and what could not be made out is null there,
  // which takes a field away.
  const params = getMap(settings, 'params');
  const fit = getText(sound, 'fit');
  const drop = get(sound, 'drop');
  const notify = getText(sound, 'notify');
  const layer: Writable<Layer> = { words: mapOf(entries, settings.place) };
  if (params !== undefined) layer.params = params;
  if (fit !== undefined) layer.fit = { value: 'nearest', place: fit.place };
  if (drop !== undefined)
    layer.drop = {
      words: getTexts(settings, 'drop').map(({ text }) => text as Word),
      place: drop.place,
    };
  if (notify !== undefined) layer.notify = { url: notify.text, place: notify.place };
  if (broken !== undefined) layer.broken = broken;
  return layer;
}

/** As if never set, and nothing beneath it counts. */
const unset = (key: Place): { readonly key: Place; readonly value: Located } => ({
  key,
  value: scalar(null, key),
});

export const emptyLayer = (settings: LocatedMap): Layer => ({ words: emptyMap(settings.place) });

/** Of settings that could not be read at all: any word could have been in them. */
export const lostLayer = (place: Place): Layer => ({ words: emptyMap(place), broken: IS_WORD });

function wordOf(
  word: Word,
  value: Located,
  context: LayerContext,
  report: Report,
): Located | undefined {
  if (
    word === 'aspect_ratio' &&
    value.kind === 'scalar' &&
    typeof value.value === 'string' &&
    Object.hasOwn(RATIO_WORDS, value.value)
  ) {
    return scalar(RATIO_WORDS[value.value as keyof typeof RATIO_WORDS], value.place);
  }
  if (word === 'prompt') return value.kind === 'map' ? promptOf(value, context, report) : value;
  return withPictures(word, value, context, report);
}

/**
 * The text of `{ file: … }`: line breaks as LF and none at the end, so that no editor and no
 * checkout changes what is sent.
 */
function promptOf(
  value: LocatedMap,
  { reader, filler, scope, folder }: LayerContext,
  report: Report,
): Located | undefined {
  const file = getText(value, 'file');
  if (file === undefined) return undefined;
  const read = reader.read(file.text, folder, 'prompt', file.place, report);
  if (read === undefined) return undefined;
  const { text } = read.source;
  const kept = text.trimEnd();
  const prompt = scalar(kept.replaceAll(/\r\n?/g, '\n'), {
    source: read.source,
    start: 0,
    end: kept.length,
  });
  return filler.fill(prompt, scope, report);
}
