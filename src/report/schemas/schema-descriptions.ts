/**
 * Descriptions of a property for editors and readers of the published JSON Schemas: its own words
 * where its source has some, else the words that every document of ours uses for it. Titles are
 * made of the names.
 */
import { defined } from '../../defined.ts';
import { COMMON_WORDS } from './common-property-words.ts';
import { OWN_WORDS } from './own-property-words.ts';
import type { Word } from './property-word.ts';

type Schema = Readonly<Record<string, unknown>>;

/**
 * The schema with a title and a description for every property, and examples for the values that
 * nothing else shows.
 */
export function inWords(name: string, schema: Schema): Schema {
  return spoken(schema, { ...COMMON_WORDS, ...OWN_WORDS[name] }) as Schema;
}

/** Keywords whose values are data, not schemas. */
const DATA = new Set(['default', 'examples', 'enum', 'const', 'required', 'if']);

function spoken(node: unknown, words: Readonly<Record<string, Word>>): unknown {
  if (Array.isArray(node)) return node.map((item: unknown) => spoken(item, words));
  if (node === null || typeof node !== 'object') return node;
  return Object.fromEntries(
    Object.entries(node).map(([key, value]: [string, unknown]) => {
      if (DATA.has(key)) return [key, value];
      if (key !== 'properties') return [key, spoken(value, words)];
      return [
        key,
        Object.fromEntries(
          Object.entries(value as Schema).map(([name, property]) => [
            name,
            named(name, property as Schema, words),
          ]),
        ),
      ];
    }),
  );
}

function named(name: string, property: Schema, words: Readonly<Record<string, Word>>): Schema {
  const own = Object.hasOwn(words, name) ? words[name] : undefined;
  const {
    description = own?.description,
    examples = isShown(property) ? undefined : own?.examples,
    ...rest
  } = property;
  return {
    ...(spoken(rest, words) as Schema),
    title: property['title'] ?? titleOf(name),
    ...defined({ description, examples }),
  };
}

/** Whether a schema already shows its values. */
const isShown = ({ enum: values, const: value, default: preset, type, anyOf }: Schema): boolean =>
  [values, value, preset].some((one) => one !== undefined) ||
  (type !== undefined &&
    [type].flat().every((one) => one === 'boolean' || one === 'object' || one === 'array')) ||
  (Array.isArray(anyOf) && (anyOf as Schema[]).some((branch) => isShown(branch)));

/** `first_frame` and `firstFrame`: "First frame". */
function titleOf(name: string): string {
  const words = name
    .replaceAll(/([a-z])([A-Z])/g, '$1 $2')
    .replaceAll(/[_-]/g, ' ')
    .toLowerCase();
  return words.charAt(0).toUpperCase() + words.slice(1);
}
