import { createHash } from 'node:crypto';
import { mkdir, utimes, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import type { RenderId } from '../../src/ids.ts';
import { readClipStates, readClipsThatMatter } from '../../src/lock/clips-on-disk.ts';
import type { Lock, LockEntry } from '../../src/lock/file/format.ts';
import { type LockPaths, toLockPath } from '../../src/lock/file/paths.ts';
import { type Files, systemFiles } from '../../src/ports/files/files.ts';
import { attemptOf, fingerprintOf } from './arbitraries.ts';
import { cpuMs, filmPaths } from './lock-folder.ts';

const ID = 'crab/kling' as RenderId;
const entryOf = (path: string, content: string): LockEntry => ({
  fingerprint: fingerprintOf('a'),
  model: 'apimart/kling-v3',
  status: 'completed',
  attempt: attemptOf(1),
  clip: {
    path,
    sha256: createHash('sha256').update(content).digest('hex'),
    bytes: content.length,
    width: 1,
    height: 1,
    seconds: 1,
    audio: false,
  },
});

async function studio(content: string, lockContent = content) {
  const paths = await filmPaths();
  const file = join(paths.lock, '..', 'out', 'crab', 'kling.mp4');
  await mkdir(dirname(file), { recursive: true });
  await mkdir(paths.folder);
  await writeFile(file, content);
  const entry = entryOf(toLockPath(paths.lock, file), lockContent);
  return { paths, file, entry, lock: { renders: new Map([[ID, entry]]) } satisfies Lock };
}

function counting(): { readonly files: Files; readonly hashes: () => number } {
  let hashes = 0;
  return {
    files: {
      ...systemFiles,
      hash: (path) => {
        hashes += 1;
        return systemFiles.hash(path);
      },
    },
    hashes: () => hashes,
  };
}
const look = (lock: Lock, paths: LockPaths, files = systemFiles, options = {}) =>
  readClipStates(lock, paths.lock, paths.filesCache, files, options);

test('present, absent, damaged; and absent where none ever landed', async () => {
  const { paths, lock, entry } = await studio('clip');
  expect((await look(lock, paths)).of(entry)).toBe('present');
  expect(
    (await look(lock, paths)).of({
      ...entry,
      status: 'submitted',
      clip: undefined,
    } as unknown as LockEntry),
  ).toBe('absent');
  const cut = await studio('cli', 'clip');
  expect((await look(cut.lock, cut.paths)).of(cut.entry)).toBe('damaged');
  const gone = { renders: new Map([[ID, entryOf('out/no.mp4', 'clip')]]) };
  expect((await look(gone, paths)).of(entryOf('out/no.mp4', 'clip'))).toBe('absent');
  const inTheWay = { renders: new Map([[ID, entryOf('out', 'clip')]]) };
  expect((await look(inTheWay, paths)).of(entryOf('out', 'clip'))).toBe('absent');
});

test('damage that was found is remembered on request, and the file is read again when its time changes', async () => {
  const { paths, lock, entry, file } = await studio('clip');
  const { files, hashes } = counting();
  await writeFile(file, 'trap');
  await utimes(file, 1000, 1000);
  // Its size is right, and nobody has read it.
  expect((await look(lock, paths, files)).of(entry)).toBe('present');
  expect(hashes()).toBe(0);
  const read = await look(lock, paths, files, { rehash: true });
  expect(read.of(entry)).toBe('damaged');
  expect((await look(lock, paths, files)).of(entry)).toBe('present');
  await read.rememberDamage();
  expect((await look(lock, paths, files)).of(entry)).toBe('damaged');
  expect(hashes()).toBe(1);

  await writeFile(file, 'clip');
  await utimes(file, 2000, 2000);
  expect((await look(lock, paths, files)).of(entry)).toBe('present');
  expect(hashes()).toBe(2);
  await (await look(lock, paths, files, { rehash: true })).rememberDamage();
  expect((await look(lock, paths, files)).of(entry)).toBe('present');
  expect(hashes()).toBe(3);
});

test('nothing is written where all is right or nothing is new, and what is broken is not a memory', async () => {
  const { paths, lock, entry, file } = await studio('clip');
  const verify = () => look(lock, paths, systemFiles, { rehash: true });
  await (await verify()).rememberDamage();
  expect((await systemFiles.stat(paths.filesCache)).ok).toBe(false);
  await writeFile(file, 'trap');
  await (await verify()).rememberDamage();
  const before = await systemFiles.stat(paths.filesCache);
  await (await verify()).rememberDamage();
  expect(await systemFiles.stat(paths.filesCache)).toEqual(before);
  // Another look, at none of these clips, forgets nothing.
  await (await look({ renders: new Map() }, paths)).rememberDamage();
  expect(await systemFiles.stat(paths.filesCache)).toEqual(before);
  await writeFile(paths.filesCache, '{"version":1,"files":{"x":"y"}}');
  expect((await look(lock, paths)).of(entry)).toBe('present');
});

test('rehash reads every clip, whatever is remembered', async () => {
  const { paths, lock, entry, file } = await studio('clip');
  const facts = await systemFiles.stat(file);
  await writeFile(file, 'trap');
  if (facts.ok) await utimes(file, facts.value.mtimeMs / 1000, facts.value.mtimeMs / 1000);
  expect((await look(lock, paths, systemFiles, { rehash: true })).of(entry)).toBe('damaged');
});

test('an earlier result whose place was taken is not there', async () => {
  const { paths, file, lock, entry } = await studio('clip');
  const earlier = { ...entryOf(entry.clip?.path ?? '', 'older'), attempt: attemptOf(2) };
  const states = await look({ renders: new Map([[ID, { ...entry, earlier: [earlier] }]]) }, paths);
  expect([states.of(entry), states.of(earlier), lock.renders.size]).toEqual([
    'present',
    'absent',
    1,
  ]);
  // Bytes that are nobody's are damage.
  await writeFile(file, 'clup');
  const broken = await look(
    { renders: new Map([[ID, { ...entry, earlier: [earlier] }]]) },
    paths,
    systemFiles,
    { rehash: true },
  );
  expect([broken.of(entry), broken.of(earlier)]).toEqual(['damaged', 'damaged']);
});

test('ten thousand renders are looked up in a blink', async () => {
  const paths = await filmPaths();
  const renders = new Map(
    Array.from({ length: 10_000 }, (_, n): [RenderId, LockEntry] => [
      `s-${n}/k` as RenderId,
      entryOf(`../out/p/s-${n}/k.mp4`, 'clip'),
    ]),
  );
  const before = process.cpuUsage();
  const states = await look({ renders }, paths);
  const took = cpuMs(before);
  expect(states.of(entryOf('../out/p/s-1/k.mp4', 'clip'))).toBe('absent');
  expect(took).toBeLessThan(2000);
  if (process.env['SHOW_TIMES'] !== undefined) console.log(`look ${took.toFixed(0)} ms`);
});

test('only clips that matter are looked at; of one path all are known', async () => {
  const { paths, lock, entry } = await studio('clip');
  const other = entryOf('out/no.mp4', 'other');
  const twin = { ...entryOf(entry.clip?.path ?? '', 'twin'), fingerprint: fingerprintOf('b') };
  const renders = new Map([
    ...lock.renders,
    ['gull/kling' as RenderId, other],
    ['tide/kling' as RenderId, { ...other, earlier: [twin] }],
  ]);
  const asked: string[][] = [];
  const files: Files = {
    ...systemFiles,
    statMany: (all) => {
      asked.push([...all]);
      return systemFiles.statMany(all);
    },
  };
  const { lock: lockPath, filesCache } = paths;
  const states = await readClipsThatMatter(
    { renders },
    lockPath,
    filesCache,
    files,
    ({ fingerprint }) => fingerprint === twin.fingerprint,
  );
  expect(asked).toEqual([[join(dirname(lockPath), 'out', 'crab', 'kling.mp4')]]);
  expect([entry, twin, other].map((result) => states.of(result))).toEqual([
    'present',
    'absent',
    'unknown',
  ]);
});
