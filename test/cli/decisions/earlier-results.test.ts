/** What a render was before is paid for: any other render that asks for it gets it for nothing. */
import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { expect, test } from 'vitest';
import { flat, type World, world } from '../cli-project.ts';
import { film } from '../manifest-text.ts';

const scene = (id: string, prompt: string): string =>
  `  - { id: ${id}, prompt: "${prompt}", models: [kling] }`;
const A = 'a crab at dawn';
const B = 'a crab at dusk';

/** `s1` was A, was edited to B in place, and both were rendered. */
async function edited(): Promise<World> {
  const w = await world();
  for (const prompt of [A, B]) {
    await w.write('film.yaml', film(scene('s1', prompt)));
    expect((await w.rushes(['render', 'film.yaml'])).exit).toBe(0);
  }
  expect(w.gateway.books().accepted).toHaveLength(2);
  return w;
}

const clipsOf = async (w: World, project: string): Promise<readonly string[]> =>
  (await readdir(path.join(w.folder, 'out', project), { recursive: true }))
    .filter((name) => name.endsWith('.mp4'))
    .sort();

test('a new scene that asks for what another one was before takes that result, and the plan says from where', async () => {
  await using w = await edited();
  await w.write('film.yaml', film([scene('s1', B), scene('s2', A)].join('\n')));
  const before = await w.read('film.lock.json');
  const planned = await w.rushes(['plan', 'film.yaml']);
  expect(planned.exit).toBe(0);
  expect(planned.out).toContain('1 moved, 1 kept · nothing is submitted');
  expect(flat(planned.out)).toContain('s2/kling is paid for, as s1/kling of film.lock.json');
  expect(planned.out).toContain('      s2/kling: its clip gets another name\n');
  expect(await w.read('film.lock.json')).toBe(before);
  expect((await w.rushes(['render', 'film.yaml'])).exit).toBe(0);
  expect(w.gateway.books().accepted).toHaveLength(2);
  expect(await clipsOf(w, 'film')).toEqual(['s1/kling.mp4', 's2/kling.mp4']);
  expect((await w.rushes(['verify', '--complete', 'film.yaml'])).exit).toBe(0);
  expect((await w.rushes(['plan', 'film.yaml'])).out).toBe('Nothing to do: 2 clips are current.\n');
});

test('a render that asks for its own earlier result again goes before others', async () => {
  await using w = await edited();
  await w.write('film.yaml', film([scene('s1', A), scene('s2', B)].join('\n')));
  expect((await w.rushes(['render', 'film.yaml'])).exit).toBe(0);
  expect(w.gateway.books().accepted).toHaveLength(2);
  expect(await clipsOf(w, 'film')).toEqual(['s1/kling.mp4', 's2/kling.mp4']);
  expect((await w.rushes(['plan', 'film.yaml'])).out).toBe('Nothing to do: 2 clips are current.\n');
});

test('a scene of another manifest takes it too if both are named, and is refused if not', async () => {
  await using w = await edited();
  await w.write('end.yaml', film(scene('last', A)));
  const alone = await w.rushes(['render', 'end.yaml']);
  expect(alone.exit).toBe(65);
  expect(flat(alone.err)).toContain('would be paid for although the lock of film.yaml has it');
  expect((await w.rushes(['render', 'film.yaml', 'end.yaml'])).exit).toBe(0);
  expect(w.gateway.books().accepted).toHaveLength(2);
  expect(await clipsOf(w, 'end')).toEqual(['last/kling.mp4']);
  expect((await w.rushes(['plan', 'film.yaml', 'end.yaml'])).out).toContain('2 clips are current');
});

test('render --only one manifest does not take away what the other one asks for', async () => {
  await using w = await world();
  await w.write('film.yaml', film(scene('s1', A)));
  await w.write('end.yaml', film(scene('last', 'the end')));
  expect((await w.rushes(['render', 'film.yaml', 'end.yaml'])).exit).toBe(0);
  await w.write('film.yaml', film(scene('s1', B)));
  await w.write('end.yaml', film([scene('last', 'the end'), scene('first', A)].join('\n')));
  expect((await w.rushes(['render', '--only', 'film:s1', 'film.yaml', 'end.yaml'])).exit).toBe(0);
  expect(w.gateway.books().accepted).toHaveLength(3);
  expect((await w.rushes(['render', 'film.yaml', 'end.yaml'])).exit).toBe(0);
  expect(w.gateway.books().accepted).toHaveLength(3);
  expect(await clipsOf(w, 'end')).toEqual(['first/kling.mp4', 'last/kling.mp4']);
});
