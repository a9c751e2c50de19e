/** How fast, in how much memory, and what 50 kills leave behind. */
import { mkdir, mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import type { LocalClip } from '../../src/store/push-clips.ts';
import { clipFile, sha256Of } from './clip-files.ts';
import {
  buildTransfer,
  runTransfer,
  serveS3,
  type TransferJob,
  type TransferTook,
} from './transfer-job.ts';

const CLIPS = Number(process.env['RUSHES_CLIPS'] ?? 2000);
const LEAST_SHARE = 0.6;
const MOST_MEMORY = 150e6;

let base: string;
beforeAll(async () => {
  await buildTransfer();
});
beforeEach(async () => {
  base = await mkdtemp(join(tmpdir(), 'rushes-long-'));
});
afterEach(() => rm(base, { recursive: true, force: true }));

async function clipsOf(count: number, bytes: number): Promise<LocalClip[]> {
  const clips: LocalClip[] = [];
  for (let index = 0; index < count; index += 1)
    clips.push(await clipFile(base, `out/${index}.mp4`, bytes));
  return clips;
}

const into = (folder: string, clips: readonly LocalClip[]): LocalClip[] =>
  clips.map((clip) => ({ ...clip, path: join(base, folder, basename(clip.path)) }));

const at = (
  env: Readonly<Record<string, string>>,
  prefix: string,
): Readonly<Record<string, string>> => ({
  ...env,
  RUSHES_STORE: `${env['RUSHES_STORE']}/${prefix}`,
});

test(`${CLIPS} clips of 1 MB: at least 60 % of plain streams, under 150 MB`, async () => {
  await using server = await serveS3();
  const clips = await clipsOf(CLIPS, 1_000_000);
  const run = async (job: TransferJob): Promise<TransferTook> => {
    const took = await runTransfer(job, base);
    if (took === undefined) throw new Error('killed');
    console.log(
      `${job.kind}: ${(CLIPS / took.seconds).toFixed(0)} MB/s, ${(took.peakBytes / 1e6).toFixed(0)} MB`,
    );
    return took;
  };
  const plainPush = await run({ kind: 'plain-push', env: at(server.env, 'plain'), clips });
  const push = await run({ kind: 'push', env: at(server.env, 'ours'), clips });
  const plainPull = await run({
    kind: 'plain-pull',
    env: at(server.env, 'plain'),
    clips: into('plain', clips),
  });
  await rm(join(base, 'plain'), { recursive: true });
  const pull = await run({
    kind: 'pull',
    env: at(server.env, 'ours'),
    clips: into('ours', clips),
  });
  expect(plainPush.seconds / push.seconds).toBeGreaterThan(LEAST_SHARE);
  expect(plainPull.seconds / pull.seconds).toBeGreaterThan(LEAST_SHARE);
  expect(push.peakBytes).toBeLessThan(MOST_MEMORY);
  expect(pull.peakBytes).toBeLessThan(MOST_MEMORY);
});

test('killed 50 times and resumed: every object is whole, nothing is sent twice', async () => {
  await using server = await serveS3();
  const SIZE = 1_000_000;
  const AT_ONCE = 8;
  const clips = await clipsOf(400, SIZE);
  const chance = seeded(14);
  const most = clips.length * SIZE;
  const untilDone = async (kind: 'push' | 'pull', files: readonly LocalClip[]): Promise<number> => {
    for (let kills = 0; ; kills += 1) {
      const after = kills < 25 ? Math.floor(chance() * 10) : Number.POSITIVE_INFINITY;
      const here = new Set(kind === 'pull' ? await readdir(join(base, 'pulled')) : []);
      const left = files.filter(({ path }) => !here.has(basename(path)));
      const took = await runTransfer({ kind, env: server.env, clips: left }, base, after);
      if (took !== undefined) return kills;
    }
  };
  await mkdir(join(base, 'pulled'));
  const pushKills = await untilDone('push', clips);
  const { up } = await server.passed();
  // What was under way when it was killed is sent again, and nothing else.
  expect(up).toBeLessThanOrEqual(most + pushKills * AT_ONCE * SIZE);
  const pulled = into('pulled', clips);
  const pullKills = await untilDone('pull', pulled);
  const { down } = await server.passed();
  expect(down).toBeLessThanOrEqual(most + pullKills * AT_ONCE * SIZE);
  expect(pushKills + pullKills).toBe(50);
  for (const { path, sha256 } of pulled) expect(sha256Of(await readFile(path))).toBe(sha256);
  expect((await readdir(join(base, 'pulled'))).filter((name) => name.endsWith('.part'))).toEqual(
    [],
  );
  console.log(
    `${pushKills} + ${pullKills} kills: sent ${(up / most).toFixed(3)}, fetched ${(down / most).toFixed(3)} of the bytes`,
  );
});

/** Mulberry32: from 0 up to 1. */
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
