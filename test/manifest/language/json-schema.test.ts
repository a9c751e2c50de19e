import { readFileSync } from 'node:fs';
import path from 'node:path';
import { Ajv } from 'ajv';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import * as z from 'zod';
import { type ModelHints, manifestJsonSchema } from '../../../src/manifest/language/json-schema.ts';

const kling: ModelHints = {
  name: 'apimart/kling-v3',
  title: 'Kling V3',
  offers: {
    duration: [3, 5, 10],
    resolution: ['720p', '1080p'],
    aspect_ratio: ['16:9'],
    unsupported: [],
  },
  profiles: { legacy: 'The older page' },
  bodySchema: () =>
    z.strictObject({
      model: z.string(),
      cfg_scale: z
        .number()
        .min(0)
        .max(1)
        .optional()
        .meta({ description: 'How close to the prompt.' }),
    }),
};
const others = ['apimart/sora-2-pro', 'evolink/kling-o3-text-to-video'].map((name) => ({
  ...kling,
  name,
  title: name,
  profiles: {},
}));
const schema = manifestJsonSchema([kling, ...others]);
const validate = new Ajv({
  strict: true,
  strictRequired: false,
  allErrors: true,
  allowUnionTypes: true,
}).compile(schema);

/** Places of what the schema refuses. */
const refused = (manifest: unknown): string[] => {
  validate(manifest);
  return [
    ...new Set(
      (validate.errors ?? [])
        .filter(({ keyword }) => keyword !== 'anyOf' && keyword !== 'if')
        .map(({ instancePath }) => instancePath),
    ),
  ];
};
const head = { rushes: 1, models: { kling: { use: 'apimart/kling-v3' } } };

test('the example of the design fits', () => {
  const example = readFileSync(
    path.join(import.meta.dirname, '..', 'fixtures', 'design', 'film.yaml'),
    'utf8',
  );
  expect(refused(parse(example))).toEqual([]);
});

test('the same models make the same schema, in any order', () => {
  expect(JSON.stringify(manifestJsonSchema([...others, kling]))).toBe(JSON.stringify(schema));
  expect(JSON.stringify(schema)).not.toContain(String(Number.MAX_SAFE_INTEGER));
});

test('templates, nulls and anchors are let through', () => {
  const scene = {
    id: 'a-${{ matrix.n }}',
    matrix: { n: [1] },
    duration: '${{ matrix.n }}',
    audio: null,
    tags: '${{ vars.t }}',
    first_frame: 'https://e.com/${{ row.i }}',
  };
  expect(
    refused({
      ...head,
      'x-shared': { anything: 1 },
      vars: { t: ['a'], n: { default: 1, type: 'integer' } },
      scenes: [scene],
    }),
  ).toEqual([]);
});

describe('a red line under', () => {
  test.each<[string, unknown, string]>([
    ['an unknown key', { ...head, scene: [] }, ''],
    ['a missing id', { ...head, scenes: [{ prompt: 'x' }] }, '/scenes/0'],
    ['a number in quotes', { ...head, scenes: [{ id: 'a', duration: '5' }] }, '/scenes/0/duration'],
    [
      'a ratio that is none',
      { ...head, scenes: [{ id: 'a', aspect_ratio: '5:4' }] },
      '/scenes/0/aspect_ratio',
    ],
    ['yes for true', { ...head, scenes: [{ id: 'a', audio: 'yes' }] }, '/scenes/0/audio'],
    [
      'a file that is no picture',
      { ...head, scenes: [{ id: 'a', first_frame: 'a.gif' }] },
      '/scenes/0/first_frame',
    ],
    ['an id with a blank', { ...head, scenes: [{ id: 'a b' }] }, '/scenes/0/id'],
    [
      'a model that is none',
      { ...head, models: { kling: { use: 'apimart/kling-v4' } } },
      '/models/kling/use',
    ],
    [
      'a duration that the model does not offer',
      { ...head, models: { kling: { use: 'apimart/kling-v3', duration: 4 } } },
      '/models/kling/duration',
    ],
    [
      'a profile that the model does not have',
      { ...head, models: { kling: { use: 'apimart/kling-v3', profile: 'old' } } },
      '/models/kling/profile',
    ],
    [
      'a native field that the model does not have',
      { ...head, models: { kling: { use: 'apimart/kling-v3', params: { cgf: 1 } } } },
      '/models/kling/params',
    ],
    ['another format', { ...head, rushes: 2 }, '/rushes'],
  ])('%s', (_, manifest, place) => {
    expect(refused(manifest)).toEqual([place]);
  });

  test('but not what fit: nearest may change', () => {
    expect(
      refused({
        ...head,
        models: { kling: { use: 'apimart/kling-v3', duration: 4, fit: 'nearest' } },
      }),
    ).toEqual([]);
  });
});

test('every key has a description to show', () => {
  const lacking: string[] = [];
  const walk = (node: unknown, at: string): void => {
    if (node === null || typeof node !== 'object') return;
    for (const [key, value] of Object.entries(node)) {
      if (key === 'properties' && !at.endsWith('/then') && !at.endsWith('/if')) {
        for (const [name, property] of Object.entries(value as object)) {
          if (!('description' in (property as object)) && !/^(?:apimart|evolink|model)$/.test(name))
            lacking.push(`${at}/${name}`);
        }
      }
      if (key !== 'allOf') walk(value, `${at}/${key}`);
    }
  };
  walk(schema, '');
  expect(lacking).toEqual([]);
});
