/**
 * Reading a body that may hold anything: a field of another type than asked for is as good as
 * absent.
 */
import type { Json, JsonObject } from '../scene.ts';

/** Own properties only: a body without `constructor` has none. */
export const field = (body: JsonObject, name: string): Json | undefined =>
  Object.hasOwn(body, name) ? body[name] : undefined;

export function text(body: JsonObject, name: string): string | undefined {
  const value = field(body, name);
  return typeof value === 'string' ? value : undefined;
}

export function whole(body: JsonObject, name: string): number | undefined {
  const value = field(body, name);
  return typeof value === 'number' && Number.isInteger(value) ? value : undefined;
}

export const isTrue = (body: JsonObject, name: string): boolean => field(body, name) === true;

export function list(body: JsonObject, name: string): readonly Json[] | undefined {
  const value = field(body, name);
  return Array.isArray(value) ? (value as readonly Json[]) : undefined;
}

export const isObject = (value: Json | undefined): value is JsonObject =>
  value !== null && typeof value === 'object' && !Array.isArray(value);

export function object(body: JsonObject, name: string): JsonObject | undefined {
  const value = field(body, name);
  return isObject(value) ? value : undefined;
}

/** The objects of a list with their index; items of another type are left out. */
export const objects = (
  items: readonly Json[] | undefined,
): readonly (readonly [index: number, item: JsonObject])[] =>
  (items ?? []).flatMap((item, index) => (isObject(item) ? [[index, item] as const] : []));

/** A copy without a field. */
export const without = (body: JsonObject, ...names: readonly string[]): JsonObject =>
  Object.fromEntries(Object.entries(body).filter(([name]) => !names.includes(name)));

/** A copy with a field replaced in its place, or added at the end. */
export const withField = (body: JsonObject, name: string, value: Json): JsonObject => ({
  ...body,
  [name]: value,
});

/** Length as the services count it (R33): an emoji is one character, not two. */
export function codePoints(text: string): number {
  let count = 0;
  for (const _ of text) count++;
  return count;
}
