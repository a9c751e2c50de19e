/**
 * A pipe, a folder, a link to itself, a socket or a device in place of a file: said to be so, at
 * once, with what to do. Nothing is sent, and what is there stays.
 */
import { execFileSync } from 'node:child_process';
import { lstat, mkdir, rm, symlink, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:net';
import path from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { film, scenes } from '../manifest-text.ts';
import { flat, type World, world } from '../cli-project.ts';

const KINDS = ['pipe', 'folder', 'link', 'socket', 'device'] as const;
type Kind = (typeof KINDS)[number];

/** What the message says of it. */
const NAMES: Readonly<Record<Kind, string>> = {
  pipe: 'is a pipe, not a file',
  folder: 'is a folder, not a file',
  link: 'is a symbolic link',
  socket: 'is a socket, not a file',
  device: 'is a device, not a file',
};

/** The same of a file that a manifest names. */
function named(kind: Kind): string {
  if (kind === 'link') return 'is a symbolic link to a file that does not exist';
  return kind === 'folder' ? NAMES.folder : 'is a pipe, a socket or a device, not a file';
}

async function put(kind: Kind, file: string): Promise<void> {
  await rm(file, { force: true, recursive: true });
  await mkdir(path.dirname(file), { recursive: true });
  switch (kind) {
    case 'pipe':
      return void execFileSync('mkfifo', [file]);
    case 'folder':
      return mkdir(file);
    case 'link':
      return symlink(path.basename(file), file);
    case 'socket': {
      const server = createServer();
      onTestFinished(() => closed(server));
      // A path of a socket has at most 107 bytes.
      return new Promise((resolve) =>
        server.listen(path.relative(process.cwd(), file), () => resolve()),
      );
    }
    case 'device':
      return void execFileSync('mknod', [file, 'c', '1', '5']);
  }
}

const closed = (server: Server): Promise<void> =>
  new Promise((resolve) => server.close(() => resolve()));

/** A device file is made by root alone, and elsewhere than on Linux it has other numbers. */
const possible = KINDS.filter(
  (kind) => kind !== 'device' || (process.platform === 'linux' && process.getuid?.() === 0),
);

const READ = [
  ['plan'],
  ['status'],
  ['verify'],
  ['explain', 's1/kling'],
  ['gallery'],
  ['recover'],
] as const;
const WRITE = [
  ['render'],
  ['collect'],
  ['redo', 's1/kling'],
  ['accept', 's1/kling'],
  ['pin', 's1/kling'],
  ['pick', 's1/kling'],
  ['prune', '--yes'],
] as const;

/** Rendered, with one more render to do. */
async function rendered(): Promise<World> {
  const here = await world();
  await here.write('film.yaml', film(scenes(1, 'kling')));
  expect((await here.rushes(['render', 'film.yaml'])).exit).toBe(0);
  await here.write('film.yaml', film(scenes(2, 'kling')));
  return here;
}

/** What is not as it should be: nothing where all refuse with that exit and those words. */
async function wrongIn(
  here: World,
  commands: readonly (readonly string[])[],
  exits: readonly number[],
  says: readonly (string | RegExp)[],
): Promise<readonly string[]> {
  const before = here.gateway.books().accepted.length;
  const wrong: string[] = [];
  for (const argv of commands) {
    const ran = await here.rushes([...argv, 'film.yaml']);
    const said = flat(ran.out + ran.err);
    const isRight =
      exits.includes(ran.exit) &&
      says.every((words) =>
        typeof words === 'string' ? said.includes(words) : words.test(said),
      ) &&
      !/Free some space|EINVAL|ENXIO|\bat .*\.ts:/.test(said);
    if (!isRight) wrong.push(`${argv.join(' ')}: ${ran.exit} ${said}`);
  }
  if (here.gateway.books().accepted.length > before) wrong.push('a request was sent');
  return wrong;
}

describe.skipIf(process.platform === 'win32').each(possible)('a %s in place of', (kind) => {
  test('a lock: exit 65, and what to do', async () => {
    await using here = await rendered();
    await put(kind, path.join(here.folder, 'film.lock.json'));
    expect(
      await wrongIn(
        here,
        [...READ, ...WRITE],
        [65],
        [`film.lock.json ${NAMES[kind]}`, 'Move it away', 'git log -p'],
      ),
    ).toEqual([]);
  });

  test('a journal: exit 65, and what to do', async () => {
    await using here = await rendered();
    const lock = await here.read('film.lock.json');
    const journal = path.join(here.folder, '.rushes/film.journal.jsonl');
    await put(kind, journal);
    expect(
      await wrongIn(
        here,
        [...READ, ...WRITE],
        [65],
        [`film.journal.jsonl ${NAMES[kind]}`, 'Move it away'],
      ),
    ).toEqual([]);
    expect((await lstat(journal)).isFile()).toBe(false);
    expect(await here.read('film.lock.json')).toBe(lock);
  });

  test('a run lock: exit 65 where one is needed, and what to do', async () => {
    await using here = await rendered();
    const lock = await here.read('film.lock.json');
    await put(kind, path.join(here.folder, '.rushes/film.run.lock'));
    expect(
      await wrongIn(here, WRITE, [65], [`film.run.lock ${NAMES[kind]}`, 'Move it away']),
    ).toEqual([]);
    expect((await here.rushes(['plan', 'film.yaml'])).exit).toBe(0);
    expect(await here.read('film.lock.json')).toBe(lock);
  });
});

test.skipIf(process.platform === 'win32').each(possible.filter((kind) => kind !== 'folder'))(
  'a %s in place of .rushes: exit 65 or 5, and what to do',
  async (kind) => {
    await using here = await rendered();
    const lock = await here.read('film.lock.json');
    await put(kind, path.join(here.folder, '.rushes'));
    // Without git the spend record is there too, and a command that needs it exits with 5.
    expect(
      await wrongIn(here, [...READ, ...WRITE], [5, 65], ['.rushes', /Move (it )?away/]),
    ).toEqual([]);
    expect((await lstat(path.join(here.folder, '.rushes'))).isDirectory()).toBe(false);
    expect(await here.read('film.lock.json')).toBe(lock);
  },
);

test.skipIf(process.platform === 'win32').each(possible)(
  'a %s in place of what a run writes for its own use: the run ends well',
  async (kind) => {
    await using here = await rendered();
    for (const name of ['landed', 'film.files.json', 'film.current.json', 'uploads.json'])
      await put(kind, path.join(here.folder, '.rushes', name));
    expect(await here.rushes(['render', 'film.yaml'])).toMatchObject({ exit: 0 });
    expect(here.gateway.books().accepted).toHaveLength(2);
    expect(await here.rushes(['plan', 'film.yaml'])).toMatchObject({ exit: 0 });
  },
);

test.skipIf(process.platform === 'win32')(
  'a run lock that is a link to nothing is no run that goes on',
  async () => {
    await using here = await rendered();
    await symlink('nowhere', path.join(here.folder, '.rushes/film.run.lock'));
    expect(
      await wrongIn(here, [['render'], ['pin', 's1/kling']], [65], ['is a symbolic link']),
    ).toEqual([]);
  },
);

test.skipIf(process.platform === 'win32').each(possible)(
  'a %s in place of the lock of the spend record: exit 5 at once',
  async (kind) => {
    await using here = await rendered();
    await put(kind, path.join(here.folder, '.rushes/record.lock'));
    expect(
      await wrongIn(here, [['render']], [5], [`record.lock ${NAMES[kind]}`, /move it away/i]),
    ).toEqual([]);
  },
);

test.skipIf(process.platform === 'win32').each(possible)(
  'a %s that a manifest or the command line names: said what it is',
  async (kind) => {
    await using here = await world();
    await here.write(
      'film.yaml',
      film(
        [
          '  - { rows: rows.csv, id: "${{ row.id }}", prompt: p, models: [kling] }',
          '  - { id: b, prompt: { file: b.txt }, models: [kling] }',
          'include: ["more/*.yaml"]',
          '',
        ].join('\n'),
      ),
    );
    for (const file of ['rows.csv', 'b.txt', 'more/x.yaml'])
      await put(kind, path.join(here.folder, file));
    await here.write('more/y.yaml', 'scenes: [{ id: y, prompt: p }]\n');
    expect(
      await wrongIn(
        here,
        [['validate'], ['plan'], ['render']],
        [65],
        [
          `"rows.csv" ${named(kind)}`,
          `"b.txt" ${named(kind)}`,
          ...(kind === 'folder' ? [] : [`"more/x.yaml" ${named(kind)}`]),
        ],
      ),
    ).toEqual([]);
  },
);

test.skipIf(process.platform === 'win32').each(possible)(
  'a %s in place of one of several manifests is never passed over',
  async (kind) => {
    await using here = await world();
    await here.write('manifests/a.yaml', film(scenes(1, 'kling')));
    await put(kind, path.join(here.folder, 'manifests/b.yaml'));
    await writeFile(path.join(here.folder, 'manifests/notes.txt'), '');
    for (const argv of [['validate'], ['plan'], ['render']]) {
      const ran = await here.rushes(argv);
      expect([argv, ran.exit]).toEqual([argv, 65]);
      expect(flat(ran.err)).toMatch(
        kind === 'link' ? `manifests/b.yaml ${named(kind)}` : `"b.yaml" ${named(kind)}`,
      );
    }
    expect(here.gateway.books().accepted).toHaveLength(0);
  },
);
