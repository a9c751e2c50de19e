/**
 * `${{ path.to.value }}`: look-ups over `vars`, `matrix`, `row` and `scene.id`, no expressions, no
 * environment. `$${{` is a literal `${{`. A template that is the whole value keeps the type of what
 * it names.
 */
import { defined } from '../../defined.ts';
import { cutName, type Place } from '../../diagnostic.ts';
import type { Located, LocatedList, LocatedMap, LocatedScalar } from '../../scene.ts';
import {
  describe,
  type Entries,
  holdsLost,
  isLost,
  type Lost,
  lost,
  mapOf,
} from '../values/located.ts';
import { nearest } from '../../algorithms/nearest.ts';
import type { Problem, Report } from '../values/problems.ts';

/**
 * What templates may name here: `vars`, and inside scenes `matrix`, `row` and `scene` where there
 * are such.
 */
export type Scope = ReadonlyMap<string, LocatedMap | Lost>;

interface Lookup {
  readonly path: readonly string[];
  /** Offset of the path in the value. */
  readonly start: number;
  /** Which `${{` of the value this is, counted from 0, literal ones too. */
  readonly ordinal: number;
}
interface Template {
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

const OPEN = '${{';
/** Look-ups as other tools write them: `{{ vars.style }}` and `${vars.style}`. */
const OTHER_OPENING =
  /(?<!\$)\{\{\s*((?:vars|matrix|row|scene)\.[^{}\s]{1,80})\s*\}\}|\$\{\s*((?:vars|matrix|row|scene)\.[^{}\s]{1,80})\s*\}/;
const PATH = /^[\p{L}\p{M}\p{N}_-]+(?:\.[\p{L}\p{M}\p{N}_-]+)*$/u;
const NOT_IN_A_NAME = /[^\p{L}\p{M}\p{N}_-]+/gu;
/** Templates in one text: finding out where each stands costs a walk over all of it. */
const MAX_LOOKUPS = 200;
/**
 * Characters that templates may produce in one project: a hostile var inside a hostile matrix must
 * not fill the memory.
 */
const MAX_PRODUCED = 64_000_000;

/** Whether any text of a value may have a template in it; so may a text that is in a file. */
export function mayHoldTemplate(located: Located): boolean {
  if (located.kind === 'scalar')
    return typeof located.value === 'string' && located.value.includes(OPEN);
  if (located.kind === 'list') return located.items.some(mayHoldTemplate);
  if (located.entries.has('file')) return true;
  for (const { value } of located.entries.values()) if (mayHoldTemplate(value)) return true;
  return false;
}

/**
 * Fills templates in. One for each project: it keeps parsed templates and counts what they produce.
 */
export class Filler {
  readonly #parsed = new WeakMap<LocatedScalar, Template>();
  #produced = 0;
  #lost = 0;

  /** Number of values that could not be read so far: shows whether a step lost any. */
  get lost(): number {
    return this.#lost;
  }

  /**
   * The value with every template filled in; lost are the texts whose template leads nowhere, after
   * saying so.
   */
  fill(located: Located, scope: Scope, report: Report): Located {
    switch (located.kind) {
      case 'scalar':
        return this.#scalar(located, scope, report);
      case 'list':
        return this.#list(located, scope, report);
      case 'map':
        return this.map(located, scope, report);
    }
  }

  map(map: LocatedMap, scope: Scope, report: Report): LocatedMap {
    let entries: Entries | undefined;
    for (const [key, entry] of map.entries) {
      const value = this.fill(entry.value, scope, report);
      if (value === entry.value) continue;
      entries ??= new Map(map.entries);
      entries.set(key, { key: entry.key, value });
    }
    return entries === undefined ? map : mapOf(entries, map.place);
  }

  /** The values of a table's row that the templates of a text name; reports nothing. */
  rowValues(located: Located, scope: Scope): readonly LocatedScalar[] {
    if (located.kind !== 'scalar' || typeof located.value !== 'string') return [];
    const row = scope.get('row');
    if (row?.kind !== 'map' || !located.value.includes(OPEN)) return [];
    return parseTemplate(located.value).parts.flatMap((part) => {
      if (typeof part === 'string' || part.path.length !== 2 || part.path[0] !== 'row') return [];
      const value = row.entries.get(part.path[1] ?? '')?.value;
      return value?.kind === 'scalar' ? [value] : [];
    });
  }

  #lose(place: Place): Lost {
    this.#lost += 1;
    return lost(place);
  }

  #list(list: LocatedList, scope: Scope, report: Report): LocatedList {
    const items = list.items.map((item) => this.fill(item, scope, report));
    if (items.every((item, index) => item === list.items[index])) return list;
    return { ...list, items };
  }

  #scalar(scalar: LocatedScalar, scope: Scope, report: Report): Located {
    const { value } = scalar;
    if (typeof value !== 'string' || !value.includes('{')) return scalar;
    const slip = OTHER_OPENING.exec(value);
    if (slip !== null) reportOther(scalar, slip, report);
    if (!value.includes(OPEN)) return scalar;
    let template = this.#parsed.get(scalar);
    if (template === undefined) this.#parsed.set(scalar, (template = parseTemplate(value)));
    if (template.isTooLong === true) {
      report({
        code: 'too-large',
        message: `the text contains more than ${MAX_LOOKUPS} templates`,
        place: scalar.place,
      });
      return this.#lose(scalar.place);
    }
    if (template.broken.length > 0) {
      reportBroken(scalar, template, scope, report);
      for (const part of template.parts)
        if (typeof part === 'object') this.#find(scalar, part, scope, report);
      return this.#lose(scalar.place);
    }
    const [only] = template.parts;
    if (template.parts.length === 1 && typeof only === 'object')
      return this.#find(scalar, only, scope, report);
    return this.#text(scalar, template, scope, report);
  }

  #text(scalar: LocatedScalar, template: Template, scope: Scope, report: Report): Located {
    let text = '';
    let whole = true;
    for (const part of template.parts) {
      if (typeof part === 'string') {
        text += part;
        continue;
      }
      const found = this.#find(scalar, part, scope, report);
      if (isLost(found)) whole = false;
      else if (found.kind === 'scalar') text += found.value === null ? '' : String(found.value);
      else {
        whole = false;
        const message = `${cutName(part.path.join('.'))} is ${describe(found)}, which cannot be part of a text`;
        report({
          code: 'template-type',
          message,
          place: placeIn(scalar, part.ordinal, part.start, part.path.join('.').length),
        });
      }
    }
    this.#produced += text.length;
    if (this.#produced > MAX_PRODUCED) {
      if (whole)
        report({
          code: 'too-large',
          message: 'the templates of this project produce too much text',
          place: scalar.place,
        });
      return this.#lose(scalar.place);
    }
    return whole ? { kind: 'scalar', value: text, place: scalar.place } : this.#lose(scalar.place);
  }

  #find(
    scalar: LocatedScalar,
    { path, start, ordinal }: Lookup,
    scope: Scope,
    report: Report,
  ): Located {
    let at: Located = { kind: 'map', place: scalar.place, entries: rootsOf(scope, scalar.place) };
    let offset = start;
    for (const [depth, step] of path.entries()) {
      const next: Located | undefined =
        at.kind === 'map'
          ? at.entries.get(step)?.value
          : at.kind === 'list' && /^\d{1,6}$/.test(step)
            ? at.items[Number(step)]
            : undefined;
      if (isLost(next)) return this.#lose(scalar.place);
      if (next === undefined) {
        report({
          code: 'template-unknown',
          ...unknownStep(path, depth, at, scope),
          place: placeIn(scalar, ordinal, offset, step.length),
          ...(depth === 1 && path[0] === 'row' && at.kind === 'map'
            ? { also: [{ message: 'the row', place: at.place }] }
            : {}),
        });
        return this.#lose(scalar.place);
      }
      at = next;
      offset += step.length + 1;
    }
    if (path.length === 1) {
      const message = `${cutName(path[0] ?? '')} is a group of values; name one of them`;
      const hint = at.kind === 'map' ? there([...at.entries.keys()]) : undefined;
      const place = placeIn(scalar, ordinal, start, path[0]?.length ?? 0);
      report({ code: 'template-unknown', message, place, ...defined({ hint }) });
      return this.#lose(scalar.place);
    }
    return this.#lost > 0 && at.kind !== 'scalar' && holdsLost(at) ? this.#lose(scalar.place) : at;
  }
}

const rootsOf = (scope: Scope, place: Place): Entries =>
  new Map([...scope].map(([key, value]) => [key, { key: place, value }]));

const describeInner = (inner: string): string =>
  JSON.stringify(inner.length > 40 ? `${inner.slice(0, 39)}…` : inner);

/** It would be sent unchanged, and paid for. */
function reportOther(
  scalar: LocatedScalar,
  { 0: written, 1: curly, 2: dollar }: RegExpExecArray,
  report: Report,
): void {
  const { source, start, end } = scalar.place;
  const at = source.text.slice(start, end).indexOf(written);
  report({
    code: 'template-syntax',
    severity: 'warning',
    message: `${describeInner(written)} is not a template and is sent unchanged`,
    place:
      at === -1 ? scalar.place : { source, start: start + at, end: start + at + written.length },
    hint: `Write \${{ ${curly ?? dollar ?? ''} }}`,
  });
}

function reportBroken(
  scalar: LocatedScalar,
  { broken }: Template,
  scope: Scope,
  report: Report,
): void {
  for (const { ordinal, start, end, unclosed, inner } of broken) {
    const place = placeIn(scalar, ordinal, start, end - start);
    if (unclosed) {
      const hint = 'Write ${{ vars.name }}, or $${{ for a literal ${{.';
      report({
        code: 'template-syntax',
        message: 'a template is opened by ${{ and never closed by }}',
        place,
        hint,
      });
    } else {
      const message =
        inner === '' ? 'a template names nothing' : `${describeInner(inner)} is not a look-up`;
      const hint =
        unnameableHint(inner, scope) ??
        'Templates only look up values, as in ${{ vars.style }}: no expressions, functions or defaults. $${{ is a literal ${{.';
      report({ code: 'template-syntax', message, place, hint });
    }
  }
}

/** A column of a spreadsheet may be named anything: `row.Shot prompt`. */
function unnameableHint(inner: string, scope: Scope): string | undefined {
  const [root = '', ...rest] = inner.split('.');
  const group = scope.get(root);
  const name = rest.join('.').trim();
  if (group?.kind !== 'map') return undefined;
  const found = [...group.entries.keys()].find((key) => key.trim() === name);
  return found === undefined ? undefined : renameHint(found);
}

function renameHint(name: string): string {
  const instead = name
    .trim()
    .replaceAll(NOT_IN_A_NAME, '_')
    .replaceAll(/^_+|_+$/g, '');
  return `A template cannot name ${describeInner(name)}: only letters, digits, - and _ are possible. Rename it${instead === '' ? '' : `, for example to ${instead}`}.`;
}

function parseTemplate(value: string): Template {
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

function unknownStep(
  path: readonly string[],
  depth: number,
  at: Located,
  scope: Scope,
): Pick<Problem, 'message' | 'hint'> {
  const full = cutName(path.join('.'));
  const step = path[depth] ?? '';
  const shown = cutName(step);
  if (depth === 0)
    return { message: `${full}: there is no ${shown} here`, hint: () => rootHint(step, scope) };
  const above = cutName(path.slice(0, depth).join('.'));
  if (at.kind === 'scalar')
    return {
      message: `${full}: ${above} is ${describe(at)}, which has no parts`,
      hint: `Write \${{ ${above} }}.`,
    };
  const message = `there is no ${above}.${shown}`;
  const hint = (): string | undefined => {
    const names =
      at.kind === 'map' ? [...at.entries.keys()] : at.items.map((_, index) => String(index));
    const near = nearest(step, names);
    if (near !== undefined)
      return PATH.test(near) ? `Did you mean ${above}.${cutName(near)}?` : renameHint(near);
    const instead =
      above === 'vars'
        ? `Declare it at the top of the manifest: vars: { ${shown}: "…" }.`
        : above === 'row' && at.place.source.path.endsWith('.jsonl')
          ? `To leave it out in this row, write null: {"${shown}": null}.`
          : undefined;
    const parts = [there(names), instead].filter((part) => part !== undefined);
    return parts.length === 0 ? undefined : parts.join(' ');
  };
  return { message, hint };
}

function there(names: readonly string[]): string | undefined {
  if (names.length === 0) return undefined;
  const shown = names.slice(0, 8).map(cutName).join(', ');
  return `There ${names.length === 1 ? 'is' : 'are'}: ${shown}${names.length > 8 ? ` … and ${names.length - 8} more` : ''}.`;
}

function rootHint(root: string, scope: Scope): string {
  if (root === 'matrix') return 'Only a scene with matrix: can name matrix values.';
  if (root === 'row') return 'Only a scene with rows: can name the values of a row.';
  if (root === 'scene') return 'Only the values of a scene can name scene.id.';
  if (['env', 'secrets', 'github', 'inputs', 'process'].includes(root)) {
    return 'Manifests cannot read the environment. Declare it under vars: and set it with --var name=value.';
  }
  const near = nearest(root, scope.keys());
  if (near !== undefined) return `Did you mean ${near}?`;
  const vars = scope.get('vars');
  if (vars?.kind === 'map' && vars.entries.has(root)) return `Did you mean vars.${root}?`;
  return `Templates can name: ${[...scope.keys()].join(', ')}.`;
}

/**
 * Where a part of a value is written. The value is what YAML made of the text (quotes, escapes,
 * folded lines), so its n-th `${{` is looked up in the text; the whole value where the two do not
 * agree.
 */
function placeIn(scalar: LocatedScalar, ordinal: number, start: number, length: number): Place {
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
