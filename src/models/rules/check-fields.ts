/**
 * What the table of fields has against a body, in our own sentences and under the number of the
 * rule that it breaks.
 */
import { defined } from '../../defined.ts';
import type { Json, JsonObject } from '../../scene.ts';
import { isObject } from '../fields.ts';
import { fieldName, oneOf, quoted, seen, written } from '../format-value.ts';
import type { BodyPath, RuleFinding } from '../model.ts';
import { nearestField } from '../nearest-field.ts';
import { ruleOf, type Rule } from '../rule.ts';
import type { Field, Fields } from '../card/card.ts';

/**
 * Fields of another model or page that people write here: native name -> what to write instead, and
 * the rule that says so.
 */
export type Misplaced = Readonly<Record<string, { readonly hint: string; readonly rule?: string }>>;

/** Every way in which the body does not fit the table. All of them refuse. */
export class FieldCheck {
  readonly #fields: Fields;
  readonly #rules: readonly Rule[];
  readonly #misplaced: Misplaced;
  #findings: RuleFinding[] = [];

  constructor(fields: Fields, rules: readonly Rule[], misplaced: Misplaced) {
    this.#fields = fields;
    this.#rules = rules;
    this.#misplaced = misplaced;
  }

  findings(body: JsonObject): RuleFinding[] {
    this.#findings = [];
    this.#object(this.#fields, body, []);
    return this.#findings;
  }

  #value(field: Field, value: Json, path: BodyPath): void {
    switch (field.type) {
      case 'text':
      case 'link':
        if (typeof value !== 'string') this.#wrongType(value, path, 'text');
        else if (value === '' && field.type === 'text' && field.filled === true)
          this.#add(path, false, `${fieldName(path)} is empty`);
        else if (field.type === 'text' && field.whole === true && !/^-?\d{1,6}$/.test(value))
          this.#add(
            path,
            false,
            value === ''
              ? `${fieldName(path)} is empty`
              : `${fieldName(path)} is ${seen(value)}; it must be a whole number in quotes`,
          );
        return;
      case 'whole': {
        if (typeof value !== 'number' || !Number.isInteger(value)) {
          this.#wrongType(value, path, 'a whole number');
          return;
        }
        const { from = Number.MIN_SAFE_INTEGER, to = Number.MAX_SAFE_INTEGER, also = [] } = field;
        if ((value < from || value > to) && !also.includes(value))
          this.#add(
            path,
            false,
            `${fieldName(path)} is ${seen(value)}; allowed: ${from} to ${to}${also.map((one) => `, ${one}`).join('')}`,
          );
        return;
      }
      case 'number':
        if (typeof value !== 'number' || !Number.isFinite(value))
          this.#wrongType(value, path, 'a number');
        return;
      case 'flag':
        if (typeof value !== 'boolean') this.#wrongType(value, path, 'true or false');
        return;
      case 'choice':
        if (!field.values.some((one) => one === value)) this.#notAllowed(value, path, field.values);
        return;
      case 'list':
        if (!Array.isArray(value)) {
          this.#wrongType(value, path, 'a list');
          return;
        }
        // The items of a list that is too long matter only once it is shorter.
        if (value.length > (field.most ?? Number.POSITIVE_INFINITY)) {
          this.#wrongLength(value.length, `at most ${field.most}`, path);
          return;
        }
        for (const [index, item] of (value as readonly Json[]).entries())
          this.#value(field.of, item, [...path, index]);
        if (value.length < (field.least ?? 0))
          this.#wrongLength(value.length, `at least ${field.least}`, path);
        return;
      case 'object':
        if (isObject(value)) this.#object(field.fields, value, path);
        else this.#wrongType(value, path, 'an object');
    }
  }

  #object(fields: Fields, value: JsonObject, path: BodyPath): void {
    const names = Object.keys(fields);
    for (const name of names) {
      const field = fields[name];
      if (field === undefined) continue;
      const below = Object.hasOwn(value, name) ? value[name] : undefined;
      if (below !== undefined) this.#value(field, below, [...path, name]);
      else if (field.required === true) {
        const at = [...path, name];
        this.#add(
          at,
          true,
          `${fieldName(at)} is missing`,
          field.type === 'choice' ? { allowed: field.values } : {},
        );
      }
    }
    const misplaced = path.length === 0 ? this.#misplaced : {};
    let guesses = 0;
    for (const name of Object.keys(value)) {
      if (!Object.hasOwn(fields, name))
        this.#unknown([...path, name], names, misplaced, guesses++ < MOST_GUESSES);
    }
  }

  #wrongLength(count: number, bound: string, path: BodyPath): void {
    const [verb, word] = [
      bound.endsWith(' 1') ? 'is' : 'are',
      bound.startsWith('at most') ? 'allowed' : 'needed',
    ];
    this.#add(path, false, `${fieldName(path)} holds ${count}; ${bound} ${verb} ${word}`);
  }

  #wrongType(value: Json, path: BodyPath, wanted: string): void {
    const message = `${fieldName(path)} is ${seen(value)}; it must be ${wanted}`;
    this.#add(path, true, message, hintFor(value, wanted === 'text'));
  }

  #notAllowed(value: Json, path: BodyPath, values: readonly (string | number)[]): void {
    const isText = typeof value === 'string';
    const sameType = typeof value === typeof values[0];
    const wrongType = !sameType || (typeof value === 'number' && !Number.isInteger(value));
    this.#add(
      path,
      wrongType,
      `${fieldName(path)} is ${sameType && isText ? quoted(value) : seen(value)}; allowed: ${oneOf(values)}`,
      {
        allowed: values,
        // Without or with its quotes it must be one of them.
        ...(values.some((one) => String(one) === written(value))
          ? hintFor(value, typeof values[0] === 'string')
          : {}),
      },
    );
  }

  #unknown(path: BodyPath, known: readonly string[], misplaced: Misplaced, guess: boolean): void {
    const name = String(path.at(-1));
    const place = Object.hasOwn(misplaced, name) ? misplaced[name] : undefined;
    const nearest = guess ? nearestField(name, known) : undefined;
    const hint =
      place?.hint ??
      (nearest === undefined ? `The fields are ${known.join(', ')}.` : `Did you mean ${nearest}?`);
    this.#findings.push({
      rule: place?.rule ?? 'body',
      verdict: 'refuse',
      path,
      key: true,
      message: `${quoted(name)} is not a field of ${path.length === 1 ? 'this model' : fieldName(path.slice(0, -1))}`,
      hint,
    });
  }

  #add(
    path: BodyPath,
    wrongType: boolean,
    message: string,
    more: Pick<RuleFinding, 'allowed' | 'hint'> = {},
  ): void {
    const owner = ruleOf(this.#rules, path, wrongType);
    const { allowed, hint = owner?.hint } = more;
    this.#findings.push({
      rule: owner?.rule ?? 'body',
      verdict: 'refuse',
      path,
      message,
      ...defined({ allowed, hint }),
    });
  }
}

/** More guesses help no reader, and a guess costs more than a finding. */
const MOST_GUESSES = 50;

/**
 * Quotes around a number or a truth value are the most common mistake: remove only the quotes.
 */
function hintFor(value: Json, wantsText: boolean): { readonly hint?: string } {
  if (typeof value === 'string' && !wantsText && /^(?:\d+(?:\.\d+)?|true|false)$/.test(value))
    return { hint: `Write ${value} without quotes.` };
  if ((Number.isInteger(value) || typeof value === 'boolean') && wantsText)
    return { hint: `Write ${quoted(written(value))}, with quotes.` };
  return {};
}
