/** Names of over a megabyte: a message has their beginning and no more. */
import { expect, test } from 'vitest';
import { catalogue } from '../../src/models/catalogue.ts';
import { resolveProject } from '../../src/plan/resolve/resolve.ts';
import { load } from './project-on-disk.ts';

const LONG = 'n'.repeat(1_200_000);
const head = (models = '{ k: { use: apimart/kling-v3 } }'): string =>
  `rushes: 1\nmodels: ${models}\n`;
const A = 'scenes: [{ id: a, prompt: p }]\n';

const MANIFESTS: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  'an alias': { 'film.yaml': `${head(`{ ${LONG}: { use: apimart/kling-v3 } }`)}${A}` },
  'a model of an alias': { 'film.yaml': `${head(`{ k: { use: apimart/${LONG} } }`)}${A}` },
  'a profile': {
    'film.yaml': `${head(`{ k: { use: apimart/kling-v3, profile: ${LONG} } }`)}${A}`,
  },
  'a template': {
    'film.yaml': `${head()}scenes: [{ id: a, prompt: "\${{ vars.${LONG} }}" }]\n`,
  },
  'the root of a template': {
    'film.yaml': `${head()}scenes: [{ id: a, prompt: "\${{ ${LONG}.a }}" }]\n`,
  },
  'a part of a value': {
    'film.yaml': `${head()}vars: { v: 1 }\nscenes: [{ id: a, prompt: "\${{ vars.v.${LONG} }}" }]\n`,
  },
  'a key': { 'film.yaml': `${head()}${LONG}: 1\n${A}` },
  'a key that is there twice': { 'film.yaml': `${head()}${LONG}: 1\n${LONG}: 2\n${A}` },
  'a key of a row that is there twice': {
    'film.yaml': `${head()}scenes: [{ rows: rows.jsonl, id: "\${{ row.id }}", prompt: p }]\n`,
    'rows.jsonl': `{"id": "a", "${LONG}": 1, "${LONG}": 2}\n`,
  },
  'a column that is not there': {
    'film.yaml': `${head()}scenes: [{ rows: rows.jsonl, id: "\${{ row.id }}", prompt: "\${{ row.${LONG} }}" }]\n`,
    'rows.jsonl': `{"id": "a", "${LONG}x": 1}\n`,
  },
};

test.each(Object.entries(MANIFESTS))('%s', async (_, files) => {
  const { project, diagnostics } = await load(files);
  const found = [
    ...diagnostics,
    ...(project === undefined ? [] : resolveProject(project, catalogue).diagnostics),
  ];
  expect(found.some(({ severity }) => severity === 'error')).toBe(true);
  for (const { message, hint = '', also = [] } of found) {
    expect(message.length).toBeLessThan(400);
    expect(hint.length).toBeLessThan(400);
    for (const one of also) expect(one.message.length).toBeLessThan(400);
  }
});
