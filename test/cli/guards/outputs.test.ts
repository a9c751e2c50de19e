/** Where clips may be put is looked at before anything is paid for. */
import { chmod, mkdir, mkdtemp, rm, symlink } from 'node:fs/promises';
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
