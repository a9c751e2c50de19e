/** An empty list in `params` is as if it had never been set, on every model, and the plan says so. */
import { expect, test } from 'vitest';
import { catalogue } from '../../../src/models/catalogue.ts';
import type { Model } from '../../../src/models/model.ts';
import { flat, type World, world } from '../cli-project.ts';

const LINK = 'https://media.example.com/a.png';

/** A body of the model that has what it needs, and the empty list that is added to it. */
const CASES = [...catalogue.values()].map((model): readonly [Model['name'], object, string] => {
  const images = model.native.includes('image-to-video');
  const needed = model.native.startsWith('kling') ? { image_start: LINK } : { image_urls: [LINK] };
  const references = model.native.includes('reference') ? { image_urls: [LINK] } : {};
  return [
    model.name,
    { ...(images ? needed : {}), ...references },
    images || references.image_urls !== undefined ? 'video_urls' : 'image_urls',
  ];
});

const film = (use: string, params: object): string => `rushes: 1
models: { m: { use: ${use} } }
scenes: [{ id: crab, prompt: A crab, params: ${JSON.stringify(params)} }]
`;
const requestOf = async (here: World, use: string, params: object): Promise<unknown> => {
  await here.write('film.yaml', film(use, params));
  const ran = await here.rushes(['plan', 'film.yaml', '--print-request', 'crab/m']);
  expect([use, ran.exit, ran.exit === 0 ? '' : ran.err]).toEqual([use, 0, '']);
  return JSON.parse(ran.out);
};

test('the request is the one without the list, on every model', async () => {
  await using here = await world();
  for (const [use, params, list] of CASES) {
    const without = await requestOf(here, use, params);
    expect(await requestOf(here, use, { ...params, [list]: [] })).toEqual(without);
    expect(await requestOf(here, use, { ...params, [list]: null })).toEqual(without);
  }
});

test('inside model_params too; the plan has a note, and nothing is worth a warning', async () => {
  await using here = await world();
  const use = 'evolink/kling-o3-text-to-video';
  expect(await requestOf(here, use, { model_params: { element_list: [] }, sound: 'on' })).toEqual({
    model: 'kling-o3-text-to-video',
    prompt: 'A crab',
    sound: 'on',
  });
  await here.write('film.yaml', film('apimart/kling-v3', { image_urls: [] }));
  const { out } = await here.rushes(['plan', 'film.yaml', '--json']);
  expect(JSON.parse(out)).toMatchObject({
    renders: [{ notes: ['image_urls is empty and not sent'] }],
  });
  const { err } = await here.rushes(['plan', 'film.yaml', '--strict']);
  expect(flat(err)).not.toContain('warning');
});

test('it takes a frame of the words away, as null does', async () => {
  await using here = await world();
  await here.write(
    'film.yaml',
    film('apimart/kling-v3', { image_urls: [] }).replace(
      'id: crab,',
      `id: crab, first_frame: ${LINK},`,
    ),
  );
  const { out } = await here.rushes(['plan', 'film.yaml', '--print-request', 'crab/m']);
  expect(JSON.parse(out)).toEqual({ model: 'kling-v3', prompt: 'A crab' });
});
