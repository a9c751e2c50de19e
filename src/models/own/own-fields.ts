/** Fields of a card of a project's own: what each type may say. */
import type { Json, JsonObject } from '../../scene.ts';
import type { Field, Fields } from '../card/card.ts';
import { isObject } from '../fields.ts';
import { oneOf } from '../format-value.ts';

export interface CardProblem {
  /** Path in the card. */
  readonly path: readonly (string | number)[];
  readonly message: string;
  readonly hint?: string;
}

/** Properties of each type in addition to those of all types. */
const PARTS: Readonly<Record<string, readonly string[]>> = {
  text: ['filled'],
  link: ['formats'],
  whole: ['from', 'to'],
  number: [],
  flag: [],
  choice: ['values'],
  list: ['of', 'least', 'most'],
  object: ['fields'],
};
const NEEDS: Readonly<Record<string, string>> = { choice: 'values', list: 'of', object: 'fields' };
const COMMON = new Set(['type', 'title', 'about', 'required', 'default']);

export function fieldOf(
  field: JsonObject,
  path: CardProblem['path'],
  problems: CardProblem[],
): Field {
  const type = typeof field['type'] === 'string' ? field['type'] : 'text';
  const allowed = PARTS[type] ?? [];
  for (const key of Object.keys(field)) {
    if (COMMON.has(key) || allowed.includes(key)) continue;
    problems.push({
      path: [...path, key],
      message: `${key} means nothing on a field of type ${type}`,
      hint: allowed.length === 0 ? 'Delete it.' : `A ${type} takes ${oneOf(allowed)}.`,
    });
  }
  const needed = NEEDS[type];
  if (needed !== undefined && field[needed] === undefined)
    problems.push({ path, message: `a field of type ${type} needs ${needed}` });
  const values: Record<string, Json | Field | Fields> = { ...field };
  if (type === 'list' && isObject(field['of']))
    values['of'] = fieldOf(field['of'], [...path, 'of'], problems);
  if (type === 'object' && isObject(field['fields']))
    values['fields'] = Object.fromEntries(
      Object.entries(field['fields']).flatMap(([name, below]) =>
        isObject(below) ? [[name, fieldOf(below, [...path, 'fields', name], problems)]] : [],
      ),
    );
  return values as unknown as Field;
}
