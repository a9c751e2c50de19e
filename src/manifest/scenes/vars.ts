/**
 * `vars:` of a manifest: its declarations, and the values from `--var` and the defaults.
 */
import { defined } from '../../defined.ts';
import { type Place, Source } from '../../diagnostic.ts';
import type { Json, Located, LocatedMap } from '../../scene.ts';
import { plain } from '../../scene.ts';
import { check } from '../language/check.ts';
import { type VAR_TYPES, varSchema } from '../language/schema/vars.ts';
import {
  emptyMap,
  type Entries,
  get,
  getText,
  isLost,
  isNull,
  lost,
  mapOf,
  quoted,
  scalar,
} from '../values/located.ts';
import { foldCase, suggestName } from '../../ids.ts';
import { nearest } from '../../algorithms/nearest.ts';
import type { Report } from '../values/problems.ts';
import type { Filler } from './template.ts';

type VarType = (typeof VAR_TYPES)[number];

/** A var as its manifest declares it. */
export interface DeclaredVar {
  readonly name: string;
  readonly type: VarType;
  readonly default?: Json;
  readonly description?: string;
}

const NAME = /^[\p{L}\p{M}\p{N}_-]+$/u;

interface Declaration {
  readonly declared: DeclaredVar;
  /** The default. */
  readonly value?: Located;
}

/** Only declared vars, for example for `--list-vars`. */
export function listVars(vars: LocatedMap | undefined, report: Report): readonly DeclaredVar[] {
  return declarations(vars, report).map(({ declared }) => declared);
}

/** The value of every var; lost are those without one, after saying so. */
export function readVars(
  vars: LocatedMap | undefined,
  given: ReadonlyMap<string, string>,
  filler: Filler,
  report: Report,
): LocatedMap {
  const place = vars?.place ?? { source: new Source('', ''), start: 0, end: 0 };
  const entries: Entries = new Map();
  const sound = new Map(
    declarations(vars, report).map((declaration) => [declaration.declared.name, declaration]),
  );
  for (const [name, { key }] of vars?.entries ?? []) {
    entries.set(name, { key, value: valueOf(name, key, sound.get(name)) ?? lost(key) });
  }

  function valueOf(
    name: string,
    key: Place,
    declaration: Declaration | undefined,
  ): Located | undefined {
    if (declaration === undefined) return undefined;
    const { declared, value: preset } = declaration;
    const text = given.get(name);
    if (text !== undefined) return fromCommandLine(declared, text, report);
    if (preset === undefined) {
      const hint = `Set it with --var ${name}=…, or give it a default.`;
      report({
        code: 'var-missing',
        message: `the var ${name} has no default and was not set`,
        place: key,
        hint,
      });
      return undefined;
    }
    // A var may name the vars above it, so a circle cannot happen.
    const value = filler.fill(preset, new Map([['vars', mapOf(entries, place)]]), report);
    return isLost(value) || fits(declared, value, report) ? value : undefined;
  }

  reportUndeclared(given, vars, report);
  return entries.size === 0 ? emptyMap(place) : mapOf(entries, place);
}

function declarations(vars: LocatedMap | undefined, report: Report): readonly Declaration[] {
  const found: Declaration[] = [];
  for (const [name, { key, value }] of vars?.entries ?? []) {
    if (!NAME.test(name)) {
      const free = suggestName(name, new Set([...(vars?.entries.keys() ?? [])].map(foldCase)));
      const hint =
        free === undefined
          ? 'Use letters, digits, - and _.'
          : `Write ${free}: …, and \${{ vars.${free} }} in templates.`;
      report({
        code: 'bad-name',
        message: `${quoted(name)} cannot be the name of a var: no template could name it`,
        place: key,
        hint,
      });
      continue;
    }
    if (isNull(value)) {
      found.push({ declared: { name, type: 'string' } });
      continue;
    }
    if (!check({ schema: varSchema, value, label: `vars.${name}` }, report)) continue;
    if (value.kind !== 'map') {
      found.push({ declared: { name, type: typeOf(value), default: plain(value) }, value });
      continue;
    }
    const preset = get(value, 'default');
    const type =
      (getText(value, 'type')?.text as VarType | undefined) ??
      (preset === undefined ? 'string' : typeOf(preset));
    const description = getText(value, 'description')?.text;
    const declared = {
      name,
      type,
      ...(preset === undefined ? {} : { default: plain(preset) }),
      ...defined({ description }),
    };
    found.push({ declared, ...defined({ value: preset }) });
  }
  return found;
}

function typeOf(value: Located): VarType {
  if (value.kind !== 'scalar') return 'list';
  if (typeof value.value === 'number') return Number.isInteger(value.value) ? 'integer' : 'number';
  return typeof value.value === 'boolean' ? 'boolean' : 'string';
}

const WANTED: Readonly<Record<VarType, string>> = {
  string: 'a text',
  integer: 'a whole number',
  number: 'a number',
  boolean: 'true or false',
  list: 'a list',
};

function fits({ name, type }: DeclaredVar, value: Located, report: Report): boolean {
  const found = typeOf(value);
  if (found === type || (type === 'number' && found === 'integer')) return true;
  const seen = value.kind === 'list' ? 'a list' : JSON.stringify(plain(value));
  report({
    code: 'wrong-type',
    message: `the default of the var ${name} is ${seen}; its type says ${WANTED[type]}`,
    place: value.place,
  });
  return false;
}

/** Its place is the words of the command line, `--var name=value`. */
function fromCommandLine(
  { name, type }: DeclaredVar,
  text: string,
  report: Report,
): Located | undefined {
  const source = new Source(`--var ${name}`, text);
  const place = { source, start: 0, end: text.length };
  if (type === 'list') {
    const items = text.split(',').map((part) => part.trim());
    return {
      kind: 'list',
      items: items.filter((part) => part !== '').map((part) => scalar(part, place)),
      place,
    };
  }
  if (type === 'string') return scalar(text, place);
  if (type === 'boolean' && /^(?:true|false)$/.test(text)) return scalar(text === 'true', place);
  const number = /^[+-]?\d+(?:\.\d+)?$/.test(text) ? Number(text) : Number.NaN;
  if (type === 'number' && Number.isFinite(number)) return scalar(number, place);
  if (type === 'integer' && Number.isSafeInteger(number) && !text.includes('.'))
    return scalar(number, place);
  report({
    code: 'wrong-type',
    message: `--var ${name}=${quoted(text)}: expected ${WANTED[type]}`,
    place,
  });
  return undefined;
}

function reportUndeclared(
  given: ReadonlyMap<string, string>,
  vars: LocatedMap | undefined,
  report: Report,
): void {
  const names = [...(vars?.entries.keys() ?? [])];
  for (const name of given.keys()) {
    if (vars?.entries.has(name) === true) continue;
    const near = nearest(name, names);
    const hint =
      near !== undefined
        ? `Did you mean --var ${near}=…?`
        : names.length === 0
          ? 'The manifest declares no vars.'
          : `Declared: ${names.join(', ')}.`;
    report({
      code: 'var-unknown',
      message: `--var ${name}: the manifest declares no var of that name`,
      ...(vars === undefined ? {} : { place: vars.place }),
      hint,
    });
  }
}
