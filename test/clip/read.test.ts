import { mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { assert, asyncProperty, constantFrom, integer, uint8Array } from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readClip } from '../../src/clip/read.ts';
import { drawSlate } from '../../src/clip/slate/slate.ts';

let folder = '';
let clip = Buffer.alloc(0);
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rushes-clip-'));
  const lines = { scene: 's', model: 'm', prompt: 'p', details: [] };
  clip = Buffer.from(await drawSlate({ lines, width: 128, height: 96, seconds: 2, audio: true }));
});
afterAll(() => rm(folder, { recursive: true }));

const read = async (bytes: Uint8Array | string) => {
  const path = join(folder, 'file.mp4');
  await writeFile(path, bytes);
  return readClip(path);
};
/** The boxes of a clip, in order. */
const boxes = (bytes: Buffer): Map<string, Buffer> => {
  const found = new Map<string, Buffer>();
  for (let at = 0; at < bytes.length; at += bytes.readUInt32BE(at)) {
    found.set(
      bytes.toString('latin1', at + 4, at + 8),
      bytes.subarray(at, at + bytes.readUInt32BE(at)),
    );
  }
  return found;
};

test('a whole clip: size, length, sound, codec, pictures a second', async () => {
  expect(await read(clip)).toEqual({
    kind: 'clip',
    width: 128,
    height: 96,
    seconds: 2,
    audio: true,
    bytes: clip.length,
    codec: expect.stringMatching(/^avc1\.42[0-9a-f]{4}$/),
    fps: 1,
  });
});

test.each([
  ['nothing', '', 'empty', 'the file is empty'],
  [
    'a web page',
    '\n <!DOCTYPE html><html>',
    'html',
    'the file is a web page (HTML), not an MP4 clip',
  ],
  [
    'an error',
    '{"error":{"code":403}}',
    'other-format',
    'the file is a JSON text, not an MP4 clip',
  ],
  [
    'an S3 error',
    '<?xml version="1.0"?><Error/>',
    'other-format',
    'the file is an XML document, not an MP4 clip',
  ],
  [
    'a picture',
    '\x89PNG\r\n\x1a\n0000',
    'other-format',
    'the file is a PNG image, not an MP4 clip',
  ],
  [
    'AVIF',
    '\0\0\0\x1cftypavif\0\0\0\0',
    'other-format',
    'the file is a still image (HEIF), not an MP4 clip',
  ],
  ['words', 'I am no clip, I am only words', 'not-mp4', 'the file is not an MP4 clip'],
  ['a byte', 'x', 'not-mp4', 'the file is only 1 bytes long'],
] as const)('%s is not a clip', async (_name, bytes, problem, message) => {
  expect(await read(typeof bytes === 'string' ? Buffer.from(bytes, 'latin1') : bytes)).toEqual({
    kind: 'problem',
    problem,
    message,
  });
});

test('WebM is not a clip, but a video', async () => {
  expect(await read(Buffer.from('1a45dfa3010000000000001f', 'hex'))).toEqual({
    kind: 'problem',
    problem: 'other-format',
    message: 'the file is a WebM or Matroska video, not an MP4 clip',
    videoEnding: '.webm',
  });
});

test('a clip cut anywhere is incomplete, whichever box the cut is in', async () => {
  for (const share of [0.999, 0.9, 0.5, 0.2, 0.01]) {
    expect(await read(clip.subarray(0, Math.floor(clip.length * share)))).toMatchObject({
      kind: 'problem',
      problem: 'truncated',
    });
  }
  expect(await read(clip.subarray(0, clip.length - 1))).toMatchObject({
    message: 'the clip is incomplete: its box "mdat" needs 1 more bytes',
  });
});

test('a clip whose media claims to go on to the end of the file is caught by its index', async () => {
  const { ftyp, moov, mdat } = Object.fromEntries(boxes(clip));
  const endless = Buffer.from(mdat ?? []);
  endless.writeUInt32BE(0, 0);
  const parts = [ftyp, moov].map((part) => part ?? Buffer.alloc(0));
  expect(await read(Buffer.concat([...parts, endless]))).toMatchObject({
    kind: 'clip',
    seconds: 2,
  });
  const cut = Buffer.concat([...parts, endless.subarray(0, Math.floor(endless.length / 2))]);
  expect(await read(cut)).toEqual({
    kind: 'problem',
    problem: 'truncated',
    message: 'the clip is incomplete: its last pictures are missing',
  });
});

test('an index or media that is missing, and an index behind the media', async () => {
  const { ftyp = clip, moov = clip, mdat = clip } = Object.fromEntries(boxes(clip));
  expect(await read(Buffer.concat([ftyp, mdat]))).toMatchObject({
    problem: 'truncated',
    message: expect.stringContaining('"moov"'),
  });
  expect(await read(Buffer.concat([ftyp, moov]))).toMatchObject({
    problem: 'truncated',
    message: expect.stringContaining('"mdat"'),
  });
  // The index holds absolute places, so the media must stay where it is.
  const free = Buffer.alloc(moov.length);
  free.writeUInt32BE(moov.length, 0);
  free.write('free', 4, 'latin1');
  expect(await read(Buffer.concat([ftyp, free, mdat, moov]))).toMatchObject({
    kind: 'clip',
    seconds: 2,
  });
});

test('a file that cannot be read is reported', async () => {
  expect(await readClip(join(folder, 'nowhere.mp4'))).toMatchObject({
    problem: 'unreadable',
    message: expect.stringContaining('ENOENT'),
  });
  expect(await readClip(folder)).toEqual({
    kind: 'problem',
    problem: 'unreadable',
    message: 'it is not a file',
  });
  const loop = join(folder, 'loop.mp4');
  await symlink(loop, loop);
  expect(await readClip(loop)).toMatchObject({ problem: 'unreadable' });
});

test('never throws and always ends, whatever the bytes', async () => {
  await assert(
    asyncProperty(
      uint8Array({ minLength: 1, maxLength: 64 }),
      integer({ min: 0, max: 1200 }),
      constantFrom('over', 'cut', 'alone'),
      async (noise, at, how) => {
        const bytes = Buffer.from(clip);
        if (how === 'over') bytes.set(noise, Math.min(at, bytes.length - noise.length));
        const answer = await read(
          how === 'alone' ? noise : how === 'cut' ? bytes.subarray(0, at) : bytes,
        );
        expect(['clip', 'problem']).toContain(answer.kind);
      },
    ),
    { numRuns: 150, seed: 20_261_120 },
  );
});
