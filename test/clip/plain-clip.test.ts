/** The short way says what the library says, or nothing. */
import { spawnSync } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { walkBoxes } from '../../src/clip/boxes.ts';
import { FileBytes } from '../../src/clip/file-bytes.ts';
import { readPlainClip } from '../../src/clip/plain-clip.ts';
import { readClip } from '../../src/clip/read.ts';
import { drawSlate } from '../../src/clip/slate/slate.ts';
import { partsOf } from '../../src/clip/track-index.ts';
import { installed } from './installed.ts';

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rushes-plain-'));
});
afterAll(() => rm(folder, { recursive: true }));

async function shortWay(bytes: Uint8Array, pictures = true) {
  const path = join(folder, 'short.mp4');
  await writeFile(path, bytes);
  const file = FileBytes.open(path);
  try {
    const walked = await walkBoxes(file);
    return 'kind' in walked ? undefined : await readPlainClip(file, walked, pictures);
  } finally {
    file.close();
  }
}

/** By the library: a shift of a 65,536th of a pixel in a track's header is not ordinary. */
async function longWay(bytes: Buffer) {
  const shifted = Buffer.from(bytes);
  for (let at = shifted.indexOf('tkhd'); at !== -1; at = shifted.indexOf('tkhd', at + 4)) {
    const shiftAt = at + 4 + (shifted[at + 4] === 1 ? 52 : 40) + 4 * 6;
    shifted.writeUInt32BE(1, shiftAt);
  }
  const path = join(folder, 'long.mp4');
  await writeFile(path, shifted);
  expect(await shortWay(shifted)).toBeUndefined();
  return readClip(path, { pictures: true });
}

test.each([true, false])('a slate, with sound: %s', async (audio) => {
  const lines = { scene: 's', model: 'm', prompt: 'p', details: [] };
  const slate = Buffer.from(await drawSlate({ lines, width: 128, height: 96, seconds: 3, audio }));
  const facts = await shortWay(slate);
  expect(facts).toMatchObject({ kind: 'clip', seconds: 3, audio });
  expect(facts).toEqual(await longWay(slate));
  expect(await shortWay(slate, false)).toEqual(facts);
});

const X264 = ['-c:v', 'libx264', '-preset', 'ultrafast', '-pix_fmt', 'yuv420p'];
const PICTURE = ['-f', 'lavfi', '-i', 'testsrc2=s=320x180:r=24:d=2'];
const SOUND = ['-f', 'lavfi', '-i', 'sine=d=2'];
const FILM = ['-f', 'lavfi', '-i', 'testsrc2=s=192x108:r=24000/1001:d=2'];
const ORDINARY: Readonly<Record<string, readonly string[]>> = {
  'B-frames and an edit list': [...PICTURE, ...SOUND, ...X264, '-bf', '3', '-c:a', 'aac'],
  'no B-frames, index in front': [...PICTURE, ...X264, '-bf', '0', '-movflags', '+faststart'],
  '23.976 pictures a second': [...FILM, ...SOUND, ...X264, '-c:a', 'aac', '-shortest'],
  'pictures of different lengths': [
    ...PICTURE,
    '-vf',
    'mpdecimate,select=not(mod(n\\,3))',
    ...X264,
  ],
  'no edit list, shifts below zero': PICTURE.concat(
    X264,
    ['-bf', '2', '-use_editlist', '0'],
    ['-movflags', 'negative_cts_offsets'],
  ),
  'sound that is longer': [...FILM, '-f', 'lavfi', '-i', 'sine=d=3', ...X264, '-c:a', 'aac'],
};
const OTHERS: Readonly<Record<string, readonly string[]>> = {
  fragments: [...PICTURE, ...X264, '-movflags', 'frag_keyframe+empty_moov'],
  'wide pixels': [...PICTURE, '-vf', 'setsar=4/3', ...X264],
  'another codec': [...PICTURE, '-c:v', 'mpeg4'],
  'two videos': [...PICTURE, ...FILM, '-map', '0', '-map', '1', ...X264],
};

async function madeBy(args: readonly string[]): Promise<Buffer> {
  const path = join(folder, 'made.mp4');
  const { status, stderr } = spawnSync('ffmpeg', ['-v', 'error', '-y', ...args, path]);
  if (status !== 0) throw new Error(String(stderr));
  return readFile(path);
}

describe.runIf(installed('ffmpeg'))('clips of ffmpeg', () => {
  test.each(Object.entries(ORDINARY))('%s', async (_name, args) => {
    const clip = await madeBy(args);
    const facts = await shortWay(clip);
    expect(facts?.kind).toBe('clip');
    expect(facts).toEqual(await longWay(clip));
  });

  test.each(Object.entries(OTHERS))('not ordinary: %s', async (_name, args) => {
    expect(await shortWay(await madeBy(args))).toBeUndefined();
  });

  test('pictures that are zeroed, or behind the end', async () => {
    const clip = await madeBy(ORDINARY['no B-frames, index in front'] ?? []);
    const zeroed = Buffer.from(clip).fill(0, clip.length >> 1);
    expect(await shortWay(zeroed)).toBeUndefined();
    // A box of pictures that goes on to the end of the file hides that it was cut.
    const open = Buffer.from(clip.subarray(0, -1_000));
    open.writeUInt32BE(0, clip.indexOf('mdat') - 4);
    expect(await shortWay(open)).toBeUndefined();
    expect(await shortWay(open, false)).toBeUndefined();
  });

  test('any damage to the index of the tracks: the same facts, or none', async () => {
    const clip = await madeBy(ORDINARY['B-frames and an edit list'] ?? []);
    const from = clip.indexOf('moov');
    // Behind the tracks are titles and the like: the library refuses a clip for them.
    const end = clip.indexOf('udta', from);
    for (let at = from; at < end; at += 131) {
      const damaged = Buffer.from(clip);
      damaged.writeUInt8((clip.readUInt8(at) + 101) % 256, at);
      const facts = await shortWay(damaged);
      const same = facts === undefined ? undefined : await longWay(damaged);
      expect(facts, `byte ${at}`).toEqual(same);
    }
  });
});

const box = (type: string, ...parts: readonly Uint8Array[]): Buffer => {
  const body = Buffer.concat(parts);
  const header = Buffer.alloc(8);
  header.writeUInt32BE(8 + body.length);
  header.write(type, 4, 'latin1');
  return Buffer.concat([header, body]);
};
const words = (...numbers: readonly number[]): Buffer => {
  const data = Buffer.alloc(numbers.length * 4);
  for (const [at, number] of numbers.entries()) data.writeUInt32BE(number, at * 4);
  return data;
};

/**
 * The pictures of a slate are `count` times the same unit of `bytes`: a small file of much work.
 */
async function overlapping(count: number, bytes: number): Promise<Buffer> {
  const lines = { scene: 's', model: 'm', prompt: 'p', details: [] };
  const slate = Buffer.from(
    await drawSlate({ lines, width: 128, height: 96, seconds: 1, audio: false }),
  );
  const [first] = partsOf(slate);
  const start = box('ftyp', first?.data ?? Buffer.alloc(0));
  const tables = new Map([
    ['stts', words(0, 1, count, 1000)],
    ['stsz', words(0, bytes, count)],
    ['stsc', words(0, 1, 1, 1, 1)],
    ['stco', words(0, count, ...Array.from({ length: count }, () => start.length + 8))],
  ]);
  const rebuilt = (data: Buffer): Buffer[] =>
    [...partsOf(data)].flatMap(({ type, data }) => {
      if (['moov', 'trak', 'mdia', 'minf', 'stbl'].includes(type))
        return [box(type, ...rebuilt(data))];
      return ['ctts', 'stss', 'edts', 'co64'].includes(type)
        ? []
        : [box(type, tables.get(type) ?? data)];
    });
  const moov = [...partsOf(slate)].find(({ type }) => type === 'moov');
  const unit = Buffer.alloc(bytes, 7);
  unit.writeUInt32BE(bytes - 4);
  return Buffer.concat([start, box('mdat', unit), box('moov', ...rebuilt(moov?.data ?? unit))]);
}

test('pictures that lie over each other are not read again and again', async () => {
  expect(await shortWay(await overlapping(1, 1_000))).toMatchObject({ kind: 'clip' });
  const clip = await overlapping(20_000, 16_000_000);
  const path = join(folder, 'overlapping.mp4');
  await writeFile(path, clip);
  const before = performance.now();
  expect(await readClip(path, { pictures: true })).toMatchObject({
    kind: 'clip',
    flaws: ['its pictures lie over each other in the file'],
  });
  expect(performance.now() - before).toBeLessThan(5_000);
}, 20_000);
