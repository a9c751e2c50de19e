/** `send:` of an alias: the second reading of what the pages leave open. */
import { expect, test } from 'vitest';
import { flat, world, type World } from '../cli-project.ts';

const A = 'https://media.example.com/a.png';
const B = 'https://media.example.com/b.png';
const film = (use: string, send: string, scene: string): string => `rushes: 1
models: { m: { use: ${use}${send === '' ? '' : `, send: [${send}]`} } }
scenes: [{ id: crab, ${scene} }]
`;
const KLING = 'apimart/kling-v3';
const O3 = 'evolink/kling-o3-text-to-video';

async function requestOf(w: World, use: string, send: string, scene: string): Promise<unknown> {
  await w.write('film.yaml', film(use, send, scene));
  const ran = await w.rushes(['plan', 'film.yaml', '--print-request', 'crab/m']);
  expect([scene, ran.exit, ran.exit === 0 ? '' : ran.err]).toEqual([scene, 0, '']);
  return JSON.parse(ran.out);
}

const SHOTS = 'shots: [{ prompt: Wide, duration: 2 }, { prompt: Close, duration: 3 }]';
const FRAMES = `first_frame: "${A}", last_frame: "${B}"`;

test.each([
  ['size', 'aspect_ratio: "9:16"', { size: '9:16' }, { aspect_ratio: '9:16' }],
  ['size', 'params: { size: "9:16" }', { size: '9:16' }, { aspect_ratio: '9:16' }],
  [
    'size',
    'aspect_ratio: "1:1", params: { size: "9:16" }',
    { size: '9:16' },
    { aspect_ratio: '9:16' },
  ],
  [
    'size',
    'aspect_ratio: "1:1", params: { aspect_ratio: "9:16" }',
    { aspect_ratio: '9:16' },
    { aspect_ratio: '9:16' },
  ],
  ['last_frame_image', FRAMES, { image_urls: [A], last_frame_image: B }, { image_urls: [A, B] }],
  [
    'last_frame_image',
    `params: { image_urls: ["${A}"], last_frame_image: "${B}" }`,
    { image_urls: [A], last_frame_image: B },
    { image_urls: [A, B] },
  ],
  [
    'last_frame_image',
    `${FRAMES}, params: { image_urls: ["${B}"] }`,
    { image_urls: [B] },
    { image_urls: [B] },
  ],
])('kling-v3, send: [%s] with %s', async (send, scene, second, first) => {
  await using w = await world();
  const common = { model: 'kling-v3', prompt: 'A crab' };
  expect(await requestOf(w, KLING, send, `prompt: A crab, ${scene}`)).toEqual({
    ...common,
    ...second,
  });
  expect(await requestOf(w, KLING, '', `prompt: A crab, ${scene}`)).toEqual({
    ...common,
    ...first,
  });
});

test('kling-o3, send: [prompt]: it stays beside shots of your own, within its limit', async () => {
  await using w = await world();
  const scene = `prompt: The bay, ${SHOTS}`;
  expect(await requestOf(w, O3, '', scene)).not.toHaveProperty('prompt');
  expect(await requestOf(w, O3, 'prompt', scene)).toMatchObject({
    prompt: 'The bay',
    model_params: { multi_shot: true, shot_type: 'customize' },
  });
  await w.write('film.yaml', film(O3, 'prompt', `prompt: ${'a'.repeat(2501)}, ${SHOTS}`));
  expect((await w.rushes(['validate', 'film.yaml'])).exit).toBe(65);
});

test('an error in the second reading points at its word', async () => {
  await using w = await world();
  await w.write(
    'film.yaml',
    film(
      KLING,
      'last_frame_image',
      `prompt: A crab, first_frame: "${A}",\n    last_frame: "http://10.0.0.1/b.png"`,
    ),
  );
  const { exit, out } = await w.rushes(['validate', 'film.yaml', '--json']);
  expect(exit).toBe(65);
  expect(JSON.parse(out)).toMatchObject({ diagnostics: [{ code: 'broken-rule', line: 4 }] });
});

test('a field without a second reading is refused with those that have one', async () => {
  await using w = await world();
  await w.write('film.yaml', film(KLING, 'sizes', 'prompt: A crab'));
  const { exit, err } = await w.rushes(['validate', 'film.yaml']);
  expect(exit).toBe(65);
  expect(flat(err)).toContain(
    'send: sizes has no second reading on apimart/kling-v3, which has size, last_frame_image',
  );
  expect(flat(err)).toContain('Did you mean size?');
  expect(flat((await w.rushes(['models', KLING])).out)).toContain(
    'send size: aspect_ratio is sent',
  );
});
