/**
 * What zod says of a value, as problems at places: the smallest wrong thing, what is expected there,
 * and what to write.
 */
import type * as z from 'zod';
import { defined } from '../../defined.ts';
import type { DiagnosticCode } from '../../diagnostic-codes/diagnostic-codes.ts';
import type { Place } from '../../diagnostic.ts';
import { foldCase, GATEWAYS, suggestName } from '../../ids.ts';
import { type Located, locatedAt, type LocatedMap, plain } from '../../scene.ts';
import {
  describe,
  type Entries,
  holdsLost,
  isNull,
  mapOf,
  quoted,
  written,
} from '../values/located.ts';
import { SETTINGS, WHOLE_NUMBER } from './schema.ts';
import { nearest } from '../../algorithms/nearest.ts';
import type { Problem } from '../values/problems.ts';
import { knownKeys } from './schema-keys.ts';
import { SYNONYMS, VALUE_SYNONYMS } from './synonyms.ts';

type Issue = z.core.$ZodIssue;

/** Of one map. A file with more of them is not a manifest. */
const MAX_UNKNOWN_KEYS = 50;

export interface Checked {
  readonly schema: z.ZodType;
  /** The value with templates filled in. */
  readonly value: Located;
  /** The value as written, of the same shape: what a template brought has its place elsewhere. */
  readonly written?: Located;
  /** What the messages call the value, as in `models.kling`; `''` for what needs no name. */
  readonly label: string;
}

type Path = readonly (string | number)[];
/** `near`: the key that an unknown one was probably meant to be. */
type Describe = (problem: Problem, path: Path, near?: string) => void;

/**
 * A problem of a value, with the path of what is wrong in it, and for an unknown key the one that
 * was probably meant.
 */
export type ReportAt = (problem: Problem, path: Path, meant?: string) => void;

/** Reports everything that is wrong with a value; true if nothing is. */
export function check({ schema, value, written: raw, label }: Checked, report: ReportAt): boolean {
  const said = plain(withoutNulls(value, schema));
  const result = schema.safeParse(said);
  if (result.success) return true;
  const checked = { schema, value, written: raw ?? value, label };
  // A key that is missing because it is misspelt is one mistake, not two.
  const absent: (readonly [Problem, Path])[] = [];
  const meant = new Set<string>();
  const describe: Describe = (problem, path, near) => {
    if (problem.code === 'absent-key') absent.push([problem, path]);
    else report(problem, path, near);
    if (near !== undefined) meant.add([...path.slice(0, -1), near].join('/'));
  };
  for (const issue of result.error.issues) describeIssue(issue, [], checked, describe);
  for (const [problem, path] of absent) if (!meant.has(path.join('/'))) report(problem, path);
  return false;
}

/**
 * `null` means "as if never set", but in `params`, where it is a value of its own. Of an unknown
 * key it stays, for that key to be refused: in `{ prompt: A crab, looking up }` it is the end of
 * the prompt.
 */
function withoutNulls(located: Located, schema: z.ZodType, path: Path = []): Located {
  if (located.kind === 'scalar') return located;
  if (located.kind === 'list') {
    const items = located.items.map((item, index) => withoutNulls(item, schema, [...path, index]));
    return items.every((item, index) => item === located.items[index])
      ? located
      : { ...located, items };
  }
  let entries: Entries | undefined;
  for (const [key, { key: place, value }] of located.entries) {
    if (isNull(value)) {
      const known = knownKeys(schema, path);
      if (known.length > 0 && !known.includes(key)) continue;
      entries ??= new Map(located.entries);
      entries.delete(key);
    } else if (key !== 'params') {
      const kept = value.kind === 'scalar' ? value : withoutNulls(value, schema, [...path, key]);
      if (kept === value) continue;
      entries ??= new Map(located.entries);
      entries.set(key, { key: place, value: kept });
    }
  }
  return entries === undefined ? located : mapOf(entries, located.place);
}

function describeIssue(
  issue: Issue,
  above: readonly PropertyKey[],
  checked: Required<Checked>,
  describe: Describe,
): void {
  const path = [...above, ...issue.path].filter((step) => typeof step !== 'symbol');
  if (issue.code === 'invalid_union') {
    const best = likeliest(issue.errors);
    // A key that takes several kinds of value, and is not there.
    const absent = best === undefined && path.length > 0 ? missingKey(path, checked) : undefined;
    if (absent !== undefined) describe(absent, path);
    else if (best === undefined) {
      if (!isLostAt(checked.value, path))
        describe(
          atValue(path, checked, `expected ${wantedOfAll(issue.errors)}`, issue.errors.flat()),
          path,
        );
    } else for (const inner of best) describeIssue(inner, path, checked, describe);
    return;
  }
  if (issue.code === 'unrecognized_keys') {
    const known = knownKeys(checked.schema, path);
    for (const key of issue.keys.slice(0, MAX_UNKNOWN_KEYS)) {
      const near = nearKey(key, known);
      // A key that is there as well was not meant by the unknown one.
      const meant =
        near !== undefined && mapAt(checked.value, path)?.entries.has(near) === true
          ? undefined
          : near;
      describe(unknownKey(key, path, checked, known, near), [...path, key], meant);
    }
    const more = issue.keys[MAX_UNKNOWN_KEYS];
    if (more !== undefined) {
      const message = `${(issue.keys.length - MAX_UNKNOWN_KEYS).toLocaleString('en')} more keys are unknown here`;
      describe(
        {
          code: 'unknown-key',
          message,
          place: mapAt(checked.value, path)?.entries.get(more)?.key ?? checked.value.place,
        },
        [...path, more],
      );
    }
    return;
  }
  if (issue.code !== 'invalid_key' && isLostAt(checked.value, path)) return;
  const missing = path.length > 0 ? missingKey(path, checked) : undefined;
  if (missing !== undefined) {
    describe(missing, path);
    return;
  }
  if (issue.code === 'invalid_key') {
    const key = String(path.at(-1));
    const entry = mapAt(checked.value, path.slice(0, -1))?.entries.get(key);
    const problem = issue.issues[0]?.message ?? 'cannot be used';
    describe(
      {
        code: 'bad-name',
        message: `${quoted(key)} ${problem}`,
        place: entry?.key ?? checked.value.place,
      },
      path,
    );
    return;
  }
  describe(atValue(path, checked, undefined, [issue]), path);
}

/**
 * Whether the very value at a path, or a part of it, could not be made out: then that is what is
 * wrong with it.
 */
function isLostAt(root: Located, path: Path): boolean {
  let at: Located | undefined = root;
  for (const step of path) {
    at =
      at?.kind === 'map'
        ? at.entries.get(String(step))?.value
        : at?.kind === 'list' && typeof step === 'number'
          ? at.items[step]
          : undefined;
  }
  return at !== undefined && holdsLost(at);
}

/** The branch of a union that the writer meant: the only one whose kind of value fits. */
function likeliest(branches: readonly (readonly Issue[])[]): readonly Issue[] | undefined {
  const fitting = branches.filter((issues) =>
    issues.every(
      ({ path, code }) =>
        path.length > 0 ||
        (code !== 'invalid_type' && code !== 'invalid_value' && code !== 'invalid_union'),
    ),
  );
  return fitting.length === 1 ? fitting[0] : undefined;
}

function atValue(
  path: Path,
  checked: Required<Checked>,
  wish: string | undefined,
  issues: readonly Issue[],
): Problem {
  const value = locatedAt(checked.value, path);
  const raw = locatedAt(checked.written, path);
  const name = label(checked.label, path);
  const [issue] = issues;
  const what = describe(value);
  const also = samePlace(value, raw) ? {} : { also: [{ message: 'used here', place: raw.place }] };
  const at = { place: value.place, ...also };
  if (issue?.code === 'custom' && wish === undefined) {
    const given = (issue.params ?? {}) as {
      readonly code?: DiagnosticCode;
      readonly hint?: string;
    };
    const { code, hint = code === 'bad-name' ? otherName(value, path, checked.value) : undefined } =
      given;
    const subject = value.kind === 'scalar' ? `${name} ${what}` : name;
    return {
      code: code ?? 'wrong-value',
      message: `${subject} ${issue.message}`,
      ...at,
      ...defined({ hint }),
    };
  }
  const kinds = issues.map(expected);
  const wanted = wish ?? `expected ${wantedOf(issue)}`;
  const isType = wish !== undefined || issue?.code === 'invalid_type';
  const hint = hintFor(value, path, issues, kinds);
  return {
    code: isType ? 'wrong-type' : 'wrong-value',
    message: `${name} is ${textual(value) ? `the text ${what}` : what}; ${wanted}`,
    ...at,
    ...defined({ hint }),
  };
}

/** A name that can be one, and that no neighbour in the same list has. */
function otherName(value: Located, path: Path, root: Located): string | undefined {
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

const textual = (value: Located): boolean =>
  value.kind === 'scalar' && typeof value.value === 'string';
const samePlace = (a: Located, b: Located): boolean =>
  a.place.source === b.place.source && a.place.start === b.place.start;

function expected(issue: Issue): string {
  if (issue.code === 'invalid_value') return 'value';
  return issue.code !== 'invalid_type'
    ? issue.code
    : issue.message === WHOLE_NUMBER
      ? 'int'
      : issue.expected;
}

function wantedOfAll(branches: readonly (readonly Issue[])[]): string {
  const all = branches.flatMap((issues) =>
    issues
      .filter(({ path }) => path.length === 0)
      .flatMap((issue) =>
        issue.code === 'invalid_union' ? [wantedOfAll(issue.errors)] : [wantedOf(issue)],
      ),
  );
  return orList([...new Set(all)]);
}

/** `a whole number`, `"auto" or "x"`, `at least 1`. */
function wantedOf(issue: Issue | undefined): string {
  if (issue?.code === 'invalid_type')
    return issue.message === WHOLE_NUMBER
      ? WHOLE_NUMBER
      : (TYPE_WORDS[issue.expected] ?? issue.expected);
  if (issue?.code === 'invalid_value') {
    return issue.values.length === 1
      ? String(issue.values[0])
      : `one of ${issue.values.map(String).join(', ')}`;
  }
  if (issue?.code === 'too_small') {
    const thing = { array: 'list', string: 'text' }[issue.origin as string];
    return thing === undefined
      ? `a number from ${issue.minimum} up`
      : `a ${thing} with something in it`;
  }
  return issue?.code === 'too_big' ? `a number up to ${issue.maximum}` : 'something else';
}

const TYPE_WORDS: Readonly<Record<string, string>> = {
  string: 'a text',
  int: 'a whole number',
  number: 'a number',
  boolean: 'true or false',
  array: 'a list',
  object: 'a map (key: value)',
  record: 'a map (key: value)',
};

function hintFor(
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

export function nearKey(key: string, known: readonly string[]): string | undefined {
  const synonym = SYNONYMS[key.toLowerCase()];
  return (
    nearest(key, known) ?? (synonym !== undefined && known.includes(synonym) ? synonym : undefined)
  );
}

function unknownKey(
  key: string,
  path: Path,
  checked: Required<Checked>,
  known: readonly string[],
  near: string | undefined,
): Problem {
  const map = mapAt(checked.value, path);
  const place = map?.entries.get(key)?.key ?? checked.value.place;
  const name = label(checked.label, path);
  const value = map?.entries.get(key)?.value;
  const hint = NO_BREAK.test(key)
    ? 'The line begins with spaces that are none to YAML (no-break spaces, as text processors write them): replace them by plain ones.'
    : path.at(-1) === 'ids' && GATEWAYS.some((gateway) => gateway === key)
      ? `Models of ${key} take no ids: give the element a description and images; ids are for ${known.join(', ')}.`
      : near !== undefined
        ? `Did you mean ${near}?`
        : isNull(value) && isInBraces(place)
          ? 'If it belongs to the text before it, put that text in quotes: inside { } a comma ends a value.'
          : known.includes('params')
            ? `If ${quoted(key)} is a field of the model's own API, put it under params. Otherwise: ${known.join(', ')}.`
            : path.length === 0 && SETTINGS.includes(key)
              ? `${key} belongs into a scene, or into defaults: for all scenes.`
              : `Keys here: ${known.join(', ')}.`;
  return {
    code: 'unknown-key',
    message: `${quoted(key)} is not a key of ${name === '' ? 'a manifest' : name}${invisible(key)}`,
    place,
    hint,
  };
}

/** What is invisible in a key, in words. */
function invisible(key: string): string {
  const found = /[\u00a0\u2000-\u200f\u202f\u2060\u3000\ufeff]/.exec(key)?.[0];
  if (found === undefined) return '';
  const code = found.charCodeAt(0).toString(16).toUpperCase().padStart(4, '0');
  return `: it holds ${found === '\u00a0' ? 'a no-break space' : 'an invisible character'} (U+${code})`;
}

const NO_BREAK = /^[\u00a0\u2000-\u200b\u202f\u3000\ufeff]/;

/** Whether a key stands between `{` and `}`, behind a comma of its line. */
function isInBraces({ source, start }: Place): boolean {
  const { line, column } = source.position(start);
  return /\{.*,\s*$/.test(source.line(line).slice(0, column - 1));
}

/** A required key that is not there, said of the map that lacks it. */
function missingKey(path: Path, checked: Required<Checked>): Problem | undefined {
  const map = mapAt(checked.value, path.slice(0, -1));
  const key = path.at(-1);
  if (map === undefined || typeof key !== 'string') return undefined;
  const entry = map.entries.get(key);
  if (entry !== undefined && !isNull(entry.value)) return undefined;
  const name = label(checked.label, path.slice(0, -1));
  const { source, start, end } = map.place;
  const line = written(map.place).search(/[\r\n]/);
  const place = entry?.key ?? { source, start, end: line === -1 ? end : start + line };
  return {
    code: 'absent-key',
    message: `${name === '' ? 'the manifest' : name} has no ${key}`,
    place,
    hint: `Add ${key}: …`,
  };
}

function mapAt(value: Located, path: Path): LocatedMap | undefined {
  const found = locatedAt(value, path);
  return found.kind === 'map' ? found : undefined;
}

/** `shots[1].duration`, after the label of the whole. */
function label(whole: string, path: Path): string {
  let text = '';
  for (const step of path)
    text += typeof step === 'number' ? `[${step}]` : `${text === '' ? '' : '.'}${step}`;
  return text === '' ? whole : text;
}

const orList = (words: readonly string[]): string =>
  words.length < 2 ? (words[0] ?? '') : `${words.slice(0, -1).join(', ')} or ${words.at(-1) ?? ''}`;
