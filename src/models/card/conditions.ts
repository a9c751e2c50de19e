/** Whether a body meets a condition of a card, and values in sentences. */
import type { Json, JsonObject } from '../../scene.ts';
import { codePoints, field, isObject } from '../fields.ts';
import type { Condition, Demands, Field, Fields, Matcher, Scalar } from './card.ts';

export type Test = (body: JsonObject) => boolean;

/** The value at a path of fields (`model_params.multi_shot`) and indices (`image_urls.1`). */
export function valueAt(body: JsonObject, path: string): Json | undefined {
  if (!/[.[]/.test(path)) return field(body, path);
  let at: Json | undefined = body;
  for (const step of path.split('.')) {
    const tagged = /^(\w+)\[(\w+)\]$/.exec(step);
    if (tagged !== null)
      at = isObject(at) ? withTag(field(at, tagged[1] ?? ''), tagged[2]) : undefined;
    else if (Array.isArray(at)) at = (at as readonly Json[])[Number(step)];
    else if (isObject(at)) at = field(at, step);
    else return undefined;
  }
  return at;
}

/** `image_with_roles[last_frame]`: the items of a list that have this role or reference type. */
const withTag = (list: Json | undefined, tag: string | undefined): Json | undefined =>
  Array.isArray(list)
    ? (list as readonly Json[]).filter(
        (item) => isObject(item) && (field(item, 'role') ?? field(item, 'refer_type')) === tag,
      )
    : undefined;

/** A copy with the value at a path replaced; objects on the way are made, lists are not. */
export function withValueAt(body: JsonObject, path: string, value: Json): JsonObject {
  const [first = '', ...rest] = path.split('.');
  return { ...body, [first]: replaced(field(body, first), rest, value) };
}

function replaced(at: Json | undefined, path: readonly string[], value: Json): Json {
  const [step, ...rest] = path;
  if (step === undefined) return value;
  if (Array.isArray(at))
    return (at as readonly Json[]).map((item, index) =>
      index === Number(step) ? replaced(item, rest, value) : item,
    );
  const object = isObject(at) ? at : {};
  return { ...object, [step]: replaced(field(object, step), rest, value) };
}

/** The field that a card has at a path. */
export function fieldAt(fields: Fields, path: string): Field | undefined {
  let at: Field | undefined = { type: 'object', fields };
  for (const step of path.split('.')) {
    if (at?.type === 'list' && /^\d+$/.test(step)) at = at.of;
    else at = at?.type === 'object' && Object.hasOwn(at.fields, step) ? at.fields[step] : undefined;
  }
  return at;
}

export const hasItems = (value: Json | undefined): boolean =>
  Array.isArray(value) ? value.length > 0 : value !== undefined;

/** How many a field holds: items of a list, 1 for a single value. */
export const countOf = (value: Json | undefined): number =>
  Array.isArray(value) ? value.length : value === undefined ? 0 : 1;

/** A compiled condition: it checks thousands of bodies. */
export function testOf(condition: Condition | undefined, fields: Fields): Test {
  const tests = Object.entries(condition ?? {}).map(([path, matcher]): Test => {
    const byDefault = fieldAt(fields, path)?.default;
    const matches = matching(matcher);
    return (body) => matches(valueAt(body, path), byDefault);
  });
  return (body) => tests.every((test) => test(body));
}

type Matches = (value: Json | undefined, byDefault: Scalar | undefined) => boolean;

function matching(matcher: Matcher): Matches {
  if (isList(matcher))
    return (value, byDefault) => matcher.some((one) => one === (value ?? byDefault));
  if (typeof matcher !== 'object') return (value, byDefault) => (value ?? byDefault) === matcher;
  const demands = [...demandsOf(matcher)];
  return (value, byDefault) => demands.every((demand) => demand(value, byDefault));
}

function* demandsOf({
  given,
  present,
  list,
  not,
  count,
  over,
  under,
  blank,
  matches,
}: Demands): Generator<Matches> {
  if (given !== undefined) yield (value) => hasItems(value) === given;
  if (present !== undefined) yield (value) => (value !== undefined) === present;
  if (list !== undefined) yield (value) => (Array.isArray(value) && value.length > 0) === list;
  if (not !== undefined) {
    const values = isList(not) ? not : [not];
    yield (value, byDefault) => {
      const at = value ?? byDefault;
      return isLike(at, values[0]) && !values.some((one) => one === at);
    };
  }
  if (count !== undefined) {
    const [least, most] = typeof count === 'number' ? [count, count] : count;
    yield (value) => least <= countOf(value) && countOf(value) <= most;
  }
  if (over !== undefined)
    yield (value, byDefault) => {
      const at = value ?? byDefault;
      return typeof at === 'number' && at > over;
    };
  if (under !== undefined)
    yield (value, byDefault) => {
      const at = value ?? byDefault;
      return typeof at === 'number' && at < under;
    };
  if (blank !== undefined)
    yield (value) => (typeof value === 'string' && value.trim() === '') === blank;
  if (matches !== undefined) {
    const pattern = new RegExp(matches, 'iu');
    yield (value) => typeof value === 'string' && pattern.test(value);
  }
}

const isList = (value: Matcher | Demands['not']): value is readonly Scalar[] =>
  Array.isArray(value);

/** Of the same type: a quoted number has another error, which is already reported. */
const isLike = (value: Json | undefined, like: Scalar | undefined): boolean =>
  typeof value === typeof like && (typeof value !== 'number' || Number.isInteger(value));

/** `{mode}` and `{#image_urls}` of a sentence filled in. */
export function filledIn(sentence: string, body: JsonObject, fields: Fields): string {
  if (!sentence.includes('{')) return sentence;
  return sentence.replaceAll(/\{(#?)([\w.]+)\}/g, (_, count: string, path: string) => {
    const value = valueAt(body, path);
    if (count !== '') return String(countOf(value));
    const byDefault = fieldAt(fields, path)?.default;
    // A value of the wrong type counts as absent here: its error is already reported.
    if (value === undefined || (byDefault !== undefined && typeof value !== typeof byDefault))
      return byDefault === undefined ? 'not set' : `${String(byDefault)} by default`;
    return typeof value === 'string' ? shortened(value) : JSON.stringify(value);
  });
}

const LONGEST = 60;
const shortened = (text: string): string =>
  codePoints(text) > LONGEST ? `${Array.from(text).slice(0, LONGEST).join('')}…` : text;
