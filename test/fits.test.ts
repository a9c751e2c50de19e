/** `fits` answers as zod does, for every schema that it is asked about by the thousand. */
import {
  array,
  assert,
  constant,
  constantFrom,
  dictionary,
  integer,
  jsonValue,
  oneof,
  property,
  string,
} from 'fast-check';
import * as z from 'zod';
import { describe, expect, test, vi } from 'vitest';
import { fits } from '../src/fits.ts';
import { entrySchema } from '../src/lock/file/schema.ts';
import {
  aliasSchema,
  includedSchema,
  projectSchema,
  sceneSchema,
  settingsSchema,
} from '../src/manifest/language/schema.ts';
import { catalogue } from '../src/models/catalogue.ts';

const SCHEMAS: ReadonlyMap<string, z.ZodType> = new Map<string, z.ZodType>([
  ...[...catalogue.values()].map(({ name, body }) => [name, body] as const),
  ['settings', settingsSchema],
  ['alias', aliasSchema],
  ['scene', sceneSchema],
  ['project', projectSchema],
  ['included', includedSchema],
  ['lock entry', entrySchema],
]);

const SHA = 'a1'.repeat(32);
const TEXTS = [
  '',
  ' ',
  'é',
  'con',
  ...'std pro 4k 16:9 1:1 customize auto on yes nearest prompt 720p 45m warn fail completed submitted reported task_1'.split(
    ' ',
  ),
  ...'https://example.com/a.png http://10.0.0.1/ https://u:p@example.com/ https://example.com/?X-Amz-Signature=1'.split(
    ' ',
  ),
  ...'kling-v3 kling-v2-6 sora-2 apimart/kling-v3 out/a.mp4 /etc/a 2026-11-20T17:00:00Z'.split(' '),
  '0f1e2d3c-0000-4000-8000-000000000000',
  SHA,
  `sha256:${SHA}`,
];
const scalars = oneof(
  constantFrom<unknown>(...TEXTS),
  integer({ min: -2, max: 20 }),
  constantFrom<unknown>(
    true,
    false,
    null,
    0.5,
    -0,
    2 ** 53,
    Number.NaN,
    Number.POSITIVE_INFINITY,
    undefined,
  ),
  string({ maxLength: 5 }),
);

/** Every key that a schema has anywhere: random objects of these come near to what it wants. */
function keysOf(schema: z.ZodType, into = new Set<string>()): ReadonlySet<string> {
  const { shape, innerType, element, options, valueType } = schema.def as unknown as Readonly<
    Record<string, z.ZodType | undefined>
  > & {
    readonly shape?: Readonly<Record<string, z.ZodType>>;
    readonly options?: readonly z.ZodType[];
  };
  for (const [key, value] of Object.entries(shape ?? {})) keysOf(value, into.add(key));
  for (const inner of [innerType, element, valueType, ...(options ?? [])])
    if (inner !== undefined) keysOf(inner, into);
  return into;
}

describe.each([...SCHEMAS])('%s', (_, schema) => {
  const keys = constantFrom(...keysOf(schema), 'other', '__proto__', 'constructor', 'toString');
  const small = dictionary(keys, oneof(scalars, array(scalars, { maxLength: 3 })), { maxKeys: 5 });
  const parts = oneof(
    scalars,
    small,
    array(oneof(scalars, small), { maxLength: 5 }),
    jsonValue({ maxDepth: 2 }),
  );
  const values = oneof(dictionary(keys, parts, { maxKeys: 6 }), parts, constant({}));

  test('the answer is that of zod', () => {
    assert(
      property(values, (value) => {
        expect(fits(schema, value)).toBe(schema.safeParse(value).success);
      }),
      { seed: 44, numRuns: 500 },
    );
  });

  test('one field at a time, over what is required', () => {
    const { shape } = schema as z.ZodObject;
    const bases = [
      {},
      { model: 'sora-2', prompt: 'x', id: 'a', use: 'apimart/kling-v3', rushes: 1, models: {} },
    ];
    const known = bases.map((base) =>
      Object.fromEntries(Object.entries(base).filter(([key]) => key in shape)),
    );
    assert(
      property(constantFrom(...known), keys, parts, (base, key, value) => {
        const changed = Object.fromEntries([...Object.entries(base), [key, value]]);
        expect(fits(schema, changed)).toBe(schema.safeParse(changed).success);
      }),
      { seed: 45, numRuns: 800 },
    );
  });

  test('zod is not asked', () => {
    const asked = vi.spyOn(schema, 'safeParse');
    fits(schema, {});
    expect(asked).not.toHaveBeenCalled();
    asked.mockRestore();
  });
});

test('a schema that does more than look is left to zod', () => {
  const odd: readonly z.ZodType[] = [
    z.string().trim().min(1),
    z.coerce.number(),
    z.string().transform((text) => text.length),
    z.object({ a: z.string().default('x') }),
    z.object({}).catchall(z.string()),
    z.record(z.enum(['a', 'b']), z.string()),
    z.lazy(() => z.string()),
    z.preprocess(String, z.string()),
    z.discriminatedUnion('kind', [
      z.object({ kind: z.literal('a') }),
      z.object({ kind: z.literal('b') }),
    ]),
  ];
  for (const schema of odd) {
    for (const value of [
      ' ',
      'a',
      '5',
      5,
      {},
      { a: 1 },
      { a: 'x', b: 'y' },
      { kind: 'b' },
      null,
      undefined,
      [],
    ]) {
      expect(fits(schema, value)).toBe(schema.safeParse(value).success);
    }
  }
});
