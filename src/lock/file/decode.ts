/** From the text of a lock file to a lock, or to everything that is wrong with it. Pure. */
import type * as z from 'zod';
import { type Diagnostic, Source } from '../../diagnostic.ts';
import { parseRenderId, type RenderId } from '../../ids.ts';
import { type Lock, LOCK_VERSION, type LockEntry, type Result } from './format.ts';
import { holdsEveryKey, isTooDeep, MOST_LEVELS } from './every-key.ts';
import { firstDuplicate, placesOf, syntaxErrorOffset, type Wanted } from './json-text.ts';
import { entrySchema } from './schema.ts';

/** A lock, or everything that is wrong with the text; never both. */
export type DecodedLock =
  | { readonly ok: true; readonly lock: Lock; readonly text: string }
  | { readonly ok: false; readonly diagnostics: readonly Diagnostic[] };

const MAX_PROBLEMS = 20;

/**
 * Reads the text of a lock file. Every text has a result, none throws. `path` as people would
 * type it.
 */
export function decodeLock(text: string, path: string): DecodedLock {
  const source = new Source(path, text);
  const problem = (
    code: Diagnostic['code'],
    message: string,
    [start, end]: readonly [number, number],
    hint: string,
  ): DecodedLock => ({
    ok: false,
    diagnostics: [
      { code, severity: 'error', message, place: { source, start, end }, hint, renders: [] },
    ],
  });

  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (error) {
    const marker = /^(?:<{7}|>{7}|\|{7})(?: .*)?$/m.exec(text);
    if (marker !== null) {
      return problem(
        'lock-conflict',
        `the lock ${path} contains the markers of a git merge that was not finished`,
        [marker.index, marker.index + marker[0].length],
        `rushes lock merge ${path}`,
      );
    }
    const at = syntaxErrorOffset(text);
    const said =
      text.trim() === ''
        ? 'it is empty'
        : (error as Error).message.replace(/ in JSON at position .*$/s, '');
    return problem(
      'lock-invalid',
      `the lock ${path} is not JSON: ${said}`,
      [at, Math.min(at + 1, text.length)],
      RESTORE,
    );
  }

  if (!isObject(json))
    return problem(
      'lock-invalid',
      `the lock ${path} is not a JSON object`,
      [0, text.length],
      RESTORE,
    );
  const version = json['lockVersion'];
  if (typeof version === 'number' && version > LOCK_VERSION) {
    return problem(
      'lock-newer',
      `the lock ${path} has version ${version}; this version of rushes knows version ${LOCK_VERSION}`,
      placesOf(text, [{ path: ['lockVersion'] }])[0] ?? [0, 0],
      'Upgrade rushes to the version that wrote it: npm install rushes@latest',
    );
  }

  const found: Problem[] = [];
  if (version !== LOCK_VERSION)
    found.push({ path: ['lockVersion'], message: `lockVersion must be ${LOCK_VERSION}` });
  for (const key of Object.keys(json)) {
    if (key !== 'lockVersion' && key !== 'renders') found.push(unknownKey([key]));
  }
  const entries = json['renders'];
  const renders = new Map<RenderId, LockEntry>();
  if (!isObject(entries)) found.push({ path: ['renders'], message: 'renders must be an object' });
  else {
    for (const [id, entry] of Object.entries(entries)) {
      if (found.length >= MAX_PROBLEMS) break;
      const parsed = parseRenderId(id);
      if (parsed === undefined)
        found.push({
          path: ['renders', id],
          message: `${JSON.stringify(id)} is not a render id`,
          key: true,
        });
      else {
        found.push(
          ...entryProblems(entry).map((one) => ({
            ...one,
            path: ['renders', id, ...one.path],
            message: `${id}: ${one.message}`,
          })),
        );
        renders.set(parsed.id, entry as LockEntry);
      }
    }
  }
  // Only a text of which the count is off needs the slow look for a key that hides another.
  if (found.length === 0 && !holdsEveryKey(text, json)) {
    for (const [id, entry] of renders) {
      if (isTooDeep(entry))
        return problem(
          'lock-invalid',
          `the lock ${path} nests ${id} more than ${MOST_LEVELS} levels deep`,
          placesOf(text, [{ path: ['renders', id], key: true }])[0] ?? [0, 0],
          RESTORE,
        );
    }
    const twice = firstDuplicate(text);
    if (twice !== undefined) {
      return problem(
        'lock-invalid',
        `the lock ${path} names ${JSON.stringify(twice.key)} twice in one object`,
        twice.range,
        RESTORE,
      );
    }
  }
  if (found.length === 0) return { ok: true, lock: { renders }, text };
  return {
    ok: false,
    diagnostics: placesOf(text, found).map(([start, end], index) => ({
      code: 'lock-invalid',
      severity: 'error',
      message: found[index]?.message ?? '',
      place: { source, start, end },
      // Once is enough: it is about the whole file.
      ...(index === 0 && { hint: RESTORE }),
      renders: [],
    })),
  };
}

/** The next step for a lock that cannot be read. */
export const RESTORE =
  'Take the last good version from git (git log -p shows them), then run rushes collect: it fetches paid clips';

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

interface Problem extends Wanted {
  readonly message: string;
}

/** The problems that zod finds, and those across fields: a state without the id that it needs. */
function entryProblems(value: unknown): readonly Problem[] {
  const issues = entrySchema.safeParse(value).error?.issues ?? [];
  if (issues.length > 0) {
    return issues.flatMap((issue): Problem[] =>
      issue.code === 'unrecognized_keys'
        ? issue.keys.map((key) => unknownKey([...issue.path, key]))
        : [
            {
              path: issue.path,
              message: `${[...issue.path.map(String), ''].join('.').slice(0, -1) || 'the entry'} ${inWords(issue)}`,
            },
          ],
    );
  }
  const entry = value as LockEntry;
  return [
    ...(Object.hasOwn(entry, '__proto__') ? [unknownKey(['__proto__'])] : []),
    ...[entry, ...(entry.earlier ?? [])].flatMap((result, index) => {
      const missing = missingId(result);
      return missing === undefined
        ? []
        : [{ path: index === 0 ? [] : ['earlier', index - 1], message: missing }];
    }),
  ];
}

function inWords(issue: z.core.$ZodIssue): string {
  if (issue.code === 'invalid_value')
    return `must be ${issue.values.map((value) => JSON.stringify(value)).join(' or ')}`;
  if (issue.code === 'too_small') return `must be at least ${issue.minimum}`;
  if (issue.code !== 'invalid_type') return issue.message;
  return issue.message.endsWith('received undefined')
    ? 'is missing'
    : `must be of type ${issue.expected}`;
}

const unknownKey = (path: readonly PropertyKey[]): Problem => ({
  path,
  message: `unknown key ${JSON.stringify(path.at(-1))}`,
  key: true,
});

function missingId(result: Result): string | undefined {
  if (result.attempt === undefined && result.task === undefined)
    return 'has neither an attempt nor a task';
  if (
    result.task === undefined &&
    (result.status === 'submitted' || result.status === 'completed' || result.status === 'lost')
  ) {
    return `is ${result.status} and names no task`;
  }
  return undefined;
}
