/** The manifests that newcomers read first. */
import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { resolved } from './resolved.ts';

const folder = new URL('../../manifests/', import.meta.url);
const names = readdirSync(folder)
  .filter((file) => file.endsWith('.yaml'))
  .map((file) => file.replace(/\.yaml$/, ''));

test.each(names)('manifests/%s.yaml has the modeline of editors and no errors', async (name) => {
  const first = readFileSync(new URL(`${name}.yaml`, folder), 'utf8').split('\n')[0];
  expect(first).toBe('# yaml-language-server: $schema=../schemas/manifest.schema.json');
  const { renders, problems } = await resolved(name);
  expect(
    problems.filter(({ severity }) => severity === 'error').map(({ message }) => message),
  ).toEqual([]);
  expect(renders.length).toBeGreaterThan(0);
});

test('the quickstart renders one scene on five models, shots, frames, sound and four scripts', async () => {
  const { renders } = await resolved('quickstart');
  const on = (scene: string): string[] =>
    renders.filter((render) => render.scene === scene).map(({ model }) => model.name);
  expect(on('tide-pool').sort()).toEqual([
    'apimart/kling-v2-6',
    'apimart/kling-v3',
    'apimart/seedance-2.0-fast',
    'evolink/kling-o3-text-to-video',
    'evolink/veo-3.1-fast-generate-preview',
  ]);
  expect(on('story')).toEqual(['apimart/kling-v3', 'evolink/kling-o3-text-to-video']);
  expect(on('day-to-night')).toEqual(['apimart/kling-v3', 'apimart/kling-v2-6']);
  expect(
    renders.filter(({ scene }) => scene === 'lighthouse').map(({ asked }) => asked.audio),
  ).toEqual([true, true, true]);
  expect(
    renders.flatMap(({ notes }) => notes).filter((note) => note.startsWith('duration 5 became 4')),
  ).toHaveLength(1);
  const prompts = renders.map(({ request }) => JSON.stringify(request)).join('');
  for (const script of [/\p{Script=Hangul}/u, /\p{Script=Hiragana}/u, /\p{Script=Han}/u, /[äöü]/])
    expect(prompts).toMatch(script);
});

test('the film shows vars, a matrix, rows, shots, takes, tags, a prompt file, a scene beneath another and an included file', async () => {
  const { renders } = await resolved('film');
  expect(renders.map(({ id }) => id)).toEqual([
    'opening/kling',
    'opening/kling/2',
    'bay-rain-dawn/o3',
    'bay-rain-dusk/o3',
    'bay-sun-dawn/o3',
    'bay-sun-noon/o3',
    'storm/kling',
    'storm/o3',
    'cutaway-gull/kling',
    'cutaway-kettle/kling',
    'cutaway-logbook/kling',
    'closing/kling',
    'credits/kling',
  ]);
  expect(renders.find(({ scene }) => scene === 'storm')?.request['duration']).toBe(9);
  expect(renders.every(({ price }) => price.kind !== 'unknown')).toBe(true);
});
