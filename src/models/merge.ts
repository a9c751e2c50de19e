/** `params` over a translated body. */
import type { Json, JsonObject } from '../scene.ts';
import { field, isObject } from './fields.ts';

/**
 * Objects merge key by key, lists and scalars replace, `null` takes a field away. Neither argument
 * is changed.
 */
export function mergeParams(body: JsonObject, params: JsonObject): JsonObject {
  const merged = new Map<string, Json>(Object.entries(body));
  for (const [name, value] of Object.entries(params)) {
    const under = field(body, name);
    if (value === null) merged.delete(name);
    else if (isObject(value)) merged.set(name, mergeParams(isObject(under) ? under : {}, value));
    else merged.set(name, value);
  }
  return Object.fromEntries(merged);
}
