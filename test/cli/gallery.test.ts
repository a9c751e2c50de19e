/** `rushes gallery` over real runs: what its page says of each render, and that it never lies. */
import { rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, test } from 'vitest';
import type { PageData } from '../../src/report/gallery/page-data.ts';
import { type World, world } from './cli-project.ts';

const manifest = (prompt: string, more = ''): string => `rushes: 1
project: film
models:
  kling: { use: apimart/kling-v3 }
  o3: { use: evolink/kling-o3-text-to-video }
defaults: { duration: 5 }
scenes:
  - { id: crab, prompt: "${prompt}" }
${more}`;

async function pageOf(w: World, ...flags: readonly string[]): Promise<PageData> {
  const ran = await w.rushes(['gallery', 'film.yaml', ...flags]);
  expect(ran).toMatchObject({ exit: 0 });
  const html = await w.read(ran.out.split(':')[0] ?? '');
  return JSON.parse(html.split('id="data">')[1]?.split('</script>')[0] ?? '') as PageData;
}

const states = ({ renders }: PageData): Readonly<Record<string, string>> =>
  Object.fromEntries(renders.map(({ id, state }) => [id, state]));

test('an edited prompt never stands over an older clip as ready; what was sent stays beside it', async () => {
  await using w = await world();
  await w.write('film.yaml', manifest('A crab'));
  await w.rushes(['render', 'film.yaml', '--only', 'crab/kling']);
  const first = await pageOf(w);
  expect(states(first)).toEqual({ 'crab/kling': 'ready', 'crab/o3': 'waiting' });
  expect(first.renders[0]?.marks).toEqual(['mismatch']);
  expect(first.renders[0]?.cost).toMatchObject({ kind: 'charged' });

  await w.write('film.yaml', manifest('A lobster'));
  const edited = await pageOf(w);
  expect(states(edited)).toEqual({ 'crab/kling': 'changed', 'crab/o3': 'waiting' });
  const [render] = edited.renders;
  expect(edited.texts[render?.prompt ?? -1]).toBe('A crab');
  expect(render?.changes).toEqual([{ path: 'prompt', old: 'A crab', new: 'A lobster' }]);
  expect(render?.place).toBe('film.yaml:8');
  const [again = '', keep = ''] = render?.next?.commands ?? [];
  expect(keep).toBe('rushes accept film:crab/kling film.yaml');
  expect((await w.rushes(again.replace('render', 'plan').split(' ').slice(1))).out).toContain(
    'submit 1',
  );
  expect(edited.texts[edited.scenes[0]?.prompt ?? -1]).toBe('A lobster');

  // A pin holds the clip back from being rendered again, and does not make it current.
  await w.rushes(['pin', 'crab/kling', 'film.yaml']);
  const pinned = await pageOf(w);
  expect(pinned.renders[0]).toMatchObject({ state: 'changed', marks: ['mismatch', 'pinned'] });

  await w.rushes(['accept', 'crab/kling', 'film.yaml']);
  const accepted = await pageOf(w);
  expect(accepted.renders[0]).toMatchObject({
    state: 'ready',
    marks: ['mismatch', 'accepted', 'pinned'],
  });
});

test('a clip that is gone or damaged, a scene that was taken out, a failure: each has its state', async () => {
  await using w = await world();
  await w.write('film.yaml', manifest('A crab', '  - { id: storm, prompt: A storm }\n'));
  await w.rushes(['render', 'film.yaml']);
  await rm(path.join(w.folder, 'out/film/crab/kling.mp4'));
  await writeFile(path.join(w.folder, 'out/film/crab/o3.mp4'), 'something else');
  await w.write('film.yaml', manifest('A crab'));
  const page = await pageOf(w);
  expect(states(page)).toEqual({
    'crab/kling': 'elsewhere',
    'crab/o3': 'damaged',
    'storm/kling': 'orphan',
    'storm/o3': 'orphan',
  });
  expect(page.renders.find(({ id }) => id === 'crab/o3')?.next?.commands).toEqual([
    'rushes render film.yaml --restore --only film:crab/o3',
  ]);
  const [gone] = page.renders;
  expect(gone?.clip?.src).toBeUndefined();
  expect(gone?.clip?.path).toBe('out/film/crab/kling.mp4');
  expect(page.renders.find(({ id }) => id === 'storm/o3')?.clip?.src).toBe('storm/o3.mp4');
});

test('a renamed scene keeps its clip and is ready', async () => {
  await using w = await world();
  await w.write('film.yaml', manifest('A crab'));
  await w.rushes(['render', 'film.yaml', '--only', 'crab/kling']);
  await w.write('film.yaml', manifest('A crab').replace('id: crab', 'id: shore'));
  expect(states(await pageOf(w))).toMatchObject({ 'shore/kling': 'ready' });
});
