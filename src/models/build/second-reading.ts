/** `send: [field]`: a translation in the second reading of a field that the pages leave open. */
import type { Json, JsonObject } from '../../scene.ts';
import type { Card } from '../card/card.ts';
import { without } from '../fields.ts';
import type { Translation } from '../model.ts';

/** The same words under other fields; fields that are not chosen stay. */
export function inSecondReading(
  translation: Translation,
  { readings = {} }: Card,
  send: readonly string[],
): Translation {
  let { body, origin } = translation;
  for (const field of send) {
    const from = Object.hasOwn(readings, field) ? readings[field]?.insteadOf : undefined;
    const taken = from === undefined ? undefined : takenOut(body, from);
    if (from === undefined || taken === undefined) continue;
    body = { ...taken.body, [field]: taken.value };
    origin = Object.fromEntries(
      Object.entries(origin).map(([path, word]) => [path === from ? field : path, word]),
    );
  }
  return { ...translation, body, origin };
}

function takenOut(
  body: JsonObject,
  from: string,
): { readonly body: JsonObject; readonly value: Json } | undefined {
  const [name = '', index] = from.split('.');
  const value = Object.hasOwn(body, name) ? body[name] : undefined;
  if (value === undefined) return undefined;
  if (index === undefined) return { body: without(body, name), value };
  const items = Array.isArray(value) ? (value as readonly Json[]) : [];
  const at = Number(index);
  const item = items[at];
  // By its place: a clip that ends on its first frame has the same link twice.
  return item === undefined
    ? undefined
    : { body: { ...body, [name]: items.filter((_, place) => place !== at) }, value: item };
}
