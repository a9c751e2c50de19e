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
import type { Report } from '../values/problems.ts';
import {
  type Lookup,
  MAX_LOOKUPS,
  OPEN,
  parseTemplate,
  placeIn,
  type Scope,
  type Template,
} from './parse-template.ts';
import { reportBroken, reportOther, there, unknownStep } from './template-problems.ts';

/** Look-ups as other tools write them: `{{ vars.style }}` and `${vars.style}`. */
const OTHER_OPENING =
  /(?<!\$)\{\{\s*((?:vars|matrix|row|scene)\.[^{}\s]{1,80})\s*\}\}|\$\{\s*((?:vars|matrix|row|scene)\.[^{}\s]{1,80})\s*\}/;

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
