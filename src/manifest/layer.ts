/** Settings as a layer: words in their portable form, prompt texts read from their files. */
import { type Layer, type Located, type LocatedMap, RATIO_WORDS, type Word, WORDS } from '../scene.ts';
import { emptyMap, type Entries, get, getMap, getText, getTexts, mapOf, scalar } from './located.ts';
import type { Report } from './problems.ts';
import type { Reader } from './reader.ts';
import type { Filler, Scope } from './template.ts';

export interface LayerContext {
  readonly reader: Reader;
  readonly filler: Filler;
  readonly scope: Scope;
  /** Absolute folder that paths of this file start from. */
  readonly folder: string;
}

const IS_WORD: ReadonlySet<string> = new Set(WORDS);

/** The layer of a map that the language has found nothing wrong with. */
export function layerOf(settings: LocatedMap, context: LayerContext, report: Report): Layer {
  const entries: Entries = new Map();
  for (const [key, entry] of settings.entries) {
    if (!IS_WORD.has(key)) continue;
    const value = wordOf(key as Word, entry.value, context, report);
    if (value !== undefined) entries.set(key, value === entry.value ? entry : { key: entry.key, value });
  }
  const params = getMap(settings, 'params');
  const fit = getText(settings, 'fit');
  const drop = get(settings, 'drop');
  const notify = getText(settings, 'notify');
  return {
    words: mapOf(entries, settings.place),
    ...(params === undefined ? {} : { params }),
    ...(fit === undefined ? {} : { fit: { value: 'nearest' as const, place: fit.place } }),
    ...(drop === undefined ? {} : { drop: { words: getTexts(settings, 'drop').map(({ text }) => text as Word), place: drop.place } }),
    ...(notify === undefined ? {} : { notify: { url: notify.text, place: notify.place } }),
  };
}

export const emptyLayer = (settings: LocatedMap): Layer => ({ words: emptyMap(settings.place) });

function wordOf(word: Word, value: Located, context: LayerContext, report: Report): Located | undefined {
  if (word === 'aspect_ratio' && value.kind === 'scalar' && typeof value.value === 'string' && Object.hasOwn(RATIO_WORDS, value.value)) {
    return scalar(RATIO_WORDS[value.value as keyof typeof RATIO_WORDS], value.place);
  }
  return word === 'prompt' && value.kind === 'map' ? promptOf(value, context, report) : value;
}

/** The text of `{ file: … }`: line breaks as LF and none at the end, so that no editor and no checkout changes what is sent. */
function promptOf(value: LocatedMap, { reader, filler, scope, folder }: LayerContext, report: Report): Located | undefined {
  const file = getText(value, 'file');
  if (file === undefined) return undefined;
  const read = reader.read(file.text, folder, 'prompt', file.place, report);
  if (read === undefined) return undefined;
  const { text } = read.source;
  const kept = text.trimEnd();
  const prompt = scalar(kept.replaceAll(/\r\n?/g, '\n'), { source: read.source, start: 0, end: kept.length });
  return filler.fill(prompt, scope, report);
}
