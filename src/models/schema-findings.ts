/**
 * What the native body schema has against a body, in our own sentences and under the number of the
 * rule that it breaks.
 */
import * as z from 'zod';
import type { Json, JsonObject } from '../scene.ts';
import type { BodyPath, RuleFinding } from './model.ts';
import { nearestField } from './nearest-field.ts';
import { ruleOf, type Rule } from './rule.ts';
import { fieldName, oneOf, quoted, seen } from './format-value.ts';

/**
 * Fields of another model or page that people write here: native name -> what to write instead, and
 * the rule that says so.
 */
export type Misplaced = Readonly<Record<string, { readonly hint: string; readonly rule?: string }>>;

type Issue = z.core.$ZodIssue;

/** Every way in which the body does not fit the schema. All of them refuse. */
export function schemaFindings(
  schema: z.ZodType,
  body: JsonObject,
  rules: readonly Rule[],
  misplaced: Misplaced,
): RuleFinding[] {
  const issues = schema.safeParse(body).error?.issues ?? [];
  return issues.flatMap((issue): RuleFinding[] => {
    const path = issue.path as BodyPath;
    if (issue.code === 'unrecognized_keys') {
      const known = fieldNames(schema, path);
      // Beyond the first ones nobody reads a guess, and guessing costs more than finding.
      return issue.keys.map((key, index) =>
        unknownField(
          [...path, key],
          known,
          path.length === 0 ? misplaced : {},
          index < MOST_GUESSES,
        ),
      );
    }
    const value = valueAt(body, path);
    const owner = ruleOf(rules, path, isWrongType(issue, value));
    const hint = hintFor(issue, value) ?? owner?.hint;
    return [
      {
        rule: owner?.rule ?? 'body',
        verdict: 'refuse',
        path,
        message: sentence(issue, fieldName(path), value, schemaAt(schema, path)),
        ...(issue.code === 'invalid_value' ? { allowed: issue.values as readonly Json[] } : {}),
        ...(hint === undefined ? {} : { hint }),
      },
    ];
  });
}

/**
 * Whether the value is not a member of the type at all: quoted, or a fraction where whole numbers are
 * meant.
 */
function isWrongType(issue: Issue, value: unknown): boolean {
  if (issue.code === 'invalid_type') return true;
  if (issue.code !== 'invalid_value') return false;
  return (
    typeof value !== typeof issue.values[0] ||
    (typeof value === 'number' && !Number.isInteger(value))
  );
}

const MOST_GUESSES = 50;

function unknownField(
  path: BodyPath,
  known: readonly string[],
  misplaced: Misplaced,
  guess: boolean,
): RuleFinding {
  const name = String(path.at(-1));
  const place = Object.hasOwn(misplaced, name) ? misplaced[name] : undefined;
  const nearest = guess ? nearestField(name, known) : undefined;
  const hint =
    place?.hint ??
    (nearest === undefined ? `The fields are ${known.join(', ')}.` : `Did you mean ${nearest}?`);
  return {
    rule: place?.rule ?? 'body',
    verdict: 'refuse',
    path,
    key: true,
    message: `${quoted(name)} is not a field of ${path.length === 1 ? 'this model' : fieldName(path.slice(0, -1))}`,
    hint,
  };
}

function sentence(issue: Issue, name: string, value: unknown, schema: unknown): string {
  if (value === undefined) return `${name} is missing`;
  if (issue.code === 'invalid_type') {
    // zod asks for a number first, and for a whole one only when it has a number.
    const expected = schema instanceof z.ZodNumber && schema.isInt ? 'int' : issue.expected;
    return `${name} is ${seen(value)}; it must be ${TYPES[expected] ?? expected}`;
  }
  if (issue.code === 'invalid_value') {
    const sameType = typeof value === typeof issue.values[0];
    return `${name} is ${sameType && typeof value === 'string' ? quoted(value) : seen(value)}; allowed: ${oneOf(issue.values)}`;
  }
  if (Array.isArray(value) && issue.code === 'too_big') {
    return `${name} holds ${value.length}; at most ${issue.maximum} ${issue.maximum === 1 ? 'is' : 'are'} allowed`;
  }
  if (Array.isArray(value) && issue.code === 'too_small') {
    return `${name} holds ${value.length}; at least ${issue.minimum} ${issue.minimum === 1 ? 'is' : 'are'} needed`;
  }
  if (value === '') return `${name} is empty`;
  if (schema instanceof z.ZodNumber)
    return `${name} is ${seen(value)}; allowed: ${String(schema.minValue)} to ${String(schema.maxValue)}`;
  return `${name} is ${seen(value)}; ${issue.message}`;
}

const TYPES: Readonly<Record<string, string>> = {
  string: 'text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  array: 'a list',
  object: 'an object',
};

/**
 * Quotes around a number or a truth value are the most common slip, and only the quotes need to go.
 */
function hintFor(issue: Issue, value: unknown): string | undefined {
  if (issue.code !== 'invalid_type' && issue.code !== 'invalid_value') return undefined;
  const wantsText =
    issue.code === 'invalid_type'
      ? issue.expected === 'string'
      : issue.values.every((allowed) => typeof allowed === 'string');
  if (typeof value === 'string' && !wantsText && /^(?:\d+(?:\.\d+)?|true|false)$/.test(value))
    return `Write ${value} without quotes.`;
  if ((Number.isInteger(value) || typeof value === 'boolean') && wantsText)
    return `Write ${quoted(String(value))}, with quotes.`;
  return undefined;
}

function valueAt(body: JsonObject, path: BodyPath): Json | undefined {
  let at: Json | undefined = body;
  for (const step of path) {
    if (at === null || typeof at !== 'object' || !Object.hasOwn(at, step)) return undefined;
    at = (at as Readonly<Record<string | number, Json>>)[step];
  }
  return at;
}

/** The field names of the object schema at a path. */
function fieldNames(schema: z.ZodType, path: BodyPath): readonly string[] {
  const at = schemaAt(schema, path);
  return at instanceof z.ZodObject ? Object.keys(at.shape) : [];
}

function schemaAt(schema: z.ZodType, path: BodyPath): unknown {
  let at = bare(schema);
  for (const step of path) {
    if (at instanceof z.ZodArray) at = bare(at.element);
    else if (at instanceof z.ZodObject)
      at = bare((at.shape as Readonly<Record<string, unknown>>)[String(step)]);
  }
  return at;
}

/** The schema below `optional()`. */
const bare = (schema: unknown): unknown =>
  schema instanceof z.ZodOptional ? bare(schema.unwrap()) : schema;
