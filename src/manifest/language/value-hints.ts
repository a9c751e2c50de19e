/** What to write instead of a value that is wrong. */
import { foldCase, suggestName } from '../../ids.ts';
import { nearest } from '../../algorithms/nearest.ts';
import { type Located, locatedAt, type LocatedMap } from '../../scene.ts';
import { written } from '../values/located.ts';
import type { Issue, Path } from './checked.ts';
import { VALUE_SYNONYMS } from './synonyms.ts';

export function hintFor(
  value: Located,
  path: Path,
  issues: readonly Issue[],
  kinds: readonly string[],
): string | undefined {
  const key = path.findLast((step) => typeof step === 'string') ?? '';
  const write = (text: string): string =>
    typeof path.at(-1) === 'number' ? text : `${key}: ${text}`;
  if (key === 'models' && path.length === 1 && !kinds.includes('array')) return modelsHint(value);
  if (key === 'scenes' && value.kind === 'map') return scenesHint(value);
  if (value.kind === 'map') return undefined;
  if (value.kind === 'list') {
    if (kinds.includes('string') && value.items.length > 1)
      return `Write one text. For several lines: ${key}: >- and the text below, indented.`;
    return kinds.includes('array') || value.items.length !== 1
      ? undefined
      : 'Write the value without brackets.';
  }
  const { value: original } = value;
  // Quotes of a text processor are letters to YAML; a sign of a currency means nothing beside usd.
  const seen =
    typeof original === 'string'
      ? original
          .replaceAll(/^[\u2018\u2019\u201c\u201d\u201e]+|[\u2018\u2019\u201c\u201d]+$/g, '')
          .replace(/^\$\s*(?=\d)/, '')
      : original;
  if (typeof seen === 'string') {
    const number = seen.trim() === '' ? Number.NaN : Number(seen);
    if (kinds.includes('boolean')) {
      const meant = /^(?:on|yes|y|true|1)$/i.test(seen)
        ? 'true'
        : /^(?:off|no|n|false|0)$/i.test(seen)
          ? 'false'
          : undefined;
      if (meant !== undefined) return `Write ${write(meant)}`;
    }
    if (kinds.some((kind) => kind === 'int' || kind === 'number') && Number.isFinite(number)) {
      if (kinds.includes('int') && !Number.isInteger(number)) return undefined;
      return seen.length === String(original).length
        ? `Remove the quotes: ${write(String(number))}`
        : `Write ${write(String(number))}`;
    }
    if (kinds.includes('int') && /^\d+\s*(?:s|sec|seconds?)$/i.test(seen))
      return `Write the number alone: ${write(String(Number.parseInt(seen, 10)))}`;
  }
  const allowed = issues.flatMap((issue) =>
    issue.code === 'invalid_value' ? issue.values.map(String) : [],
  );
  const meant = VALUE_SYNONYMS[String(seen).toLowerCase()];
  const near =
    nearest(String(seen), allowed) ??
    allowed.find((value) => value === `${String(seen)}p` || value === meant);
  if (near !== undefined) return `Did you mean ${near}?`;
  if (kinds.includes('array'))
    return `Write a list: ${write(`[${written(value.place).trim().slice(0, 60)}]`)}`;
  if (key === 'deadline') return `Write deadline: ${String(seen)}m`;
  if (typeof seen !== 'string' && kinds.includes('string'))
    return `Put it in quotes: ${write(JSON.stringify(written(value.place).trim() || String(seen)))}`;
  if (key === 'duration') return 'Write whole seconds without a unit, as in duration: 5.';
  if (key === 'budget') return `Write budget: { usd: ${String(seen)} }`;
  return undefined;
}

/** `models: [apimart/kling-v3]` and `models: apimart/kling-v3`. */
function modelsHint(value: Located): string {
  const first = value.kind === 'list' ? value.items[0] : value;
  const model =
    first?.kind === 'scalar' && typeof first.value === 'string' && first.value.includes('/')
      ? first.value
      : 'apimart/kling-v3';
  const alias =
    first?.kind === 'map'
      ? ([...first.entries.keys()][0] ?? 'kling')
      : (/\/([a-z]+)/.exec(model)?.[1] ?? 'kling');
  return `Give every model an alias, without a dash: models: { ${alias}: { use: ${model} } }`;
}

/** One scene without its dash, or scenes by their ids. */
function scenesHint({ entries }: LocatedMap): string {
  const [id = 'crab'] = entries.keys();
  return entries.has('id') || entries.has('prompt')
    ? 'Begin the scene with a dash: - id: …'
    : `Begin every scene with a dash and its id: - id: ${id}`;
}

/** A name that can be one, and that no neighbour in the same list has. */
export function otherName(value: Located, path: Path, root: Located): string | undefined {
  const list = path.length < 2 ? undefined : locatedAt(root, path.slice(0, -2));
  const taken =
    list?.kind === 'list' ? list.items.flatMap((item) => nameIn(item, String(path.at(-1)))) : [];
  const free =
    value.kind === 'scalar' && typeof value.value === 'string'
      ? suggestName(value.value, new Set(taken.map(foldCase)))
      : undefined;
  return free === undefined ? undefined : `Write ${String(path.at(-1))}: ${free}`;
}

function nameIn(item: Located, key: string): readonly string[] {
  const name = item.kind === 'map' ? item.entries.get(key)?.value : undefined;
  return name?.kind === 'scalar' && typeof name.value === 'string' ? [name.value] : [];
}
