import path from 'node:path';
import { expect, test } from 'vitest';
import { loadManifest } from '../../src/manifest/read.ts';
import { brief, idsOf, plainOf, sceneOf, wordsOf } from './project-on-disk.ts';

const cwd = path.join(import.meta.dirname, 'fixtures', 'design');

test('the example of the design loads as it stands', async () => {
  const loaded = await loadManifest('film.yaml', { cwd });
  expect(loaded.diagnostics.map(brief)).toEqual([]);
  expect(idsOf(loaded)).toEqual([
    'sunrise',
    'crab',
    'story',
    'weather-rain-dawn',
    'weather-rain-dusk',
    'weather-sun-dawn',
    'gull',
    'seal',
    'beach',
  ]);
  const { project } = loaded;
  expect(project).toMatchObject({
    manifest: 'film.yaml',
    name: 'tide-pools',
    limits: {
      in_flight: 8,
      gateways: { apimart: { in_flight: 5, submits_per_minute: 60 }, evolink: { in_flight: 3 } },
      models: { kling: { in_flight: 2 } },
      downloads: 4,
      deadlineMs: 45 * 60_000,
    },
    budget: { usd: 25_000_000, unpriced: ['sora'] },
    retries: { service: 0, timeout: 0 },
    onMismatch: 'warn',
  });
  expect(project?.aliases.map(({ alias, use }) => `${alias} ${use.model}`)).toEqual([
    'kling apimart/kling-v3',
    'sora apimart/sora-2-pro',
    'o3 evolink/kling-o3-text-to-video',
  ]);
  expect(plainOf(project?.defaults.words)).toEqual({ aspect_ratio: '16:9', duration: 5 });
  expect(project?.aliases[1]?.layer.fit?.value).toBe('nearest');
  expect(project?.aliases[2]?.layer.drop?.words).toEqual(['negative_prompt']);
});

test('its scenes say what they say', async () => {
  const loaded = await loadManifest('film.yaml', { cwd });
  expect(wordsOf(loaded, 'sunrise')).toEqual({
    prompt: 'Tide pools at sunrise, 35mm film, soft light',
  });
  expect(sceneOf(loaded, 'sunrise')).toMatchObject({
    takes: 2,
    models: [{ alias: 'kling' }, { alias: 'sora' }],
  });
  const override = [...sceneOf(loaded, 'crab').overrides.values()][0];
  expect(plainOf(override?.words)).toEqual({ duration: 8 });
  expect(plainOf(override?.params)).toEqual({ watermark: false });
  expect(wordsOf(loaded, 'gull')).toEqual({ prompt: 'A gull says "mine", then\nflies off' });
  expect(wordsOf(loaded, 'beach')).toEqual({ prompt: 'The beach, 35mm film, soft light' });
  expect([...(loaded.project?.digests.keys() ?? [])].map((file) => path.basename(file))).toEqual([
    'film.yaml',
    'prompts.csv',
    'beach.yaml',
  ]);
});
