/**
 * What zod says of a value, as problems at places: the smallest wrong thing, what is expected
 * there, and what to write.
 */
import type * as z from 'zod';
import { defined } from '../../defined.ts';
import type { DiagnosticCode } from '../../diagnostic-codes/diagnostic-codes.ts';
import { type Located, locatedAt, plain } from '../../scene.ts';
import {
  describe,
  type Entries,
  holdsLost,
  isNull,
  mapOf,
  quoted,
  written,
} from '../values/located.ts';
import type { Problem } from '../values/problems.ts';
import { type Checked, type Issue, label, mapAt, type Path } from './checked.ts';
import { expectedOfAny, expectedWords, kindOf } from './expected-words.ts';
import { knownKeys } from './schema-keys.ts';
import { nearKey, unknownKey } from './unknown-key.ts';
import { hintFor, otherName } from './value-hints.ts';

/** Of one map. A file with more of them is not a manifest. */
const MAX_UNKNOWN_KEYS = 50;

/** `near`: the key that an unknown one probably stands for. */
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
 * `null` means "as if never set", except in `params`, where it is a value. For an unknown
 * key it stays, so that the key is refused: in `{ prompt: A crab, looking up }` it is the end of
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
          atValue(path, checked, `expected ${expectedOfAny(issue.errors)}`, issue.errors.flat()),
          path,
        );
    } else for (const inner of best) describeIssue(inner, path, checked, describe);
    return;
  }
  if (issue.code === 'unrecognized_keys') {
    const known = knownKeys(checked.schema, path);
    for (const key of issue.keys.slice(0, MAX_UNKNOWN_KEYS)) {
      const near = nearKey(key, known);
      // A key that is also present is not what the unknown one stands for.
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

/** The intended branch of a union: the only one whose kind of value fits. */
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
  const kinds = issues.map(kindOf);
  const wanted = wish ?? `expected ${expectedWords(issue)}`;
  const isType = wish !== undefined || issue?.code === 'invalid_type';
  const hint = hintFor(value, path, issues, kinds);
  return {
    code: isType ? 'wrong-type' : 'wrong-value',
    message: `${name} is ${textual(value) ? `the text ${what}` : what}; ${wanted}`,
    ...at,
    ...defined({ hint }),
  };
}

const textual = (value: Located): boolean =>
  value.kind === 'scalar' && typeof value.value === 'string';
const samePlace = (a: Located, b: Located): boolean =>
  a.place.source === b.place.source && a.place.start === b.place.start;

/** A missing required key, reported for the map that lacks it. */
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
