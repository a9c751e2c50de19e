/**
 * A card of a project's own as a model. Its shape is checked by the manifest room; here, that its
 * parts fit together. Its facts are not checked: the name of the model says so wherever it is
 * shown, in plan, status, gallery and lock.
 */
import { defined } from '../../defined.ts';
import type { GatewayName } from '../../ids.ts';
import { type Json, type JsonObject, type Word, WORDS } from '../../scene.ts';
import { modelOfCard } from '../build/model-of-card.ts';
import type {
  Card,
  Condition,
  Field,
  Fields,
  Frames,
  Prices,
  References,
  RuleRow,
} from '../card/card.ts';
import { fieldAt } from '../card/conditions.ts';
import { isObject } from '../fields.ts';
import { oneOf } from '../format-value.ts';
import type { Model } from '../model.ts';
import { nearestField } from '../nearest-field.ts';
import { callbackRow } from '../shared/evolink-delivery.ts';
import { linksRow, modelRow, wholeDurationRow } from '../shared/common-rows.ts';

const UNCHECKED = '.unchecked';

export const isOwnModel = ({ name }: Pick<Model, 'name'>): boolean => name.endsWith(UNCHECKED);

export interface CardProblem {
  /** Path in the card. */
  readonly path: readonly (string | number)[];
  readonly message: string;
  readonly hint?: string;
}

/** The shape of the file, as the manifest room has checked it. */
interface Written {
  readonly gateway: GatewayName;
  readonly model: string;
  readonly title?: string;
  readonly sources: Card['sources'];
  readonly fields: Readonly<Record<string, JsonObject>>;
  readonly words: Readonly<
    Record<
      string,
      | string
      | {
          readonly field: string;
          readonly values?: Readonly<Record<string, string | number | boolean>>;
        }
    >
  >;
  readonly frames?: Frames;
  readonly references?: References;
  readonly longest_prompt?: number;
  readonly rules?: readonly JsonObject[];
  readonly prices:
    | 'unknown'
    | (Omit<Prices, 'asOf' | 'rows'> & {
        readonly read: string;
        readonly rows: readonly (JsonObject & {
          readonly when?: Condition;
          readonly rate: number;
          readonly up_to?: number;
        })[];
      });
}

export function ownModel(data: JsonObject): Model | readonly CardProblem[] {
  const written = data as unknown as Written;
  const problems: CardProblem[] = [];
  const fields: Fields = Object.fromEntries(
    Object.entries(written.fields).map(([name, field]) => [
      name,
      fieldOf(field, ['fields', name], problems),
    ]),
  );
  if (written.fields['model'] !== undefined)
    problems.push({
      path: ['fields', 'model'],
      message: 'model is not a field of the table: it is the model above',
      hint: 'Delete it.',
    });
  const known = Object.keys(fields);
  const needsField = (name: string, path: CardProblem['path']): void => {
    const plain = name.replaceAll(/\[\w+\]/g, '').replace(/\.\d+$/, '');
    if (fieldAt(fields, plain) !== undefined || plain === 'model') return;
    const near = nearestField(plain, known);
    problems.push({
      path,
      message: `${JSON.stringify(name)} is not a field of this card`,
      hint: near === undefined ? `The fields are ${known.join(', ')}.` : `Did you mean ${near}?`,
    });
  };
  for (const [word, binding] of Object.entries(written.words))
    needsField(typeof binding === 'string' ? binding : binding.field, ['words', word]);
  for (const part of ['frames', 'references'] as const)
    for (const [key, value] of Object.entries(written[part] ?? {}))
      if (typeof value === 'string') needsField(value, [part, key]);
  const rules = (written.rules ?? []).map((rule) => rowOf(rule));
  for (const [index, row] of rules.entries())
    for (const [key, name] of fieldsNamed(row)) needsField(name, ['rules', index, key]);
  if (written.prices !== 'unknown')
    for (const [index, { when }] of written.prices.rows.entries())
      for (const name of Object.keys(when ?? {}))
        needsField(name, ['prices', 'rows', index, 'when']);
  if (problems.length > 0) return problems;

  const model = modelOfCard(cardOf(written, fields, rules));
  return { ...model, name: `${model.name}${UNCHECKED}`, body: model.body };
}

function cardOf(written: Written, fields: Fields, rules: readonly RuleRow[]): Card {
  const { gateway, model: native, sources, frames, references, prices } = written;
  const words = Object.fromEntries(
    WORDS.flatMap((word): [Word, Card['words'][Word]][] => {
      const binding = written.words[word];
      if (binding !== undefined) return [[word, binding]];
      const isServed =
        (frames !== undefined &&
          (word === 'first_frame' || (word === 'last_frame' && takesLast(frames)))) ||
        (references !== undefined && word === 'references');
      return isServed ? [[word, true]] : [];
    }),
  );
  const [read = ''] = sources.map((source) => source.read);
  return {
    gateway,
    native,
    title: `${written.title ?? native} (own card, unchecked)`,
    sources,
    lifecycle: { state: 'listed', asOf: read },
    fields,
    words,
    ...defined({ frames, references, longestPrompt: written.longest_prompt }),
    ratioFrom:
      frames === undefined ? [] : Object.values(frames).filter((one) => typeof one === 'string'),
    rules: [
      modelRow('model'),
      ...(fields['duration']?.type === 'whole' ? [wholeDurationRow('duration')] : []),
      linksRow('links'),
      ...(gateway === 'evolink' ? [callbackRow('callback')] : []),
      ...(written.longest_prompt === undefined
        ? []
        : [
            {
              rule: 'prompt',
              text: `prompt has at most ${written.longest_prompt} characters.`,
              longest: { prompt: written.longest_prompt },
            },
          ]),
      ...rules,
    ],
    stray: 'body',
    lacks: { shots: NEEDS_CODE, elements: NEEDS_CODE },
    prices:
      prices === 'unknown'
        ? { unknown: 'the card says that the price is unknown' }
        : {
            ...prices,
            asOf: prices.read,
            kind: 'estimated',
            rows: prices.rows.map(({ when, rate, up_to }) => ({
              rate,
              ...defined({ when, upTo: up_to }),
            })),
          },
  };
}

/** Words that no table can say; docs/models.md has what a card can. */
const NEEDS_CODE =
  ': a card of your own cannot say it (docs/models.md). Write the native fields under params';

const takesLast = (frames: Frames): boolean =>
  'first' in frames ? frames.last !== undefined : 'list' in frames ? frames.last !== false : true;

/** What each type may say beside what all may. */
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

function fieldOf(field: JsonObject, path: CardProblem['path'], problems: CardProblem[]): Field {
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

/** Keys with `_` are those of the manifest language; cards of ours are written in TypeScript. */
function rowOf(rule: JsonObject): RuleRow {
  const { at_most: atMost, one_of: ofThese, not_blank: notBlank, ...rest } = rule;
  return {
    ...rest,
    ...defined({ atMost, oneOf: ofThese, notBlank }),
  } as unknown as RuleRow;
}

/** Every field that a rule names, with the key that names it. */
function* fieldsNamed(row: RuleRow): Generator<readonly [key: string, name: string]> {
  for (const name of row.fields ?? []) yield ['fields', name.replaceAll('.*', '.0')];
  for (const key of ['when', 'needs'] as const)
    for (const name of Object.keys(row[key] ?? {})) yield [key, name];
  if (row.at !== undefined) yield ['at', row.at];
  for (const name of row.excludes ?? []) yield ['excludes', name];
  for (const name of row.only?.fields ?? []) yield ['only', name];
  for (const name of Object.keys(row.only?.with ?? {})) yield ['only', name];
  for (const name of row.atMost?.of ?? []) yield ['at_most', name];
  for (const name of row.oneOf?.fields ?? []) yield ['one_of', name];
  for (const name of Object.keys(row.longest ?? {})) yield ['longest', name];
  for (const name of row.notBlank ?? []) yield ['not_blank', name];
  if (row.needed !== undefined) yield ['needed', row.needed.field];
  if (row.drop !== undefined) yield ['drop', row.drop.field];
  if (row.fill !== undefined) yield ['fill', row.fill.field];
}
