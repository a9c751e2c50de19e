/**
 * Decisions about single renders: each is visible in the plan, each is undone by its counterpart,
 * none is paid for by itself.
 */
import { rm } from 'node:fs/promises';
import path from 'node:path';
import { expect, test } from 'vitest';
import { film, scenes } from '../manifest-text.ts';
import { flat, type World, world } from '../cli-project.ts';

async function rendered(count = 2): Promise<World> {
  const w = await world();
  await w.write('film.yaml', film(scenes(count, 'kling')));
  expect((await w.rushes(['render', 'film.yaml'])).exit).toBe(0);
  return w;
}
const plan = async (w: World): Promise<string> => (await w.rushes(['plan', 'film.yaml'])).out;
const decide = async (w: World, ...argv: string[]): Promise<void> => {
  const { ran, events } = await w.requests(w.rushes([...argv, 'film.yaml']));
  expect(ran).toMatchObject({ exit: 0, err: '' });
  expect(ran.out).toContain(`${argv.join(' ')}: written to the lock`);
  expect(events).toEqual([]);
};

test('redo makes it again once, keeps the first clip, and --undo takes it back', async () => {
  await using w = await rendered();
  const before = await w.read('film.lock.json');
  await decide(w, 'redo', 's1/kling');
  expect(await plan(w)).toMatch(/submit 1: redo, as asked[^]*s1\/kling/);
  await decide(w, 'redo', '--undo', 's1/kling');
  expect(await plan(w)).toBe('Nothing to do: 2 clips are current.\n');
  expect(await w.read('film.lock.json')).toBe(before);
  await decide(w, 'redo', 's1/kling');
  expect((await w.rushes(['render', 'film.yaml'])).exit).toBe(0);
  expect(await plan(w)).toBe('Nothing to do: 2 clips are current.\n');
  expect(w.gateway.books().accepted).toHaveLength(3);
  expect(await w.read('film.lock.json')).toContain('"earlier"');
});

test('accept: the clip stands for the changed words; the next change is a change again', async () => {
  await using w = await rendered();
  await w.write('film.yaml', film(scenes(2, 'kling')).replace('scene 1', 'scene one'));
  expect(await plan(w)).toContain('submit 1: changed');
  await decide(w, 'accept', 's1/kling');
  expect(await plan(w)).toBe(
    'Nothing to do: 2 clips are current, 1 of them accepted as they are.\n',
  );
  expect((await w.rushes(['render', 'film.yaml'])).exit).toBe(0);
  expect((await w.rushes(['render', '--frozen', 'film.yaml'])).exit).toBe(0);
  await w.write('film.yaml', film(scenes(2, 'kling')).replace('scene 1', 'scene uno'));
  expect(await plan(w)).toContain('submit 1: changed');
  await w.write('film.yaml', film(scenes(2, 'kling')).replace('scene 1', 'scene one'));
  await decide(w, 'accept', '--undo', 's1/kling');
  expect(await plan(w)).toContain('submit 1: changed');
  expect(w.gateway.books().accepted).toHaveLength(2);
});

test('pin: never again, whatever the manifest says, until unpin; who decided is in the lock only if given', async () => {
  await using w = await rendered();
  expect((await w.rushes(['pin', 's1/kling', '--by', 'mika', 'film.yaml'])).exit).toBe(0);
  expect(await w.read('film.lock.json')).toContain('"by": "mika"');
  await w.write('film.yaml', film(scenes(2, 'kling')).replace('scene 1', 'scene one'));
  const held = await plan(w);
  expect(held).toContain('hold 1 pinned');
  expect(held).toContain('rushes unpin');
  expect((await w.rushes(['render', 'film.yaml'])).exit).toBe(0);
  await decide(w, 'unpin', 's1/kling');
  expect(await plan(w)).toContain('submit 1: changed');
  expect(await w.read('film.lock.json')).not.toContain('mika');
  expect(w.gateway.books().accepted).toHaveLength(2);
});

test('many at once: ids, globs and tags; what makes no sense for a pattern is left, for an id refused', async () => {
  await using w = await world();
  const manifest = film(scenes(3, 'kling, o3').replace('{ id: s2', '{ id: s2, takes: 2'));
  await w.write('film.yaml', manifest.replace('{ id: s3', '{ id: s3, tags: [trailer]'));
  expect((await w.rushes(['render', 'film.yaml'])).exit).toBe(0);
  const pins = async (): Promise<readonly string[]> => {
    const lock = JSON.parse(await w.read('film.lock.json')) as {
      renders: Record<string, { decision?: { pin?: boolean } }>;
    };
    return Object.entries(lock.renders).flatMap(([id, { decision }]) =>
      decision?.pin === true ? [id] : [],
    );
  };
  const both = await w.rushes(['pin', 's1/kling', 's2/kling', 'film.yaml']);
  expect(both).toMatchObject({ exit: 0, err: '' });
  expect(both.out).toContain('pin: 2 renders written to the lock\n    s1/kling\n    s2/kling\n');
  expect(both.out).toContain('rushes plan film.yaml --only s1/kling --only s2/kling');
  expect(await pins()).toEqual(['s1/kling', 's2/kling']);
  const pattern = await w.rushes(['pin', '--only', 's2/*', 'film.yaml']);
  expect(pattern.exit).toBe(0);
  expect(pattern.out).toContain('1 render left as before:\n    s2/kling is pinned already\n');
  const before = await pins();
  expect(before).toEqual(['s1/kling', 's2/kling', 's2/kling/2', 's2/o3', 's2/o3/2']);
  // One that is named and makes no sense: nothing at all is written.
  const refused = await w.rushes(['pin', 's1/kling', 's3/kling', 'film.yaml']);
  expect(refused).toMatchObject({ exit: 64, out: '' });
  expect(refused.err).toContain('s1/kling is pinned already');
  expect(refused.err).toContain('nothing was changed');
  expect(await pins()).toEqual(before);
  expect((await w.rushes(['unpin', '**', 'film.yaml'])).exit).toBe(0);
  expect((await w.rushes(['pin', '--tag', 'trailer', '--model', 'o3', 'film.yaml'])).exit).toBe(0);
  expect(await pins()).toEqual(['s3/o3']);
  // Everything is a selection of its own, and never what a forgotten word means.
  expect(await w.rushes(['redo', 'film.yaml'])).toMatchObject({ exit: 64, out: '' });
  expect((await w.rushes(['redo', 's4/kling', 'film.yaml'])).err).toContain(
    'Did you mean s1/kling? Available scenes: s1, s2, s3.',
  );
});

test('a pattern of renders that were never rendered decides nothing, and says so', async () => {
  await using w = await rendered();
  await w.write('film.yaml', film(scenes(2)));
  for (const command of [['redo'], ['pick'], ['recover', '--never-happened']]) {
    const ran = await w.rushes([...command, '--only', '*/o3', 'film.yaml']);
    expect(ran).toMatchObject({ exit: 64, out: '' });
    expect(flat(ran.err)).toContain('nothing of the selection is in the lock');
  }
});

test('accept --all-changed lists what it keeps, and keeps all of the selection in one step', async () => {
  await using w = await rendered(3);
  await w.write('film.yaml', film(scenes(3, 'kling').replaceAll('prompt: scene', 'prompt: dusk')));
  const two = await w.rushes(['accept', '--all-changed', 's{1,2}', 'film.yaml']);
  expect(two).toMatchObject({ exit: 0, err: '' });
  expect(two.out).toMatch(
    /^2 renders changed; rendering again would cost \$\d[^]*s1\/kling\n[^]*s2\/kling\n/,
  );
  expect(two.out).toContain('"scene 1" -> "dusk 1"');
  expect(two.out).toContain('accept: 2 renders written to the lock');
  expect(await plan(w)).toContain('submit 1: changed');
  await w.rushes(['accept', '--all-changed', 'film.yaml']);
  expect(await plan(w)).toContain('Nothing to do: 3 clips are current');
  expect((await w.rushes(['accept', '--all-changed', 'film.yaml'])).out).toContain(
    'nothing to accept',
  );
  const none = await w.rushes(['accept', '--all-changed', 's7', 'film.yaml']);
  expect(none.exit).toBe(64);
  expect(none.err).toContain('the argument s7 selects no render');
  const option = await w.rushes(['accept', '--all-changed', '--only', 's7', 'film.yaml']);
  expect(option.err).toContain('--only s7 selects no render');
  expect(w.gateway.books().accepted).toHaveLength(3);
});

test('prune lists first, and takes orphans and earlier results only when told to', async () => {
  await using w = await rendered();
  await w.write('film.yaml', film(scenes(1, 'kling').replace('scene 1', 'scene one')));
  await w.rushes(['render', 'film.yaml']);
  const before = await w.read('film.lock.json');
  const listed = await w.rushes(['prune', 'film.yaml']);
  expect(listed.exit).toBe(0);
  expect(listed.out).toContain('s2/kling');
  expect(listed.out).toContain('--yes');
  expect(await w.read('film.lock.json')).toBe(before);
  await w.rushes(['prune', '--yes', 'film.yaml']);
  const after = await w.read('film.lock.json');
  expect(after).not.toContain('s2/kling');
  expect(after).toContain('"earlier"');
  await w.rushes(['prune', '--earlier', '--yes', 'film.yaml']);
  expect(await w.read('film.lock.json')).not.toContain('"earlier"');
  expect(await plan(w)).toBe('Nothing to do: 1 clip is current.\n');
});

test('an orphan goes with its earlier results, and prune says what money the lock forgets', async () => {
  await using w = await rendered();
  await w.write('film.yaml', film(scenes(2, 'kling').replace('scene 2', 'scene two')));
  await w.rushes(['render', 'film.yaml']);
  await w.write('film.yaml', film(scenes(1, 'kling')));
  const listed = await w.rushes(['prune', 'film.yaml']);
  expect(listed.out).toContain('2 results would go: status --cost would no longer count $0.67');
  const pruned = await w.rushes(['prune', '--yes', 'film.yaml']);
  expect(pruned.out).toContain('2 results removed from the lock: status --cost no longer counts');
  expect(pruned.out).toContain('the clips stay on disk: rushes prune --clips film.yaml');
  expect(await plan(w)).toBe('Nothing to do: 1 clip is current.\n');
  const clips = await w.rushes(['prune', '--clips', 'film.yaml']);
  expect(clips.out).toContain('2 clips would go');
});

test('prune says of no clip that it stays on disk which is not there', async () => {
  await using w = await rendered();
  await w.write('film.yaml', film(scenes(1, 'kling')));
  const there = await w.rushes(['prune', 'film.yaml']);
  expect(there.out).toContain('its clip out/film/s2/kling.mp4 stays on disk');
  await rm(path.join(w.folder, 'out/film/s2'), { recursive: true });
  expect((await w.rushes(['prune', 'film.yaml'])).out).toContain(
    'film:s2/kling (orphan, completed,',
  );
  const pruned = await w.rushes(['prune', '--yes', 'film.yaml']);
  expect(pruned.out).toContain('1 result removed from the lock');
  expect(pruned.out).not.toMatch(/stays? on disk/);
});

test('prune leaves what a plan would move or use, in this manifest and in a sibling', async () => {
  await using w = await rendered(3);
  const manifest = film(scenes(3, 'kling'));
  // A scene is renamed, one is edited, and one moves to a manifest that has no lock yet.
  const [one, two, three] = scenes(3, 'kling').split('\n') as [string, string, string];
  await w.write(
    'film.yaml',
    film([one.replace('id: s1', 'id: first'), two.replace('scene 2', 'dusk')].join('\n')),
  );
  await w.write('end.yaml', manifest.replace(`${one}\n${two}\n`, '').replace('id: s3', 'id: last'));
  const before = await w.read('film.lock.json');
  const ran = await w.rushes(['prune', '--earlier', '--yes', 'film.yaml']);
  expect(ran).toMatchObject({ exit: 0, err: '' });
  expect(flat(ran.out)).toContain('film:s1/kling: becomes film:first/kling');
  expect(flat(ran.out)).toContain('film:s3/kling: becomes end:last/kling');
  expect(ran.out).toContain('nothing to prune');
  expect(await w.read('film.lock.json')).toBe(before);
  // The command that moves one, as printed, submits nothing of what else has changed.
  const [, move = ''] = /: rushes (render film\.yaml --only \S+) moves it/.exec(ran.out) ?? [];
  const moved = await w.requests(w.rushes(move.split(' ')));
  expect(moved.ran.exit).toBe(0);
  expect(moved.events).toEqual([]);
  expect((await w.rushes(['render', 'film.yaml', 'end.yaml'])).exit).toBe(0);
  expect(w.gateway.books().accepted).toHaveLength(4);
  expect(three).toContain('s3');

  // What a sibling may want that cannot be read stays too.
  await w.write('film.yaml', film(one.replace('id: s1', 'id: first')));
  const broken = (await w.read('end.yaml')).replace('scenes:', 'scenes: 7 #');
  await w.write('end.yaml', broken);
  const held = await w.rushes(['prune', '--yes', 'film.yaml']);
  expect(flat(held.out)).toContain('may be what end.yaml asks for, which cannot be read');
  await w.write('end.yaml', manifest.replace(`${one}\n${two}\n`, '').replace('id: s3', 'id: last'));
  expect((await w.rushes(['prune', '--yes', 'film.yaml'])).out).toContain('2 results removed');
});

test('--tag is what the manifest says of a scene, also where the lock has the rest', async () => {
  await using w = await rendered();
  await w.write(
    'film.yaml',
    film(scenes(2, 'kling').replace('{ id: s1', '{ id: s1, tags: [trailer]')),
  );
  const ids = async (command: string): Promise<readonly string[]> => {
    const { out } = await w.rushes([command, '--tag', 'trailer', '--json', 'film.yaml']);
    return (JSON.parse(out) as { renders: { id: string }[] }).renders.map(({ id }) => id);
  };
  expect(await ids('status')).toEqual(['s1/kling']);
  expect(await ids('verify')).toEqual(['s1/kling']);
  await w.write(
    'film.yaml',
    (await w.read('film.yaml')).replaceAll('prompt: scene', 'prompt: the scene'),
  );
  await w.rushes(['render', 'film.yaml']);
  const { out } = await w.rushes(['prune', '--earlier', '--tag', 'trailer', 'film.yaml']);
  expect(out).toContain('s1/kling');
  expect(out).not.toContain('s2/kling');
});

test('explain: every input of a fingerprint, old and new, with its line', async () => {
  await using w = await rendered();
  await w.write('film.yaml', film(scenes(2, 'kling')).replace('scene 1', 'scene one'));
  const { out, exit } = await w.rushes(['explain', 's1/kling', 'film.yaml']);
  expect(exit).toBe(0);
  expect(out).toContain('"scene 1" -> "scene one"');
  expect(out).toMatch(/film\.yaml:\d+/);
  expect(out).toContain('kling-v3');
  expect((await w.rushes(['explain', 'unknown-key'])).out).toContain('unknown-key');
});
