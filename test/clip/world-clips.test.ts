/** Clips as other makers write and break them: real files of ffmpeg, read as a download is. */
import { spawnSync } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { checkClip } from '../../src/clip/check.ts';
import { decodeFlaw } from '../../src/ports/ffmpeg/key-frames.ts';
import { readClip } from '../../src/clip/read.ts';
import { installed } from './installed.ts';

const ASKED = { seconds: 5, ratio: '16:9' } as const;
const FLAGS = {
  plain: [],
  fast: ['-movflags', '+faststart'],
  /** The first second in the index, the others in fragments. */
  hybrid: ['-movflags', 'frag_keyframe'],
  fragments: ['-movflags', 'frag_keyframe+empty_moov'],
  dash: ['-movflags', 'dash+frag_keyframe+empty_moov'],
  /** One index of all fragments, `sidx`, before them. */
  sidx: ['-movflags', 'frag_keyframe+empty_moov+default_base_moof+global_sidx'],
  cmaf: ['-movflags', 'frag_keyframe+empty_moov+default_base_moof'],
} as const;
type Kind = keyof typeof FLAGS;

let folder = '';
const clips = {} as Record<Kind, Buffer>;
let encrypted = Buffer.alloc(0);

function ffmpeg(args: readonly string[]): void {
  const { status, stderr } = spawnSync('ffmpeg', ['-v', 'error', '-y', ...args]);
  if (status !== 0) throw new Error(String(stderr));
}

/** Where each top-level box of that type begins. */
function boxesAt(bytes: Buffer, wanted: string): number[] {
  const found: number[] = [];
  for (let at = 0; at < bytes.length; at += bytes.readUInt32BE(at))
    if (bytes.toString('latin1', at + 4, at + 8) === wanted) found.push(at);
  return found;
}

const read = async (bytes: Buffer) => {
  const path = join(folder, 'file.mp4');
  await writeFile(path, bytes);
  return readClip(path, { pictures: true });
};

describe.runIf(installed('ffmpeg'))('clips of ffmpeg', () => {
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'rushes-world-'));
    const source = join(folder, 'source.mp4');
    const picture = ['-f', 'lavfi', '-i', 'testsrc2=s=320x180:r=24:d=5'];
    const sound = ['-f', 'lavfi', '-i', 'sine=d=5'];
    const codecs = ['-c:v', 'libx264', '-g', '24', '-pix_fmt', 'yuv420p', '-c:a', 'aac'];
    ffmpeg([...picture, ...sound, ...codecs, source]);
    for (const kind of Object.keys(FLAGS) as Kind[]) {
      const path = join(folder, `${kind}.mp4`);
      ffmpeg(['-i', source, '-c', 'copy', ...FLAGS[kind], path]);
      clips[kind] = await readFile(path);
    }
    const path = join(folder, 'encrypted.mp4');
    const key = ['-encryption_key', '76a6c65c5ea762046bd749a2e632ccbb'];
    const kid = ['-encryption_kid', 'a7e61c373e219033c21091fa607bf3b8'];
    ffmpeg([
      '-i',
      source,
      '-c',
      'copy',
      '-encryption_scheme',
      'cenc-aes-ctr',
      ...key,
      ...kid,
      path,
    ]);
    encrypted = await readFile(path);
  }, 30_000);
  afterAll(() => rm(folder, { recursive: true }));

  test.each(Object.keys(FLAGS) as Kind[])(
    '%s: whole, 5 s, and every key frame decodes',
    async (kind) => {
      const facts = await read(clips[kind]);
      expect(facts).toMatchObject({
        kind: 'clip',
        seconds: 5,
        audio: true,
        width: 320,
        height: 180,
      });
      expect(facts).not.toHaveProperty('flaws');
      expect(await decodeFlaw(join(folder, `${kind}.mp4`))).toBeUndefined();
    },
  );

  test('the clips have the boxes that they are here for', () => {
    expect(boxesAt(clips.sidx, 'sidx')).toHaveLength(2);
    expect(boxesAt(clips.dash, 'sidx').length).toBeGreaterThan(0);
    expect(boxesAt(clips.hybrid, 'moof').length).toBeGreaterThan(0);
  });

  test.each<[string, () => Buffer]>([
    ['a few bytes', () => Buffer.from('abc')],
    ['a line', () => Buffer.from('\r\n--boundary--\r\n')],
    ['zeros', () => Buffer.alloc(5_000)],
    ['noise', () => Buffer.alloc(40, 0xfe)],
  ])('stray bytes behind a whole clip are tolerated: %s', async (_name, stray) => {
    for (const kind of ['plain', 'fast', 'fragments'] as const) {
      const facts = await read(Buffer.concat([clips[kind], stray()]));
      expect(facts).toMatchObject({ kind: 'clip', seconds: 5 });
      expect(facts).not.toHaveProperty('flaws');
    }
  });

  test('a second half of zeros is told, by the index and by the decoder', async () => {
    const bytes = Buffer.from(clips.fast).fill(0, clips.fast.length >> 1);
    const facts = await read(bytes);
    expect(facts).toMatchObject({
      kind: 'clip',
      flaws: [expect.stringMatching(/^\d+ of its 120 pictures are damaged, the first at 2\.\d s$/)],
    });
    expect(await decodeFlaw(join(folder, 'file.mp4'))).toBe(
      'ffmpeg cannot decode all of its key frames',
    );
  });

  test('a second half of zeros in fragments is told, and the clip is too short', async () => {
    const facts = await read(Buffer.from(clips.fragments).fill(0, clips.fragments.length >> 1));
    if (facts.kind !== 'clip') throw new Error(facts.message);
    expect(facts.flaws?.join()).toContain('bytes of the file are not part of the clip');
    expect(checkClip(facts, ASKED)).toHaveLength(1);
  });

  test('two files glued together are told', async () => {
    const facts = await read(Buffer.concat([clips.plain, clips.fast]));
    expect(facts).toMatchObject({
      kind: 'clip',
      seconds: 5,
      flaws: ['the file holds 2 clips, one behind the other; only the first is played'],
    });
  });

  test.each(['hybrid', 'fragments'] as const)(
    '%s: a cut at a fragment boundary is told',
    async (kind) => {
      const bytes = clips[kind];
      const facts = await read(bytes.subarray(0, boxesAt(bytes, 'moof').at(-2)));
      if (facts.kind !== 'clip') throw new Error(facts.message);
      expect(facts.seconds).toBe(3);
      expect(checkClip(facts, ASKED)).toEqual(['asked for 5 s, the clip is 3 s long']);
    },
  );

  test('fragments that the index promises and that are not there are told, whatever was asked for', async () => {
    const bytes = clips.cmaf.subarray(0, boxesAt(clips.cmaf, 'moof').at(-2));
    const facts = await read(withPromise(bytes, 5_000));
    expect(facts).toMatchObject({ flaws: ['its index promises 5.0 s, 3.0 s are there'] });
  });

  test.each(['hybrid', 'fragments', 'fast'] as const)(
    '%s: a cut anywhere else is refused',
    async (kind) => {
      const bytes = clips[kind];
      for (const share of [0.3, 0.6, 0.97])
        expect(await read(bytes.subarray(0, Math.floor(bytes.length * share)))).toMatchObject({
          kind: 'problem',
          problem: 'truncated',
        });
    },
  );

  test('an encrypted clip has its own words', async () => {
    expect(await read(encrypted)).toEqual({
      kind: 'problem',
      problem: 'encrypted',
      message: 'the clip is encrypted: it cannot be played without a key',
      videoEnding: '.mp4',
    });
  });

  test('no decoder at hand: nothing is said', async () => {
    expect(await decodeFlaw(join(folder, 'plain.mp4'), 'no-such-program')).toBeUndefined();
  });
});

/** The same file with a box `mehd`: the length of all fragments, in milliseconds. */
function withPromise(bytes: Buffer, ms: number): Buffer {
  const mehd = Buffer.alloc(16);
  mehd.writeUInt32BE(16, 0);
  mehd.write('mehd', 4, 'latin1');
  mehd.writeUInt32BE(ms, 12);
  const moov = bytes.indexOf('moov') - 4;
  const mvex = bytes.indexOf('mvex') - 4;
  const copy = Buffer.concat([bytes.subarray(0, mvex + 8), mehd, bytes.subarray(mvex + 8)]);
  for (const at of [moov, mvex]) copy.writeUInt32BE(copy.readUInt32BE(at) + mehd.length, at);
  return copy;
}
