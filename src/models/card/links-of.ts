/** Every link of a body, by the table of fields. */
import type { Json, JsonObject } from '../../scene.ts';
import { field as read, isObject } from '../fields.ts';
import type { BodyPath } from '../model.ts';
import type { Field, Fields, Formats } from './card.ts';

export interface LinkAt {
  readonly path: BodyPath;
  readonly link: string;
  readonly assets: boolean;
  readonly formats: Formats | undefined;
}

export function* linksOf(body: JsonObject, fields: Fields, path: BodyPath = []): Generator<LinkAt> {
  for (const name of linkFields(fields)) {
    const value = read(body, name);
    const field = fields[name];
    if (value !== undefined && field !== undefined) yield* linksIn(field, value, [...path, name]);
  }
}

const known = new WeakMap<Fields, readonly string[]>();

/** Names of the fields with a link somewhere in them. */
function linkFields(fields: Fields): readonly string[] {
  let names = known.get(fields);
  if (names === undefined) {
    names = Object.entries(fields).flatMap(([name, field]) => (holdsLink(field) ? [name] : []));
    known.set(fields, names);
  }
  return names;
}

function holdsLink(field: Field): boolean {
  if (field.type === 'list') return holdsLink(field.of);
  if (field.type === 'object') return Object.values(field.fields).some(holdsLink);
  return field.type === 'link';
}

function* linksIn(field: Field, value: Json, path: BodyPath): Generator<LinkAt> {
  if (field.type === 'link') {
    if (typeof value === 'string')
      yield { path, link: value, assets: field.assets === true, formats: field.formats };
  } else if (field.type === 'list' && Array.isArray(value)) {
    for (const [index, item] of (value as readonly Json[]).entries())
      yield* linksIn(field.of, item, [...path, index]);
  } else if (field.type === 'object' && isObject(value)) {
    yield* linksOf(value, field.fields, path);
  }
}
