/** `profile: legacy`: one meaning on every model; `fit: nearest` goes by it. */
import { expect, test } from 'vitest';
import { world } from '../cli-project.ts';

const LINK = 'https://media.example.com/a.png';
const film = (use: string, scene: string): string => `rushes: 1
models: { m: { use: ${use}, profile: legacy, fit: nearest } }
scenes: [{ id: crab, prompt: A crab, ${scene} }]
`;

test.each([
  ['apimart/kling-v3', 'duration: 7', { duration: 5 }],
  ['apimart/kling-v3', 'duration: 8', { duration: 10 }],
  ['apimart/kling-v3', 'duration: 12', { duration: 10 }],
  ['apimart/kling-v3', 'duration: 13', { duration: 15 }],
  ['apimart/kling-v3', `duration: 15, first_frame: "${LINK}"`, { duration: 10 }],
  ['apimart/kling-v3', `duration: 15, params: { image_urls: ["${LINK}"] }`, { duration: 10 }],
  ['apimart/kling-v3', 'resolution: 4k', { mode: 'pro' }],
  ['evolink/kling-o3-text-to-video', 'resolution: 4k', { quality: '1080p' }],
  ['evolink/kling-o3-text-to-video', 'duration: 7', { duration: 7 }],
])('%s with %s fits into the older page', async (use, scene, sent) => {
  await using here = await world();
  await here.write('film.yaml', film(use, scene));
  const { out, exit } = await here.rushes(['plan', 'film.yaml', '--print-request', 'crab/m']);
  expect(exit).toBe(0);
  expect(JSON.parse(out)).toMatchObject(sent);
  expect((await here.rushes(['validate', 'film.yaml', '--strict'])).exit).toBe(0);
});

test('without fit its limits warn on every model, and --strict refuses what warns', async () => {
  for (const use of ['apimart/kling-v3', 'evolink/kling-o3-text-to-video']) {
    await using here = await world();
    await here.write('film.yaml', film(use, 'resolution: 4k').replace(', fit: nearest', ''));
    const loose = await here.rushes(['validate', 'film.yaml', '--json']);
    expect([use, loose.exit]).toEqual([use, 0]);
    expect(JSON.parse(loose.out)).toMatchObject({ diagnostics: [{ severity: 'warning' }] });
    expect((await here.rushes(['validate', 'film.yaml', '--strict'])).exit).toBe(65);
  }
});

test('the plan says what was nearest under the profile', async () => {
  await using here = await world();
  await here.write('film.yaml', film('apimart/kling-v3', 'duration: 7'));
  const { out } = await here.rushes(['plan', 'film.yaml', '--json']);
  expect(JSON.parse(out)).toMatchObject({
    renders: [
      {
        notes: [
          'duration 7 became 5, the nearest that apimart/kling-v3 under profile legacy offers (fit: nearest)',
        ],
      },
    ],
  });
});
