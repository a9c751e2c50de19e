/**
 * The manifest language as a JSON Schema (draft-07) for editors, made of the zod source in
 * `language.ts`. It knows what the zod source leaves to earlier steps: templates, `null` for "as if
 * never set", and which values a known model offers.
 */
import * as z from 'zod';
import type { Json, JsonObject } from '../../scene.ts';
import { manifestSchema } from './schema/manifest.ts';

/** Facts that the schema needs about a model; every `Model` of the catalogue has them. */
export interface ModelHints {
  readonly name: string;
  readonly title: string;
  readonly offers: {
    readonly duration: readonly number[];
    readonly resolution: readonly string[];
    readonly aspect_ratio: readonly string[];
    readonly unsupported: readonly string[];
  };
  readonly profiles: Readonly<Record<string, string>>;
  readonly readings?: Readonly<Record<string, string>>;
  /** The native body: completes `params`. */
  readonly bodySchema: () => z.ZodType;
}

type Node = { [key: string]: Json };

const TEMPLATE: JsonObject = { type: 'string', pattern: String.raw`^\s*\$\{\{.*\}\}\s*$` };
const RATIO_WORDS_OF: Readonly<Record<string, string>> = {
  '16:9': 'landscape',
  '9:16': 'portrait',
  '1:1': 'square',
};

/** Same models, same schema. An alias whose `use` is known gets that model's values. */
export function manifestJsonSchema(models: readonly ModelHints[]): JsonObject {
  const schema = forEditors(toJson(manifestSchema)) as Node;
  const properties = schema['properties'] as Node;
  const aliases = properties['models'] as Node;
  const alias = aliases['additionalProperties'] as Node;
  const settings = alias['properties'] as Node;
  const scene = (properties['scenes'] as Node)['items'] as Node;
  matrixKeys((scene['properties'] as Node)['matrix'] as Node);
  const sorted = [...models].sort((a, b) => (a.name < b.name ? -1 : 1));
  settings['use'] = { ...(settings['use'] as Node), ...usable(sorted) };
  alias['allOf'] = sorted.map((model) =>
    when({ properties: { use: { const: model.name } }, required: ['use'] }, offered(model)),
  );
  return {
    ...schema,
    title: 'rushes manifest',
    description: 'Scenes across video models, rendered by rushes.',
    patternProperties: { '^x-': { description: 'A place for anchors; it is not read.' } },
  };
}

/** The two keys of a matrix that are not axes. */
function matrixKeys(matrix: Node): void {
  const combinations = (description: string): Node => ({
    ...TEMPLATE,
    type: ['array', 'string', 'null'],
    items: { type: 'object' },
    description,
    examples: [[{ sky: 'sun', time: 'dusk' }]],
  });
  matrix['properties'] = {
    exclude: combinations('Combinations that are left out: those that have these values.'),
    include: combinations('Combinations beside those of the axes, with a value for every axis.'),
  };
}

const toJson = (schema: z.ZodType): Json =>
  z.toJSONSchema(schema, {
    target: 'draft-7',
    io: 'input',
    unrepresentable: 'any',
  }) as unknown as Json;

/** The one list of models, with their titles where an editor shows them. */
function usable(models: readonly ModelHints[]): Node {
  if (models.length === 0) return {};
  return {
    anyOf: [...models.map(({ name, title }) => ({ const: name, description: title })), TEMPLATE],
  };
}

/** What an alias of one model may say. With `fit: nearest` any value may be asked for. */
function offered({ name, offers, profiles, readings = {}, bodySchema }: ModelHints): Node {
  const anyOf = (schema: Node): Node => ({
    description: `What ${name} offers.`,
    anyOf: [schema, TEMPLATE, { type: 'null' }],
  });
  const exact: Node = {};
  if (offers.duration.length > 0) exact['duration'] = anyOf({ enum: [...offers.duration] });
  if (offers.resolution.length > 0) exact['resolution'] = anyOf({ enum: [...offers.resolution] });
  const always: Node = {};
  if (offers.aspect_ratio.length > 0) {
    const words = offers.aspect_ratio.flatMap((ratio) => RATIO_WORDS_OF[ratio] ?? []);
    always['aspect_ratio'] = anyOf({ enum: [...offers.aspect_ratio, ...words] });
  }
  always['profile'] = {
    description: `Rule sets of ${name}.`,
    enum: [...Object.keys(profiles), null],
  };
  const fields = Object.keys(readings);
  always['send'] = {
    description: `Second readings of ${name}.`,
    type: ['array', 'null'],
    ...(fields.length === 0 ? { maxItems: 0 } : { items: { enum: fields } }),
  };
  const native = (toJson(bodySchema()) as Node)['properties'];
  if (native !== undefined)
    always['params'] = {
      description: `Native fields of ${name}.`,
      type: ['object', 'null'],
      properties: forEditors(native, 'properties'),
      additionalProperties: false,
    };
  return {
    properties: always,
    ...(Object.keys(exact).length === 0
      ? {}
      : when({ not: { required: ['fit'] } }, { properties: exact })),
  };
}

// oxlint-disable-next-line unicorn/no-thenable -- JSON Schema's own word
const when = (condition: Node, consequence: Node): Node => ({ if: condition, then: consequence });

/** Templates and nulls allowed where the language allows them; noise of the generator left out. */
function forEditors(
  node: Json,
  kind: 'schema' | 'properties' = 'schema',
  required: readonly string[] = [],
): Json {
  if (Array.isArray(node)) return node.map((item: Json) => forEditors(item));
  if (node === null || typeof node !== 'object') return node;
  if (kind === 'properties') {
    return Object.fromEntries(
      Object.entries(node).map(([key, value]) => [
        key,
        lenient(forEditors(value) as Node, key, required.includes(key)),
      ]),
    );
  }
  const names = (node as Node)['required'];
  const result: Node = {};
  for (const [key, value] of Object.entries(node)) {
    if (key === 'propertyNames' || (key === 'maximum' && value === Number.MAX_SAFE_INTEGER))
      continue;
    if (key === 'minimum' && value === Number.MIN_SAFE_INTEGER) continue;
    const isValue =
      key === 'default' ||
      key === 'examples' ||
      key === 'enum' ||
      key === 'const' ||
      key === 'required';
    result[key] = isValue
      ? value
      : forEditors(
          value,
          key === 'properties' ? 'properties' : 'schema',
          Array.isArray(names) ? (names as string[]) : [],
        );
  }
  return result;
}

/** Lists of the manifest itself: no template can stand for them. */
const LISTS = new Set(['scenes', 'include', 'moved']);
const ANNOTATIONS = new Set(['title', 'description', 'default', 'examples']);

/**
 * A property that a template or `null` may stand for. The format version is a number and nothing
 * else.
 */
function lenient(schema: Node, key: string, isRequired: boolean): Json {
  if (key === 'rushes' || key === 'vars') return schema;
  const notes = Object.fromEntries(
    Object.entries(schema).filter(([name]) => ANNOTATIONS.has(name)),
  );
  const rules = Object.fromEntries(
    Object.entries(schema).filter(([name]) => !ANNOTATIONS.has(name)),
  );
  const nothing = isRequired ? [] : ['null'];
  const isListed = rules['enum'] !== undefined || rules['const'] !== undefined;
  if (typeof rules['type'] === 'string' && !isListed) {
    // One list of types rather than branches: editors then complain of the value and not of every
    // branch.
    if (rules['type'] === 'object' || rules['type'] === 'string' || LISTS.has(key))
      return { ...schema, type: [rules['type'], ...nothing] };
    return { ...schema, ...TEMPLATE, type: [rules['type'], 'string', ...nothing] };
  }
  const branches = Array.isArray(rules['anyOf']) ? (rules['anyOf'] as Json[]) : [rules];
  return { ...notes, anyOf: [...branches, TEMPLATE, ...(isRequired ? [] : [{ type: 'null' }])] };
}
