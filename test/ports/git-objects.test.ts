/** Real git: blobs are read together, and a commit is made beside every checkout. */
import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { idsOf, readBlobs, writeCommit } from '../../src/ports/git-objects.ts';
import { type Git, listRefs, systemGit } from '../../src/ports/git.ts';

let folder = '';
let git: Git;
const run = (...args: readonly string[]): string =>
  execFileSync('git', args, { cwd: folder, encoding: 'utf8' });

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'rushes-objects-'));
  run('init', '--quiet', '--bare');
  git = systemGit(folder, process.env);
});
afterAll(() => rm(folder, { recursive: true }));

const IDENT = 'Ana [of] "x" <ana@example.com> 1790000000 +0200';
/** Everything that a name of a file may hold. */
const NAMES = ['plain.json', 'a b/ü.json', 'q"uote\\slash', 'line\nbreak', ' edges ', '"'];

test('a commit onto another: names of any kind, what stays, what goes, and no ref', async () => {
  const made = await writeCommit(git, {
    parent: undefined,
    files: new Map(NAMES.map((name) => [name, `text of ${name}\n`])),
    author: IDENT,
    committer: IDENT,
    message: 'First: ü\n',
  });
  const listed = run('ls-tree', '-r', '-z', '--name-only', '--full-tree', made.id).split('\0');
  expect(listed.filter((name) => name !== '').sort()).toEqual([...NAMES].sort());
  expect(run('cat-file', 'commit', made.id)).toMatch(
    /^tree [0-9a-f]+\nauthor Ana \[of\] "x" <ana@example\.com> 1790000000 \+0200\ncommitter Ana .*\n\nFirst: ü\n$/,
  );
  const next = await writeCommit(git, {
    parent: made.id,
    files: new Map([
      ['plain.json', 'other'],
      ['line\nbreak', undefined],
      ['empty', ''],
    ]),
    author: IDENT,
    committer: IDENT,
    message: 'Second\n',
  });
  const paths = [...NAMES, 'empty'].map((name) => `${next.id}:${name}`);
  const texts = (await readBlobs(git, paths)).map((blob) => blob?.toString());
  expect(texts).toEqual(
    NAMES.map((name) =>
      name === 'plain.json' ? 'other' : name === 'line\nbreak' ? undefined : `text of ${name}\n`,
    ).concat(''),
  );
  expect(run('rev-list', '--parents', next.id).split('\n')[0]).toBe(`${next.id} ${made.id}`);
  expect([...next.blobs.keys()]).toEqual(['plain.json', 'empty']);
  expect(await idsOf(git, [`${next.id}:plain.json`, 'HEAD'])).toEqual([
    next.blobs.get('plain.json'),
    undefined,
  ]);
  expect(run('for-each-ref')).toBe('');
});

test('an object that is absent or not a blob is undefined among the others', async () => {
  const { id } = await writeCommit(git, {
    parent: undefined,
    files: new Map([['folder/a', '\nA\n']]),
    author: IDENT,
    committer: IDENT,
    message: '',
  });
  const names = [`${id}:folder`, `${id}:folder/a`, '0'.repeat(40), `${id}:none`, `${id}:folder/a`];
  const blobs = await readBlobs(git, names);
  expect(blobs.map((blob) => blob?.toString())).toEqual([
    undefined,
    '\nA\n',
    undefined,
    undefined,
    '\nA\n',
  ]);
  expect(await readBlobs(git, [])).toEqual([]);
});

test('a parent that is not there: said by git, and nothing is made', async () => {
  const commit = writeCommit(git, {
    parent: '1'.repeat(40),
    files: new Map([['a', 'A']]),
    author: IDENT,
    committer: IDENT,
    message: 'x',
  });
  await expect(commit).rejects.toThrow('Not a valid commit');
  expect(run('for-each-ref')).toBe('');
});

test('refs of a remote are found by their whole name alone', async () => {
  const { id } = await writeCommit(git, {
    parent: undefined,
    files: new Map(),
    author: IDENT,
    committer: IDENT,
    message: 'x',
  });
  run('update-ref', 'refs/heads/a/refs/heads/main', id);
  run('update-ref', 'refs/heads/other', id);
  const listed = await listRefs(git, folder, ['refs/heads/main', 'refs/heads/other']);
  if (!listed.ok) throw new Error(listed.message);
  expect(listed.tips.get('refs/heads/main')).toBeUndefined();
  expect(listed.tips.get('refs/heads/other')).toBe(id);
  expect(existsSync(path.join(folder, 'none'))).toBe(false);
  expect(await listRefs(git, path.join(folder, 'none'), ['refs/heads/main'])).toMatchObject({
    ok: false,
  });
});
