/**
 * An empty list in `params` is as if it had never been set, on every model, and the plan says so.
 */
import { expect, test } from 'vitest';
import { catalogue } from '../../../src/models/catalogue.ts';
import type { Model } from '../../../src/models/model.ts';
import { smallestWords } from '../../../src/models/smallest-words.ts';
import { flat, type World, world } from '../cli-project.ts';

const LINK = 'https://media.example.com/a.png';

/** Words of the model that it needs, and a list that they do not set. */
const CASES = [...catalogue.values()].map((model): readonly [Model, object, string] => {
  const needed = smallestWords(model);
  return [model, needed, Object.keys(needed).length === 0 ? 'image_urls' : 'audio_urls'];
});

/** A manifest with a scene for every model, each with its list in `params`. */
const everyModel = (value: readonly [] | null | undefined): string =>
  JSON.stringify({
    rushes: 1,
    models: Object.fromEntries(CASES.map(([{ name }], at) => [`m${at}`, { use: name }])),
    scenes: CASES.map(([, needed, list], at) => ({
      id: `s${at}`,
      prompt: 'A crab',
      models: [`m${at}`],
      ...needed,
      ...(value === undefined ? {} : { params: { [list]: value } }),
    })),
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
  const requests = async (value: readonly [] | null | undefined): Promise<readonly unknown[]> => {
    await here.write('film.yaml', everyModel(value));
    const ran = await here.rushes(['plan', 'film.yaml', '--json']);
    expect([ran.exit, / error /.exec(ran.err)]).toEqual([0, null]);
    const { renders } = JSON.parse(ran.out) as { renders: { request: unknown }[] };
    return renders.map(({ request }) => request);
  };
  const without = await requests(undefined);
  expect(without).toHaveLength(CASES.length);
  expect(await requests([])).toEqual(without);
  expect(await requests(null)).toEqual(without);
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

test("the schema's example for params is sent as it is", async () => {
  await using w = await world();
  const schema = JSON.parse((await w.rushes(['schema', 'manifest'])).out) as {
    readonly properties: {
      readonly defaults: {
        readonly properties: { readonly params: { readonly examples: readonly object[] } };
      };
    };
  };
  const [params = {}] = schema.properties.defaults.properties.params.examples;
  expect(await requestOf(w, 'apimart/kling-v3', params)).toMatchObject(params);
});
