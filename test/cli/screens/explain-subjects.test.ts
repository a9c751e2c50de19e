/** What `rushes explain` takes besides a render id and a code: a rule, a word of the language, a scene. */
import { expect, test } from 'vitest';
import { film, scenes } from '../manifest-text.ts';
import { world } from '../cli-project.ts';

test('a rule by its number: the text, the verdict, the source and the models, in any case', async () => {
  await using w = await world();
  for (const number of ['R9', 'r9']) {
    const { exit, out } = await w.rushes(['explain', number]);
    expect(exit).toBe(0);
    expect(out).toContain('R9: prompt is not empty, unless multi_shot is true.');
    expect(out).toContain('documented: APIMart');
    expect(out).toContain('a request that breaks it is not sent');
    expect(out).toMatch(/models: .*apimart\/kling-v3/);
  }
});

test('rules of pictures and of words with one value are explained too, as messages name them', async () => {
  await using w = await world();
  const pictures = await w.rushes(['explain', 'EI12']);
  expect(pictures.out).toContain('A picture of the repository: JPEG or PNG, at most 10 MB');
  expect(pictures.out).toContain('models: evolink/kling-o3-image-to-video');
  const sound = await w.rushes(['explain', 'MH13']);
  expect(sound.out).toContain('MH13: audio is true: this model always makes sound.');
});

test('a word of the language: wherever it may stand, with type, default and example', async () => {
  await using w = await world();
  const takes = await w.rushes(['explain', 'takes']);
  expect(takes.exit).toBe(0);
  expect(takes.out).toBe(`takes  scenes: a scene
  How many clips of the same request.
  type     whole number 1–999
  default  1
`);
  const duration = await w.rushes(['explain', 'duration']);
  expect(duration.out).toContain('duration  Portable words');
  expect(duration.out).toContain('duration  shots: a shot');
  const negative = await w.rushes(['explain', 'negative_prompt']);
  expect(negative.out).toMatch(/Models that take it: .*kling-v3/);
  expect(negative.out).toMatch(/drop:\s+\[negative_prompt\]/);
});

test('a scene: every render of it, also where the manifest is named before', async () => {
  await using w = await world();
  await w.write('film.yaml', film(scenes(2)));
  for (const subject of ['s1', 'film:s1']) {
    const { exit, out } = await w.rushes(['explain', subject, 'film.yaml']);
    expect(exit).toBe(0);
    expect(out).toContain('s1/kling');
    expect(out).toContain('s1/o3');
    expect(out).not.toContain('s2/');
  }
});

test('anything else is a usage error that names the nearest', async () => {
  await using w = await world();
  await w.write('film.yaml', film(scenes(2)));
  const { exit, err } = await w.rushes(['explain', 'resolutoin', 'film.yaml']);
  expect(exit).toBe(64);
  expect(err).toContain('Did you mean resolution?');
});
