/** The page of EvoLink: `model` of an answer is the model that is really used. */
import { expect, test } from 'vitest';
import { flat, smallClips, world } from '../cli-project.ts';

const FILM = `rushes: 1
models: { o3: { use: evolink/kling-o3-text-to-video } }
scenes: [{ id: crab, prompt: A crab }]
`;

test('another model than asked is in the lock, in status, and said once while it runs', async () => {
  await using here = await world({
    script: { rules: [smallClips({ model: 'kling-o3-standard' })] },
  });
  await here.write('film.yaml', FILM);
  const { exit, out, err } = await here.rushes(['render', 'film.yaml']);
  expect(exit).toBe(0);
  const said = flat(`${out}${err}`);
  expect(said).toContain(
    'film:crab/o3: evolink answers that the model is kling-o3-standard, and kling-o3-text-to-video was asked for',
  );
  expect(said.match(/kling-o3-standard/g)).toHaveLength(1);
  expect(await here.read('film.lock.json')).toContain('"answeredModel": "kling-o3-standard"');
  expect((await here.rushes(['status', 'film.yaml'])).out).toContain(
    'answered as kling-o3-standard',
  );
  expect(JSON.parse((await here.rushes(['status', 'film.yaml', '--json'])).out)).toMatchObject({
    renders: [{ answeredModel: 'kling-o3-standard' }],
  });
  expect((await here.rushes(['plan', 'film.yaml'])).out).toBe(
    'Nothing to do: 1 clip is current.\n',
  );
});

test('the model that was asked for leaves no trace', async () => {
  await using here = await world();
  await here.write('film.yaml', FILM);
  expect((await here.rushes(['render', 'film.yaml'])).exit).toBe(0);
  expect(await here.read('film.lock.json')).not.toContain('answeredModel');
});
