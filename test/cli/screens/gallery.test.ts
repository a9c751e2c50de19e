/** `rushes gallery` over real runs: what its page says of each render, and that it never lies. */
import { copyFile, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, test } from 'vitest';
import type { PageData } from '../../../src/report/gallery/page-data.ts';
import { installed } from '../../clip/installed.ts';
import { sample } from '../../pictures/sample-pictures.ts';
import { CLI, smallClips, type World, world } from '../cli-project.ts';
import { type Item, reviewOf } from '../../../src/report/gallery/page/model/review.ts';
import { commandsOf } from '../../../src/report/gallery/page/model/review-commands.ts';
import { encodeReview } from '../../../src/report/gallery/review-file.ts';
import { spawnSync } from 'node:child_process';

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
  return dataIn(await w.read(ran.out.split(':')[0] ?? ''));
}

const dataIn = (html: string): PageData =>
  JSON.parse(html.split('id="data">')[1]?.split('</script>')[0] ?? '') as PageData;

const states = ({ renders }: PageData): Readonly<Record<string, string>> =>
  Object.fromEntries(renders.map(({ id, state }) => [id, state]));

test('a clip that is not as asked says what keeps it or makes it again, and is not asked about twice', async () => {
  await using w = await world();
  await w.write('film.yaml', manifest('A crab'));
  await w.rushes(['render', 'film.yaml', '--only', 'crab/kling']);
  const [render] = (await pageOf(w)).renders;
  expect(render).toMatchObject({ state: 'ready', marks: ['mismatch'] });
  expect(render?.next?.commands).toEqual([
    'rushes accept film:crab/kling film.yaml',
    'rushes redo film:crab/kling film.yaml',
  ]);
  await w.rushes((render?.next?.commands[0] ?? '').split(' ').slice(1));
  const [accepted] = (await pageOf(w)).renders;
  expect(accepted).toMatchObject({ state: 'ready', marks: ['mismatch', 'accepted'] });
  expect(accepted?.next).toBeUndefined();
});

test('a lock that names a file outside of the project: the page shows and links nothing of it', async () => {
  await using w = await world();
  await w.write('film.yaml', manifest('A crab'));
  await w.rushes(['render', 'film.yaml', '--only', 'crab/kling']);
  const [made] = (await pageOf(w)).renders;
  expect(made?.clip?.src).toBeDefined();
  const lock = await w.read('film.lock.json');
  const clip = /"path": "([^"]+)"/.exec(lock)?.[1] ?? '';
  const foreign = path.join(w.folder, '..', `${path.basename(w.folder)}-foreign.mp4`);
  try {
    await copyFile(path.join(w.folder, clip), foreign);
    await w.write('film.lock.json', lock.replace(clip, `../${path.basename(foreign)}`));
    const [render] = (await pageOf(w)).renders;
    expect(render?.clip?.src).toBeUndefined();
    expect(render?.clip?.poster).toBeUndefined();
  } finally {
    await rm(foreign);
  }
});

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

test('decisions of the page are commands that run unchanged and bring them into the lock', async () => {
  await using w = await world();
  await w.write('film.yaml', manifest('A crab', '  - { id: storm, prompt: A storm }\n'));
  await w.rushes(['render', 'film.yaml']);
  const decide = (page: PageData, notes: string) => {
    const { byKey } = reviewOf(page);
    const item = (key: string): Item => byKey.get(key) as Item;
    const note = { at: 0.5, text: notes };
    return commandsOf(
      [
        {
          item: item('crab/kling'),
          decision: { pick: true, in: 0.25, out: 0.75, notes: [note] },
          inLock: undefined,
        },
        { item: item('storm/o3'), decision: { reject: true }, inLock: undefined },
        { item: item('storm/kling'), decision: { star: true }, inLock: undefined },
      ],
      { redo: true, pin: true, by: "Ann O'Neil" },
    );
  };
  const commands = decide(await pageOf(w), `it's "$HOME" \`date\` > x; rm -rf / \u2028 ok`);
  expect(commands.map((line) => line.split(' ')[1])).toEqual(['pick', 'reject', 'pin', 'redo']);
  const shell = spawnSync(
    'sh',
    ['-e', '-c', `rushes() { node ${CLI} "$@"; }\n${commands.join('\n')}\n`],
    { cwd: w.folder, encoding: 'utf8' },
  );
  expect(shell).toMatchObject({ status: 0 });
  const after = await pageOf(w);
  const [crab] = after.renders;
  expect(crab?.marks).toContain('pinned');
  expect(crab?.decided).toEqual({
    pick: { in: 0.25, out: 0.75, note: `0:00:00 it's "$HOME" \`date\` > x; rm -rf /   ok` },
    by: "Ann O'Neil",
  });
  const storm = after.renders.find(({ id }) => id === 'storm/o3');
  expect(storm).toMatchObject({ decided: { reject: {} }, marks: expect.arrayContaining(['redo']) });
});

test('--reviews shows what others decided; a file that is no review is refused', async () => {
  await using w = await world();
  await w.write('film.yaml', manifest('A crab'));
  const review = (by: string): string =>
    encodeReview({ by, clips: { ['ab'.repeat(32)]: { pick: true } } });
  await w.write('ann.json', review('Ann'));
  await w.write('bo.review.json', review(''));
  const page = await pageOf(w, '--reviews', 'ann.json', 'bo.review.json');
  expect(page.reviews?.map(({ by }) => by)).toEqual(['Ann', 'bo']);
  const swallowed = await w.rushes(['gallery', '--reviews', 'ann.json', 'film.yaml']);
  expect(swallowed).toMatchObject({ exit: 0 });
  await w.write('other.json', '{"clips":{}}');
  const refused = await w.rushes(['gallery', 'film.yaml', '--reviews', 'other.json']);
  expect(refused.exit).toBe(64);
  expect(refused.err).toContain('other.json is not a review');
  await mkdir(path.join(w.folder, 'folder.json'));
  for (const [name, said] of [
    ['nothere.json', 'the review nothere.json does not exist'],
    ['other.json/a.json', 'the review other.json/a.json does not exist'],
    ['folder.json', 'the review folder.json is not a file'],
  ] as const) {
    const absent = await w.rushes(['gallery', 'film.yaml', '--reviews', name]);
    expect(absent).toMatchObject({ exit: 64, out: '' });
    expect(absent.err).toBe(`rushes: ${said}\n`);
  }
});

test('--sheet writes one picture of all scenes and models', async () => {
  await using w = await world();
  await w.write('film.yaml', manifest('A crab'));
  await w.rushes(['render', 'film.yaml']);
  const ran = await w.rushes(['gallery', 'film.yaml', '--sheet', 'sheets/film.png']);
  expect(ran).toMatchObject({ exit: 0 });
  expect(ran.out).toContain('sheets/film.png: the contact sheet');
  const png = await readFile(path.join(w.folder, 'sheets/film.png'));
  expect(png.toString('latin1', 1, 4)).toBe('PNG');
  expect(png.length).toBeLessThan(1_000_000);
  expect((await w.rushes(['gallery', 'film.yaml', '--sheet', 'film.PNG'])).exit).toBe(0);
  for (const [name, instead] of [
    ['my sheet.jpg', "'my sheet.png'"],
    ['sheet', 'sheet.png'],
    ['sheets/a.b.jpeg', 'sheets/a.b.png'],
  ] as const) {
    const refused = await w.rushes(['gallery', 'film.yaml', '--sheet', name, '--out', 'page.html']);
    expect(refused).toMatchObject({ exit: 64, out: '' });
    expect(refused.err).toBe(
      `rushes: --sheet ${name} does not end in .png: the contact sheet is a PNG picture\n  Write --sheet ${instead}\n`,
    );
  }
  await expect(w.read('page.html')).rejects.toMatchObject({ code: 'ENOENT' });
});

test('--base: what is new, changed or removed since a commit, with the old clip beside the new one', async () => {
  await using w = await world();
  const git = (...args: readonly string[]): void => {
    const { status, stderr } = spawnSync(
      'git',
      ['-c', 'user.name=a', '-c', 'user.email=a@b.c', ...args],
      {
        cwd: w.folder,
        encoding: 'utf8',
      },
    );
    expect({ status, stderr }).toMatchObject({ status: 0 });
  };
  const scene = (id: string, prompt: string): string =>
    `  - { id: ${id}, models: [kling], prompt: ${prompt} }\n`;
  const of = (...scenes: readonly string[]): string =>
    manifest('-').replace(/ {2}- \{ id: crab.*\n/, scenes.join(''));
  await w.write(
    'film.yaml',
    of(scene('crab', 'A crab'), scene('sea', 'The sea'), scene('dune', 'Dunes')),
  );
  await w.rushes(['render', 'film.yaml']);
  git('init', '-q');
  git('add', 'film.yaml', 'film.lock.json', 'package.json');
  git('commit', '-q', '-m', 'first');
  await w.write(
    'film.yaml',
    of(scene('crab', 'A lobster'), scene('sea', 'The sea'), scene('tower', 'A tower')),
  );
  await w.rushes(['render', 'film.yaml']);
  const page = await pageOf(w, '--base', 'HEAD');
  expect(page.base).toBe('HEAD');
  expect(Object.fromEntries(page.renders.map(({ id, change }) => [id, change]))).toEqual({
    'crab/kling': 'changed',
    'sea/kling': undefined,
    'tower/kling': 'new',
    'dune/kling': 'removed',
  });
  const crab = page.renders.find(({ id }) => id === 'crab/kling');
  expect(page.texts[crab?.base?.prompt ?? -1]).toBe('A crab');
  expect(crab?.base?.clip?.src).toBe(crab?.earlier?.[0]?.clip?.src);
  expect(crab?.base?.clip?.sha256).not.toBe(crab?.clip?.sha256);
  expect(page.renders.find(({ id }) => id === 'dune/kling')?.onlyInBase).toBeUndefined();
  await w.rushes(['prune', 'film.yaml', '--yes']);
  const pruned = await pageOf(w, '--base', 'HEAD');
  expect(pruned.renders.find(({ id }) => id === 'dune/kling')?.onlyInBase).toBe(true);
  const wrong = await w.rushes(['gallery', 'film.yaml', '--base', 'no-such-ref']);
  expect(wrong.exit).toBe(64);
});

test('--base: an old clip that only the store has is brought beside the page', async () => {
  await using w = await world({ script: { rules: [smallClips()] } });
  const env = { RUSHES_STORE: `file://${path.join(w.folder, 'nas')}` };
  await w.write('nas/about.txt', 'clips of the studio');
  const git = (...args: readonly string[]): number | null =>
    spawnSync('git', ['-c', 'user.name=a', '-c', 'user.email=a@b.c', ...args], { cwd: w.folder })
      .status;
  await w.write('film.yaml', manifest('A crab'));
  await w.rushes(['render', 'film.yaml'], { env });
  git('init', '-q');
  git('add', 'film.yaml', 'film.lock.json', 'package.json');
  expect(git('commit', '-q', '-m', 'first')).toBe(0);
  const clips = async (): Promise<PageData> => {
    await rm(path.join(w.folder, 'out'), { recursive: true });
    const ran = await w.rushes(['gallery', 'film.yaml', '--base', 'HEAD'], { env });
    expect(ran).toMatchObject({ exit: 0 });
    return dataIn(await w.read('out/film/gallery.html'));
  };
  await w.write('film.yaml', manifest('A lobster'));
  await w.rushes(['render', 'film.yaml'], { env });
  // As an earlier result of the lock it has its own name.
  const known = (await clips()).renders.find(({ id }) => id === 'crab/kling');
  expect(known?.base?.clip?.src).toMatch(/^crab\/kling\.[0-9a-f]{8}\.mp4$/);
  expect(known?.clip?.src).toBe('crab/kling.mp4');
  // On a machine that never had both, both have one name in the lock.
  const renamed = (await w.read('film.lock.json')).replace(/kling\.[0-9a-f]{8}\.mp4/, 'kling.mp4');
  await w.write('film.lock.json', renamed);
  const sameName = (await clips()).renders.find(({ id }) => id === 'crab/kling');
  expect(sameName?.base?.clip?.src).toMatch(/^base\/[0-9a-f]{32}\.mp4$/);
  expect(sameName?.clip?.src).toBe('crab/kling.mp4');
  expect(sameName?.state).toBe('ready');
  // The lock has forgotten it: only the other commit's lock names it, under a name that is taken.
  const lock = JSON.parse(await w.read('film.lock.json')) as { renders: { earlier?: unknown }[] };
  for (const entry of Object.values(lock.renders)) delete entry.earlier;
  await w.write('film.lock.json', JSON.stringify(lock));
  const forgotten = (await clips()).renders.find(({ id }) => id === 'crab/kling');
  expect(forgotten?.base?.clip?.src).toMatch(/^base\/[0-9a-f]{32}\.mp4$/);
  expect(forgotten?.clip?.src).toBe('crab/kling.mp4');
});

test('pictures, cast and frames of other clips are named; pictures have a small copy beside the page', async () => {
  await using w = await world();
  await w.write('refs/crab.png', sample('crab.png'));
  await w.write(
    'film.yaml',
    `rushes: 1
project: film
models: { kling: { use: apimart/kling-v3 } }
cast:
  mara: { description: a woman in a raincoat, images: [refs/crab.png, refs/crab.png] }
  otto: { description: an old man }
scenes:
  - { id: hall, prompt: A hall, first_frame: refs/crab.png }
  - { id: garden, prompt: "@mara in a garden", first_frame: { scene: hall, frame: last } }
`,
  );
  const { renders, scenes, projects } = await pageOf(w, '--draft');
  const [hall, garden] = renders;
  expect(hall?.uses).toEqual([expect.objectContaining({ kind: 'picture', path: 'refs/crab.png' })]);
  expect(garden?.uses).toContainEqual(
    expect.objectContaining({ kind: 'frame', render: 'hall/kling', frame: 'last' }),
  );
  expect(scenes.map(({ cast }) => cast)).toEqual([undefined, ['mara']]);
  expect(projects[0]?.cast?.map(({ name }) => name)).toEqual(['mara', 'otto']);
  const copies = await readdir(path.join(w.folder, 'out/film/.draft/posters')).catch(() => []);
  const [use] = hall?.uses ?? [];
  expect(use?.kind === 'picture' ? use.src : '').toBe(
    installed('ffmpeg') ? `posters/${copies[0]}` : undefined,
  );
});
