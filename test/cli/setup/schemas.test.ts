import { expect, test } from 'vitest';
import { allSchemas } from '../../../src/commands/setup/schema.ts';
import { catalogue } from '../../../src/models/catalogue.ts';

interface Node {
  readonly [key: string]: unknown;
}
const isNode = (value: unknown): value is Node =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/**
 * Every property of a schema with its path, wherever it stands; conditions are no properties of
 * anything.
 */
function* propertiesOf(
  node: unknown,
  at: string,
): Generator<readonly [path: string, property: Node]> {
  if (Array.isArray(node)) for (const item of node) yield* propertiesOf(item, at);
  if (!isNode(node)) return;
  for (const [key, value] of Object.entries(node)) {
    if (['if', 'enum', 'const', 'default', 'examples'].includes(key)) continue;
    if (key !== 'properties') yield* propertiesOf(value, `${at}/${key}`);
    else {
      for (const [name, property] of Object.entries(value as Node)) {
        if (!isNode(property)) continue;
        yield [`${at}/${name}`, property];
        yield* propertiesOf(property, `${at}/${name}`);
      }
    }
  }
}

/** Whether a schema takes texts or numbers that it does not list. */
function isOpen(node: Node): boolean {
  const { type, anyOf, oneOf } = node;
  if (node['enum'] !== undefined || node['const'] !== undefined) return false;
  if (Array.isArray(anyOf) || Array.isArray(oneOf))
    return [...((anyOf ?? oneOf) as Node[])]
      .filter((branch) => branch['pattern'] === undefined && branch['type'] !== 'null')
      .every(isOpen);
  return (
    [type].flat().some((one) => one === 'string' || one === 'number' || one === 'integer') &&
    ![type].flat().includes('boolean')
  );
}

test.each([...allSchemas()].map(([name, make]) => [name, make()] as const))(
  '%s: titles, descriptions and examples everywhere',
  (_, schema) => {
    expect(schema).toMatchObject({
      title: expect.stringMatching(/^rushes /) as unknown,
      description: expect.stringMatching(/./) as unknown,
    });
    const lacking: string[] = [];
    let count = 0;
    for (const [path, property] of propertiesOf(schema, '')) {
      count += 1;
      const isShown =
        'default' in property ||
        'examples' in property ||
        'pattern' in property ||
        !isOpen(property);
      for (const key of ['title', 'description'])
        if (typeof property[key] !== 'string') lacking.push(`${path}: ${key}`);
      if (!isShown) lacking.push(`${path}: examples`);
    }
    expect(count).toBeGreaterThan(10);
    expect(lacking).toEqual([]);
  },
);

test('examples and defaults fit their own schema', async () => {
  const { Ajv } = await import('ajv');
  const wrong: string[] = [];
  for (const [name, make] of allSchemas()) {
    const schema = make();
    const ajv = new Ajv({ strict: false, validateFormats: false });
    // Models have many fields in common: each is judged once.
    const judged = new Set<string>();
    for (const [path, property] of propertiesOf(schema, name)) {
      const shown = [
        ...((property['examples'] as unknown[] | undefined) ?? []),
        ...('default' in property ? [property['default']] : []),
      ];
      const text = JSON.stringify(property);
      if (shown.length === 0 || judged.has(text)) continue;
      judged.add(text);
      // A part of a schema may point to the definitions of the whole.
      const judge = ajv.compile({
        ...property,
        ...(text.includes('"$ref"')
          ? { definitions: schema['definitions'], $defs: schema['$defs'] }
          : {}),
      });
      for (const value of shown)
        if (!judge(value))
          wrong.push(`${path}: ${JSON.stringify(value)} ${ajv.errorsText(judge.errors)}`);
    }
  }
  expect(wrong).toEqual([]);
});

test('a fault script names models as requests do, and so do its examples', () => {
  const schema = allSchemas().get('faults')?.();
  const examples = [...propertiesOf(schema, '')]
    .filter(([path]) => path.endsWith('/model'))
    .flatMap(([, property]) => property['examples'] as readonly string[]);
  expect(examples).not.toEqual([]);
  const native = new Set([...catalogue.keys()].map((name) => name.split('/')[1]));
  expect(examples.filter((example) => !native.has(example))).toEqual([]);
});
