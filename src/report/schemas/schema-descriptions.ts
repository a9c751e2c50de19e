/**
 * Titles, descriptions and examples for every property of the published JSON Schemas: those of its
 * source, else those of its schema, else those that all schemas share. Titles are made of the
 * names.
 */
import { defined } from '../../defined.ts';
import { COMMON_PROPERTIES } from './common-properties.ts';
import { PROPERTIES_BY_SCHEMA } from './properties-by-schema.ts';
import type { PropertyDescription } from './property-description.ts';

type Schema = Readonly<Record<string, unknown>>;

/**
 * The schema with a title and a description for every property, and examples for the values that
 * nothing else shows.
 */
export function withDescriptions(name: string, schema: Schema): Schema {
  return described(schema, { ...COMMON_PROPERTIES, ...PROPERTIES_BY_SCHEMA[name] }) as Schema;
}

/** Keywords whose values are data, not schemas. */
const DATA = new Set(['default', 'examples', 'enum', 'const', 'required', 'if']);

function described(node: unknown, known: Readonly<Record<string, PropertyDescription>>): unknown {
  if (Array.isArray(node)) return node.map((item: unknown) => described(item, known));
  if (node === null || typeof node !== 'object') return node;
  return Object.fromEntries(
    Object.entries(node).map(([key, value]: [string, unknown]) => {
      if (DATA.has(key)) return [key, value];
      if (key !== 'properties') return [key, described(value, known)];
      return [
        key,
        Object.fromEntries(
          Object.entries(value as Schema).map(([name, property]) => [
            name,
            named(name, property as Schema, known),
          ]),
        ),
      ];
    }),
  );
}

function named(
  name: string,
  property: Schema,
  known: Readonly<Record<string, PropertyDescription>>,
): Schema {
  const own = Object.hasOwn(known, name) ? known[name] : undefined;
  const {
    description = own?.description,
    examples = isShown(property) ? undefined : own?.examples,
    ...rest
  } = property;
  return {
    ...(described(rest, known) as Schema),
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
