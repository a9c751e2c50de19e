/** Empty lists of a body are not sent, on any model: each is a note. */
import type { JsonObject } from '../../scene.ts';
import type { Fields } from '../card/card.ts';
import { isObject } from '../fields.ts';
import type { BodyPath } from '../model.ts';

/**
 * The body without its empty lists, and without those of its objects where the table has a list;
 * the items of a list are unchanged.
 */
export function withoutEmptyLists(
  body: JsonObject,
  fields: Fields,
  left: (path: BodyPath) => void,
  path: BodyPath = [],
): JsonObject {
  let changed: Record<string, JsonObject[string]> | undefined;
  for (const [name, value] of Object.entries(body)) {
    if (value === null || typeof value !== 'object') continue;
    const field = Object.hasOwn(fields, name) ? fields[name] : undefined;
    const isMeant = path.length === 0 || field?.type === 'list';
    if (isMeant && Array.isArray(value) && value.length === 0) {
      changed ??= { ...body };
      delete changed[name];
      left([...path, name]);
    } else if (field?.type === 'object' && isObject(value)) {
      const kept = withoutEmptyLists(value, field.fields, left, [...path, name]);
      if (kept === value) continue;
      changed ??= { ...body };
      // An object of empty lists alone says nothing either.
      if (Object.keys(kept).length === 0) delete changed[name];
      else changed[name] = kept;
    }
  }
  return changed ?? body;
}
