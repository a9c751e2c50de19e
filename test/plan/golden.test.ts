/**
 * Fingerprints of real requests, committed. If this test fails, users' clips would be made and paid
 * for again after an upgrade, without any change of theirs: a change in translation must be worth
 * that, and the changelog must say so. To accept one: `npx vitest run test/plan/golden.test.ts -u`,
 * and read the difference of the table before committing it.
 */
import { expect, test } from 'vitest';
import { catalogue } from '../../src/models/catalogue.ts';
import { resolveProject } from '../../src/plan/resolve/resolve.ts';
import { projectOf } from './projects-from-yaml.ts';

const manifest = `
project: golden
models:
  kling3: { use: apimart/kling-v3 }
  kling26: { use: apimart/kling-v2-6, fit: nearest, drop: [shots, elements] }
  sora: { use: apimart/sora-2, fit: nearest, drop: [negative_prompt, watermark, audio, shots, elements] }
  sorapro: { use: apimart/sora-2-pro, fit: nearest, drop: [negative_prompt, watermark, audio, shots, elements] }
  o3: { use: evolink/kling-o3-text-to-video, drop: [negative_prompt, first_frame, last_frame] }
scenes:
  - { id: text, prompt: "Tide pools at sunrise" }
  - { id: takes, prompt: "A crab looks up", takes: 2, revision: 1, models: [kling3, o3] }
  - { id: words, prompt: "썰물의 게 🦀", duration: 8, aspect_ratio: "9:16", resolution: 1080p, models: [kling3, sora, sorapro, o3] }
  - { id: sound, prompt: "Waves", audio: true, resolution: 1080p, duration: 5, models: [kling3, kling26, o3] }
  - { id: frames, prompt: "From here to there", first_frame: "https://example.com/a.png", last_frame: "https://example.com/b.png", resolution: 1080p, models: [kling3, kling26] }
  - { id: still, prompt: "Slowly closer", first_frame: "https://example.com/a.png", models: [kling3, sora] }
  - id: shots
    shots: [{ prompt: "Wide", duration: 2 }, { prompt: "Close", duration: 3 }]
    models: [kling3, o3]
  - { id: native, prompt: "A gull", params: { size: "1:1" }, models: [kling3] }
  - { id: notified, prompt: "Fog", notify: "https://hooks.example.com/done", models: [kling3, o3] }
`;

test('fingerprints of the same scenes are what they were', async () => {
  const { renders, diagnostics } = resolveProject(projectOf(manifest), catalogue);
  expect(diagnostics.filter(({ severity }) => severity === 'error')).toEqual([]);
  const table = Object.fromEntries(
    renders.map(({ id, fingerprint, request }) => [id, { fingerprint, request }]),
  );
  await expect(`${JSON.stringify(table, null, 2)}\n`).toMatchFileSnapshot(
    'golden-fingerprints.json',
  );
});
