/** Rules of a card of a project's own: the rows of the catalogue's cards in the keys of YAML. */
import { defined } from '../../defined.ts';
import type { JsonObject } from '../../scene.ts';
import type { RuleRow } from '../card/card.ts';

/** Keys with `_` are those of the manifest language; cards of ours are written in TypeScript. */
export function rowOf(rule: JsonObject): RuleRow {
  const { at_most: atMost, one_of: ofThese, not_blank: notBlank, ...rest } = rule;
  return {
    ...rest,
    ...defined({ atMost, oneOf: ofThese, notBlank }),
  } as unknown as RuleRow;
}

/** Every field that a rule names, with the key that names it. */
export function* fieldsNamed(row: RuleRow): Generator<readonly [key: string, name: string]> {
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
  for (const name of row.tags?.of ?? []) yield ['tags', name];
  if (row.needed !== undefined) yield ['needed', row.needed.field];
  if (row.drop !== undefined) yield ['drop', row.drop.field];
  if (row.fill !== undefined) yield ['fill', row.fill.field];
}
