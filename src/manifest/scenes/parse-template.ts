/** The grammar of `${{ path.to.value }}`: the parts of a text, and where each one is written. */
import type { Place } from '../../diagnostic.ts';
import type { LocatedMap, LocatedScalar } from '../../scene.ts';
import type { Lost } from '../values/located.ts';

/**
 * What templates may name here: `vars`, and inside scenes `matrix`, `row` and `scene` where there
 * are such.
 */
export type Scope = ReadonlyMap<string, LocatedMap | Lost>;

export interface Lookup {
  readonly path: readonly string[];
  /** Offset of the path in the value. */
  readonly start: number;
  /** Which `${{` of the value this is, counted from 0, literal ones too. */
  readonly ordinal: number;
}
export interface Template {
  /** Literal texts and look-ups in turn. */
  readonly parts: readonly (string | Lookup)[];
  readonly isTooLong?: true;
  readonly broken: readonly {
    readonly ordinal: number;
    readonly start: number;
    readonly end: number;
    readonly unclosed: boolean;
    readonly inner: string;
  }[];
}

export const OPEN = '${{';
export const PATH = /^[\p{L}\p{M}\p{N}_-]+(?:\.[\p{L}\p{M}\p{N}_-]+)*$/u;

/** Templates in one text: finding out where each stands costs a walk over all of it. */
export const MAX_LOOKUPS = 200;

export function parseTemplate(value: string): Template {
  const parts: (string | Lookup)[] = [];
  const broken: Template['broken'][number][] = [];
  let literal = '';
  let at = 0;
  for (let ordinal = 0; ; ordinal++) {
    const open = value.indexOf(OPEN, at);
    if (open === -1) break;
    if (ordinal === MAX_LOOKUPS) return { parts: [], broken: [], isTooLong: true };
    if (open > at && value[open - 1] === '$') {
      literal += `${value.slice(at, open - 1)}${OPEN}`;
      at = open + OPEN.length;
      continue;
    }
    const close = value.indexOf('}}', open);
    const inner = value.slice(open + OPEN.length, close === -1 ? undefined : close);
    const nested = inner.includes(OPEN);
    literal += value.slice(at, open);
    if (close === -1 || nested) {
      broken.push({ ordinal, start: open, end: open + OPEN.length, unclosed: true, inner: '' });
      at = open + OPEN.length;
      continue;
    }
    const path = inner.trim();
    const start = open + OPEN.length + (inner.length - inner.trimStart().length);
    if (!PATH.test(path))
      broken.push({
        ordinal,
        start: path === '' ? open : start,
        end: path === '' ? close + 2 : start + path.length,
        unclosed: false,
        inner: path,
      });
    else {
      if (literal !== '') parts.push(literal);
      literal = '';
      parts.push({ path: path.split('.'), start, ordinal });
    }
    at = close + 2;
  }
  literal += value.slice(at);
  if (literal !== '') parts.push(literal);
  return { parts, broken };
}

/**
 * Where a part of a value is written. The value is what YAML made of the text (quotes, escapes,
 * folded lines), so its n-th `${{` is looked up in the text; the whole value where the two do not
 * agree.
 */
export function placeIn(
  scalar: LocatedScalar,
  ordinal: number,
  start: number,
  length: number,
): Place {
  const { source, start: from, end: to } = scalar.place;
  const value = String(scalar.value);
  const raw = source.text.slice(from, to);
  const openInValue = nth(value, ordinal);
  const openInRaw = nth(raw, ordinal);
  if (openInRaw === -1 || nth(raw, countOf(value)) !== -1) return scalar.place;
  const at = openInRaw + (start - openInValue);
  if (raw.slice(at, at + length) !== value.slice(start, start + length))
    return { source, start: from + openInRaw, end: from + openInRaw + OPEN.length };
  return { source, start: from + at, end: from + at + length };
}

function nth(text: string, ordinal: number): number {
  let at = text.indexOf(OPEN);
  for (let count = 0; count < ordinal && at !== -1; count++)
    at = text.indexOf(OPEN, at + OPEN.length);
  return at;
}

const countOf = (text: string): number => text.split(OPEN).length - 1;
