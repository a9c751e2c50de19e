/**
 * What `rushes explain` takes besides a render id and a code: a rule, a word of the language, a
 * scene.
 */
import { expect, test } from 'vitest';
import { film, scenes } from '../manifest-text.ts';
import { flat, world } from '../cli-project.ts';

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

test('a model or an alias is no render: the command for it is named', async () => {
  await using w = await world();
  await w.write('film.yaml', film(scenes(1)));
  const model = await w.rushes(['explain', 'apimart/kling-v3', 'film.yaml']);
  expect(model).toMatchObject({ exit: 64, out: '' });
  expect(model.err).toBe('rushes: apimart/kling-v3 is a model\n  rushes models apimart/kling-v3\n');
  const alias = await w.rushes(['explain', 'kling', 'film.yaml']);
  expect(alias.exit).toBe(64);
  expect(alias.err).toContain('kling is an alias of apimart/kling-v3');
  expect(alias.err).toContain('rushes plan --model kling');
});

test('a key that must be there has no default', async () => {
  await using w = await world();
  const { out } = await w.rushes(['explain', 'use']);
  expect(out).toContain('\n  required\n');
  expect(out).not.toContain('default  required');
});

test('a render: what was changed on the way to its request, and why it is held, as the plan says', async () => {
  await using w = await world();
  const two = (id: string): string =>
    `  - { id: ${id}, prompt: "@boat and @man, ${id}", models: [sora] }`;
  await w.write(
    'manifests/film.yaml',
    film(
      `${two('a')}\n${two('b')}\n  - { id: later, prompt: x, skip: waits for the drone, models: [sora] }`,
      'defaults: { duration: 5, fit: nearest }\ncast: { boat: { description: a boat }, man: { description: a man } }\n',
      { sora: 'apimart/sora-2' },
    ),
  );
  const one = await w.rushes(['explain', 'a/sora']);
  expect(flat(one.out)).toContain('note: duration 5 became 4, the nearest that apimart/sora-2');
  expect(one.out).toContain('note: @man is sent as its description');
  expect((await w.rushes(['explain', 'later'])).out).toContain(
    'hold, skipped\n         waits for the drone\n',
  );
});

test('notes that a plan does not list are in a command that it names', async () => {
  await using w = await world();
  const members = ['a', 'b', 'c', 'd', 'e'];
  await w.write(
    'manifests/film.yaml',
    film(
      `  - { id: sea, prompt: "${members.map((name) => `@${name}`).join(' ')}", models: [sora] }`,
      `cast: { ${members.map((name) => `${name}: { description: the ${name} }`).join(', ')} }\n`,
      { sora: 'apimart/sora-2' },
    ),
  );
  const plan = await w.rushes(['plan']);
  const [, command = ''] = /… and 2 more notes: rushes (.+)\n/.exec(plan.out) ?? [];
  expect(command).toBe('explain film:sea/sora');
  expect((await w.rushes(command.split(' '))).out).toContain('note: @e is sent');
});
