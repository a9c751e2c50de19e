/**
 * Where a rule of a real model points, through params that are renamed or moved on their way into
 * the body.
 */
import { expect, test } from 'vitest';
import { catalogue } from '../../src/models/catalogue.ts';
import { resolveProject } from '../../src/plan/resolve/resolve.ts';
import { brief, load } from '../manifest/project-on-disk.ts';

async function errorsOf(model: string, params: string): Promise<readonly string[]> {
  const { project, diagnostics } = await load(
    `rushes: 1\nmodels: { m: { use: ${model} } }\nscenes:\n  - id: a\n    prompt: x\n    params: ${params}\n`,
  );
  const resolved = project === undefined ? [] : resolveProject(project, catalogue).diagnostics;
  return [...diagnostics, ...resolved].filter(({ severity }) => severity === 'error').map(brief);
}

test.each<[string, string, string, string]>([
  [
    'the name of a field that is not there',
    'apimart/kling-v3',
    '{ seed: 7 }',
    'film.yaml:6:15 broken-rule seed',
  ],
  [
    'the name of a field of another model',
    'evolink/kling-o3-text-to-video',
    '{ mode: pro }',
    'film.yaml:6:15 broken-rule mode',
  ],
  [
    'a field moved into model_params',
    'evolink/kling-o3-text-to-video',
    '{ element_list: [{ element_id: 5 }] }',
    'film.yaml:6:44 broken-rule 5',
  ],
  [
    'a name that every object has',
    'apimart/kling-v3',
    '{ constructor: 1 }',
    'film.yaml:6:15 broken-rule constructor',
  ],
  [
    'a value of a field that is there',
    'apimart/kling-v3',
    '{ mode: ultra }',
    'film.yaml:6:21 broken-rule ultra',
  ],
])('%s', async (_, model, params, error) => {
  expect(await errorsOf(model, params)).toEqual([error]);
});
