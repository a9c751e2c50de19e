/** Where clips may be put is looked at before anything is paid for. */
import { chmod, mkdir, mkdtemp, readdir, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, test } from 'vitest';
import { film, scenes } from '../manifest-text.ts';
import { flat, world } from '../cli-project.ts';

test('a folder of clips that is a link out of the project: exit 65, nothing sent, and what to do', async () => {
  await using w = await world();
  const outside = await mkdtemp(path.join(tmpdir(), 'rushes-outside-'));
  try {
    await w.write('film.yaml', film(scenes(1, 'kling')));
    await w.write('out/readme', '');
    await symlink(outside, path.join(w.folder, 'out/film'));
    const { ran, events } = await w.requests(w.rushes(['render', 'film.yaml']));
    expect(ran.exit).toBe(65);
    expect(flat(ran.err)).toContain(
      'the clip of s1/kling cannot be written: out/film leads out of the project',
    );
    expect(events).toEqual([]);
  } finally {
    await rm(outside, { recursive: true });
  }
});

test('a link that stays in the project is fine', async () => {
  await using w = await world();
  await w.write('film.yaml', film(scenes(1, 'kling')));
  await w.write('disk/readme', '');
  await symlink('disk', path.join(w.folder, 'out'));
  expect((await w.rushes(['render', 'film.yaml'])).exit).toBe(0);
  expect((await w.read('disk/film/s1/kling.mp4')).length).toBeGreaterThan(100);
});

test.skipIf(process.platform === 'win32')(
  'a folder that this user cannot write to is said before anything is sent',
  async () => {
    await using w = await world();
    await w.write(
      'manifests/film.yaml',
      'rushes: 1\nmodels: { kling: { use: apimart/kling-v3 } }\nscenes: [{ id: crab, prompt: A crab }]\n',
    );
    await mkdir(path.join(w.folder, 'out'));
    await chmod(path.join(w.folder, 'out'), 0o555);
    const ran = await w.cli(['render', 'manifests/film.yaml'], { unprivileged: true });
    expect(ran.err).toContain('output-blocked');
    expect(ran.err).toContain('out is not writable');
    expect(ran.exit).toBe(65);
    expect(w.gateway.books().accepted).toHaveLength(0);
  },
);

test.skipIf(process.platform === 'win32')(
  'what cannot be written is said in words, with what to do, and nothing else: exit 65',
  async () => {
    await using w = await world();
    await w.write(
      'manifests/film.yaml',
      'rushes: 1\nmodels: { kling: { use: apimart/kling-v3 } }\nscenes: [{ id: crab, prompt: A crab }]\n',
    );
    expect(await w.rushes(['render', 'manifests/film.yaml'])).toMatchObject({ exit: 0 });
    await mkdir(path.join(w.folder, 'pages'));
    for (const folder of ['out/film', '.']) await chmod(path.join(w.folder, folder), 0o555);
    const cli = (...argv: string[]) => w.cli(argv, { unprivileged: true });
    for (const argv of [
      ['init'],
      ['schema', '--write', 'new'],
      ['gallery', '--out', 'new/a.html'],
    ]) {
      const ran = await cli(...argv);
      expect(ran).toMatchObject({ exit: 65, out: '' });
      expect(ran.err).toMatch(
        /^rushes: EACCES: permission denied, mkdir '.*'\n {2}Let this user write there, or name another place, then run the same command again\. Nothing is lost\.\n$/,
      );
    }
    // The small pictures beside the clips are left out.
    expect(await cli('gallery', '--out', 'pages/film.html')).toMatchObject({
      exit: 0,
      out: 'pages/film.html: 1 render, 1 with a clip here\n',
    });
    await chmod(w.folder, 0o755);
  },
);

test('a step of the action whose review page cannot be written ends as its run did', async () => {
  await using w = await world();
  await w.write('manifests/film.yaml', film(scenes(1, 'kling')));
  await w.write('out', 'a file');
  const env = { INPUT_COMMAND: 'render', INPUT_DRAFT: 'true' };
  const ran = await w.rushes(['action'], { env });
  expect(ran.exit).toBe(65);
  expect(ran.err).toContain('output-blocked');
});

test('names of 80 letters of three bytes: every take lands, and the clip that it replaces is kept', async () => {
  await using w = await world();
  const [scene, alias] = ['雨'.repeat(80), '晴'.repeat(80)];
  const manifest = (prompt: string): string =>
    `rushes: 1\nmodels: { ${alias}: { use: apimart/kling-v3 } }\nscenes: [{ id: ${scene}, prompt: ${prompt}, takes: 2 }]\n`;
  for (const prompt of ['Rain', 'More rain']) {
    await w.write('film.yaml', manifest(prompt));
    expect(await w.rushes(['render', 'film.yaml'])).toMatchObject({ exit: 0 });
  }
  expect(w.gateway.books().accepted).toHaveLength(4);
  expect(await readdir(path.join(w.folder, 'out/film', scene))).toHaveLength(4);
  expect((await w.rushes(['verify', 'film.yaml'])).out).toContain('4 clips are here and intact');
});

test.runIf(process.platform === 'linux')(
  'a name that is too long for the disk is said before anything is sent',
  async () => {
    await using w = await world();
    const letters = '𠀀'.repeat(80);
    await w.write(
      'film.yaml',
      `rushes: 1\nmodels: { ${letters}: { use: apimart/kling-v3 }, kling: { use: apimart/kling-v3, resolution: 720p } }\nscenes:\n  - { id: a, prompt: Rain }\n  - { id: ${letters}, prompt: Sun, models: [kling] }\n`,
    );
    const ran = await w.rushes(['render', 'film.yaml']);
    expect(ran.exit).toBe(65);
    expect(ran.err.match(/error output-blocked/g)).toHaveLength(2);
    expect(flat(ran.err)).toContain('has a name that is too long for this machine');
    expect(flat(ran.err)).toContain('Use a shorter scene id or alias.');
    expect(w.gateway.books().accepted).toEqual([]);
  },
);

test.skipIf(process.platform === 'win32')(
  'a folder of manifests that cannot be read or searched is said to be so, not empty',
  async () => {
    await using w = await world();
    await w.write('manifests/film.yaml', 'rushes: 1\n');
    const folder = path.join(w.folder, 'manifests');
    await chmod(folder, 0o000);
    const closed = await w.cli(['validate'], { unprivileged: true });
    await chmod(folder, 0o444);
    const listed = await w.cli(['validate'], { unprivileged: true });
    await chmod(folder, 0o755);
    expect(closed).toMatchObject({ exit: 64, out: '' });
    expect(closed.err).toContain('the folder manifests cannot be read: EACCES');
    expect(closed.err).toContain('Let this user read it');
    expect(listed.exit).toBe(65);
    expect(listed.err + listed.out).toContain('manifests/film.yaml');
    expect(listed.err).not.toContain('no manifest');
  },
);
