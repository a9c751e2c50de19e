/** The changes that rules of a card make in a body before it is sent. Each one is a note. */
import type { Json, JsonObject } from '../../scene.ts';
import { field, isObject, object, objects, whole, withField, without } from '../fields.ts';
import { written } from '../format-value.ts';
import type { Card, RuleRow } from '../card/card.ts';
import { testOf, valueAt, withValueAt } from '../card/conditions.ts';
import type { Merging } from '../card/merging.ts';
import { pathOf } from '../card/paths.ts';

export type Change = (body: JsonObject, merging: Merging) => JsonObject;

/** The changes of a card in the order in which they are made. */
export function changesOf(card: Card): readonly Change[] {
  const made = card.rules.flatMap((row) => {
    const change = changeOf(row, card);
    return change === undefined ? [] : [{ rule: row.rule, change }];
  });
  const { changes: order } = card;
  if (order !== undefined) made.sort((a, b) => order.indexOf(a.rule) - order.indexOf(b.rule));
  return [
    ...made.map(({ change }) => change),
    ...(card.normalise === undefined ? [] : [card.normalise]),
  ];
}

function changeOf(row: RuleRow, card: Card): Change | undefined {
  if (row.drop !== undefined) return dropping(row, row.drop, card);
  if (row.map !== undefined) return mapping(row, row.map, card);
  if (row.fill !== undefined) return filling(row, row.fill, card);
  if (row.alias !== undefined) return renaming(row, row.alias, card);
  if (row.inside !== undefined) return movingInside(row, row.inside);
  if (row.empties !== undefined) return withoutEmpties(row);
  if (row.shots === 'texts' && card.shots?.inside !== undefined)
    return shotTexts(row, card.shots.inside);
  return undefined;
}

function dropping(row: RuleRow, drop: NonNullable<RuleRow['drop']>, { fields }: Card): Change {
  const { field: name, when, because, value: shown } = drop;
  const holds = testOf(when, fields);
  return (body, { note, sends }) => {
    if (sends(name)) return body;
    const value = field(body, name);
    // A value that the model does not know stays and is refused: dropping it would hide a mistake.
    if (value === undefined || !isKnown(fields, name, value) || !holds(body)) return body;
    const text = shown === true ? `${name} ${written(value)}` : name;
    note(row, { path: [name], message: `${text} is not sent: ${because}` });
    return without(body, name);
  };
}

function isKnown(fields: Card['fields'], name: string, value: Json): boolean {
  const known = Object.hasOwn(fields, name) ? fields[name] : undefined;
  if (known === undefined) return true;
  if (known.type === 'choice') return known.values.some((one) => one === value);
  if (known.type === 'text' || known.type === 'link') return typeof value === 'string';
  if (known.type === 'flag') return typeof value === 'boolean';
  return known.type === 'whole' ? Number.isInteger(value) : true;
}

function mapping(row: RuleRow, map: NonNullable<RuleRow['map']>, { fields }: Card): Change {
  const { field: path, values, says, when } = map;
  const holds = testOf(when, fields);
  return (body, { note }) => {
    const value = valueAt(body, path);
    const to = values.find(([from]) => from === value)?.[1];
    if (to === undefined || !holds(body)) return body;
    const from = written(value ?? null);
    note(row, {
      path: pathOf(path),
      message:
        says === undefined
          ? `${path} ${from} is sent as ${String(to)}`
          : says.replaceAll('{from}', from).replaceAll('{to}', String(to)),
    });
    return withValueAt(body, path, to);
  };
}

function filling(row: RuleRow, fill: NonNullable<RuleRow['fill']>, { fields }: Card): Change {
  const { field: path, value, when } = fill;
  const holds = testOf(when, fields);
  const [parent] = path.split('.');
  return (body, { note }) => {
    if (valueAt(body, path) !== undefined || !holds(body)) return body;
    // Only objects and lists have members; the table refuses any other value at its place.
    const above = parent === undefined || parent === path ? undefined : field(body, parent);
    if (above !== undefined && (above === null || typeof above !== 'object')) return body;
    note(row, { path: pathOf(path), message: `${path} is sent as ${JSON.stringify(value)}` });
    return withValueAt(body, path, value);
  };
}

function renaming(
  row: RuleRow,
  { from, to }: NonNullable<RuleRow['alias']>,
  { fields }: Card,
): Change {
  return (body, { params, note, moved, sends }) => {
    // In the second reading the words stand under this name: the other one in params replaces them.
    if (sends(from))
      return Object.hasOwn(params, to) && !Object.hasOwn(params, from) ? without(body, from) : body;
    const value = field(params, from);
    // Both and different, or a value that is not known: left where it stands, so that it is refused
    // there.
    if (value === undefined || value === null || !isKnown(fields, from, value)) return body;
    if ((field(params, to) ?? value) !== value) return body;
    moved([to], [from]);
    const shown = typeof value === 'object' ? from : `${from} ${written(value)}`;
    note(row, { path: [to], message: `${shown} is sent as ${to}` });
    return withField(without(body, from), to, value);
  };
}

function movingInside(row: RuleRow, { parent, fields }: NonNullable<RuleRow['inside']>): Change {
  return (merged, { params, note, moved }) => {
    let body = merged;
    for (const name of fields) {
      const value = field(body, name);
      const given = object(params, parent);
      // Only an object has members; the table refuses any other value at its place.
      if (!isObject(field(body, parent) ?? {})) continue;
      // In both places: which one is meant is the writer's to say, and the table refuses the one at
      // the top.
      if (value === undefined || (given !== undefined && Object.hasOwn(given, name))) continue;
      body = withField(without(body, name), parent, { ...object(body, parent), [name]: value });
      moved([parent, name], [name]);
      note(row, { path: [parent, name], message: `${name} is sent inside ${parent}` });
    }
    return body;
  };
}

function withoutEmpties(row: RuleRow): Change {
  return (body, { note }) => {
    const empty = Object.entries(body).filter(
      ([, value]) => value === '' || (Array.isArray(value) && value.length === 0),
    );
    for (const [name] of empty)
      note(row, { path: [name], message: `${name} is empty and not sent` });
    return empty.length === 0 ? body : without(body, ...empty.map(([name]) => name));
  };
}

/** Whole numbers become texts. */
function shotTexts(row: RuleRow, inside: string): Change {
  return (body, { note }) => {
    const parent = object(body, inside);
    const shots = parent === undefined ? undefined : field(parent, 'multi_prompt');
    if (parent === undefined || !Array.isArray(shots)) return body;
    const converted = new Map(
      objects(shots).flatMap(([index, shot]) => {
        const seconds = whole(shot, 'duration');
        return seconds === undefined
          ? []
          : [[index, withField(shot, 'duration', String(seconds))] as const];
      }),
    );
    if (converted.size === 0) return body;
    note(row, { path: [inside, 'multi_prompt'], message: 'shot durations are sent as texts' });
    const texts = shots.map((shot: Json, index) => converted.get(index) ?? shot);
    return withField(body, inside, withField(parent, 'multi_prompt', texts));
  };
}
