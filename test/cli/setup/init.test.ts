/** `init` on its own: the starter manifest, and the schema by which an editor checks it. */
import { existsSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { expect, test } from 'vitest';
import { type World, world } from '../cli-project.ts';
import { mayMount, smallDisk } from '../small-disk.ts';

/** Absolute, as a YAML language server reads it: relative to the manifest. */
async function schemaOf(w: World): Promise<string> {
  const [, schema = ''] = /^# yaml-language-server: \$schema=(\S+)\n/.exec(
    await w.read('manifests/film.yaml'),
  ) ?? ['', ''];
  return path.resolve(w.folder, 'manifests', schema);
}

test('the starter names the schema of the installed package, where the editor finds it', async () => {
  await using w = await world();
  await w.write('node_modules/rushes/schemas/manifest.schema.json', '{}');
  expect((await w.rushes(['init'])).exit).toBe(0);
  const schema = await schemaOf(w);
  expect(path.relative(w.folder, schema)).toBe('node_modules/rushes/schemas/manifest.schema.json');
  expect(existsSync(path.join(w.folder, 'schemas'))).toBe(false);
});

test('without a package, the schema is written beside the manifests; the starter is valid', async () => {
  await using w = await world();
  expect((await w.rushes(['init'])).exit).toBe(0);
  expect(existsSync(await schemaOf(w))).toBe(true);
  expect(await w.rushes(['validate', '--strict'])).toMatchObject({ exit: 0, err: '' });
});

// A container may forbid to mount.
test.runIf(mayMount())(
  'on a full disk no empty file is left, which the next time would be kept',
  async () => {
    await using w = await world();
    await mkdir(path.join(w.folder, 'one'));
    await using disk = await smallDisk(path.join(w.folder, 'one'));
    const init = () => w.cli(['init', '--github'], { cwd: 'one', within: disk.within });
    await disk.fill(2);
    const full = await init();
    expect(full).toMatchObject({ exit: 65, out: '' });
    expect(full.err).toMatch(/^rushes: ENOSPC: .*\n {2}Make room on the disk, then run the same/);
    await disk.free();
    const again = await init();
    expect(again.exit).toBe(0);
    // A page of memory for each.
    expect(again.out.match(/^kept /gm)).toHaveLength(2);
  },
);
