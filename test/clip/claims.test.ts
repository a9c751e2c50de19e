/** Small files that claim to be large: none of them may hold a run. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readClip } from '../../src/clip/read.ts';

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rushes-claims-'));
});
afterAll(() => rm(folder, { recursive: true }));

const ALL = 0xffff_ffff;
const u32 = (...values: readonly number[]): Buffer => {
  const bytes = Buffer.alloc(4 * values.length);
  for (const [index, value] of values.entries()) bytes.writeUInt32BE(value, 4 * index);
  return bytes;
};
const box = (type: string, ...content: readonly Buffer[]): Buffer => {
  const data = Buffer.concat(content);
  return Buffer.concat([u32(data.length + 8), Buffer.from(type, 'latin1'), data]);
};
/** With version and flags. */
const full = (type: string, flags: number, ...content: readonly Buffer[]): Buffer =>
  box(type, u32(flags), ...content);

const FTYP = box('ftyp', Buffer.from('isom'), u32(512), Buffer.from('isomavc1'));
/** Two pictures of eight bytes. */
const MDAT = box('mdat', Buffer.from('00000004658884000000000465888400', 'hex'));
const FIRST_PICTURE = FTYP.length + 8;
const MATRIX = u32(0x1_0000, 0, 0, 0, 0x1_0000, 0, 0, 0, 0x4000_0000);
const AVC1 = box(
  'avc1',
  Buffer.from('0000000000000001', 'hex'),
  Buffer.alloc(16),
  Buffer.from('0040004000480000004800000000000000010000', 'hex'),
  Buffer.alloc(30),
  Buffer.from('0018ffff', 'hex'),
  box('avcC', Buffer.from('0142c01effe100046742400001000168', 'hex')),
);

interface Tables {
  readonly times?: Buffer;
  readonly sizes?: Buffer;
  readonly chunks?: Buffer;
  readonly places?: Buffer;
  readonly more?: Buffer;
  readonly handler?: string;
}
const NO_TABLES = { times: u32(0), sizes: u32(0, 0), chunks: u32(0), places: u32(0) };

function trak({
  times = u32(1, 2, 500),
  sizes = u32(0, 2, 8, 8),
  chunks = u32(1, 1, 2, 1),
  places = u32(1, FIRST_PICTURE),
  more = Buffer.alloc(0),
  handler = 'vide',
}: Tables): Buffer {
  const table = box(
    'stbl',
    full('stsd', 0, u32(1), AVC1),
    full('stts', 0, times),
    more,
    full('stsc', 0, chunks),
    full('stsz', 0, sizes),
    full('stco', 0, places),
  );
  const media = box(
    'mdia',
    full('mdhd', 0, u32(0, 0, 1000, 1000, 0x55c4_0000)),
    full('hdlr', 0, u32(0), Buffer.from(handler), Buffer.alloc(13)),
    box('minf', full('vmhd', 1, Buffer.alloc(8)), table),
  );
  const header = u32(0, 0, 1, 0, 1000, 0, 0, 0, 0);
  return box('trak', full('tkhd', 3, header, MATRIX, u32(64 << 16, 64 << 16)), media);
}

const moov = (...parts: readonly Buffer[]): Buffer =>
  box(
    'moov',
    full('mvhd', 0, u32(0, 0, 1000, 1000, 0x1_0000, 0x0100_0000, 0, 0), MATRIX, Buffer.alloc(28)),
    ...parts,
  );
const clip = (tables: Tables, ...more: readonly Buffer[]): Buffer =>
  Buffer.concat([FTYP, MDAT, moov(trak(tables), ...more)]);

function inFragments(run: Buffer, more: Buffer = Buffer.alloc(0)): Buffer {
  const index = moov(trak(NO_TABLES), box('mvex', full('trex', 0, u32(1, 1, 500, 8, 0))));
  const track = box('traf', full('tfhd', 0x2_0000, u32(1)), run);
  return Buffer.concat([FTYP, index, box('moof', full('mfhd', 0, u32(1)), track, more), MDAT]);
}

const read = async (bytes: Buffer) => {
  const path = join(folder, 'file.mp4');
  await writeFile(path, bytes);
  return readClip(path, { pictures: true });
};
const DAMAGED = { kind: 'problem', problem: 'not-mp4' };

test('the clips here are whole without a claim', async () => {
  const facts = { kind: 'clip', width: 64, height: 64, seconds: 1, fps: 2 };
  expect(await read(clip({}))).toMatchObject(facts);
  expect(await read(inFragments(full('trun', 0, u32(2))))).toMatchObject({
    kind: 'clip',
    seconds: 1,
  });
});

test.each<[string, Tables]>([
  [
    'pictures of one size',
    { times: u32(1, ALL, 1), sizes: u32(1, ALL), chunks: u32(1, 1, ALL, 1) },
  ],
  ['lengths', { times: u32(1, ALL, 1), more: full('ctts', 0, u32(1, 2, 0)) }],
  ['shifts', { more: full('ctts', 0, u32(1, ALL, 5)) }],
  ['shifts in many runs', { more: full('ctts', 0, u32(3, 2, 0, 1_500_000, 0, 1_500_000, 0)) }],
  ['pictures in one piece', { chunks: u32(1, 1, ALL, 1) }],
])('an index that claims thousands of millions of %s', async (_name, tables) => {
  expect(await read(clip(tables))).toMatchObject({
    ...DAMAGED,
    message: expect.stringMatching(
      /^the index of the clip is damaged: it (?:lists|has) \d+ pictures/,
    ),
  });
});

test('an index that hides its tables in a box with a long length', async () => {
  const inner = trak({ more: full('ctts', 0, u32(1, ALL, 5)) }).subarray(8);
  const long = Buffer.concat([u32(1), Buffer.from('trak'), u32(0, inner.length + 16), inner]);
  expect(await read(Buffer.concat([FTYP, MDAT, moov(long)]))).toMatchObject(DAMAGED);
});

test('a list whose entries go on behind the end of its box', async () => {
  // The box ends behind its first entry; the library goes on into the next box.
  const shifts = Buffer.concat([full('ctts', 0, u32(2, 2, 0)), u32(ALL - 1, 0)]);
  expect(await read(clip({ more: shifts }))).toMatchObject(DAMAGED);
});

test('a fragment that claims thousands of millions of pictures', async () => {
  const message = expect.stringContaining('4294967295 pictures, which') as string;
  expect(await read(inFragments(full('trun', 0, u32(ALL))))).toMatchObject({ ...DAMAGED, message });
});

test('a run of a fragment in the description of the pictures', async () => {
  const hidden = box('traf', full('tfhd', 0x2_0000, u32(1)), full('trun', 0, u32(ALL)));
  const described = full('stsd', 0, u32(1), box('avc1', AVC1.subarray(8), box('moof', hidden)));
  expect(await read(clip({ more: described }))).toMatchObject(DAMAGED);
});

test('a list of fragments that leads into the media is not followed', async () => {
  const run = full('trun', 0, u32(2));
  const whole = inFragments(run);
  const late = full('tfdt', 0, u32(1000));
  const hidden = box(
    'moof',
    box('traf', full('tfhd', 0x2_0000, u32(1)), late, full('trun', 0, u32(ALL))),
  );
  const places = full('tfra', 0, u32(1, 0, 1, 1000, whole.length + 8), Buffer.from([1, 1, 1]));
  const list = box('mfra', places, full('mfro', 0, u32(places.length + 24)));
  expect(await read(Buffer.concat([whole, box('mdat', hidden), list]))).toMatchObject({
    kind: 'clip',
    seconds: 1,
  });
});

test('fragments of a track that nobody knows', async () => {
  const run = box('traf', full('tfhd', 0x2_0000, u32(9)), full('trun', 0, u32(ALL)));
  const message = expect.stringContaining('4294967297 pictures and sounds') as string;
  expect(await read(inFragments(full('trun', 0, u32(2)), run))).toMatchObject({
    ...DAMAGED,
    message,
  });
});

test('a hundred thousand lists, each of which goes on to the end of the index', async () => {
  const count = 100_000;
  const lists = Array.from({ length: count }, (_, at) =>
    full('ctts', 0, u32(2 * (count - at) - 2)),
  );
  expect(await read(clip({ more: Buffer.concat(lists) }))).toMatchObject({
    ...DAMAGED,
    message: 'the index of the clip is damaged: its lists lie over each other',
  });
});

test('a fragment of nine megabytes is not read', async () => {
  const large = inFragments(full('trun', 0, u32(2)), box('free', Buffer.alloc(9 * 1024 * 1024)));
  expect(await read(large)).toMatchObject(DAMAGED);
});

test('a hundred thousand tracks', async () => {
  const tracks = Buffer.concat(Array.from({ length: 100_000 }, () => box('trak')));
  expect(await read(clip({}, tracks))).toMatchObject({
    ...DAMAGED,
    message: 'the index of the clip is damaged: it lists more than 100 tracks',
  });
});

test('a hundred thousand boxes without an index', async () => {
  const boxes = Buffer.concat(Array.from({ length: 99_990 }, () => box('free')));
  expect(await read(Buffer.concat([FTYP, boxes]))).toMatchObject({ problem: 'truncated' });
});

test('sound has a sample for each of its 48,000 moments a second', async () => {
  const hour = 48_000 * 3600;
  const sound = trak({ times: u32(1, hour, 1), sizes: u32(2, hour), handler: 'soun' });
  expect(await read(clip({}, sound))).toMatchObject({ kind: 'clip', seconds: 1 });
});

test('a minute of sound in fragments, each of its moments a sample of its own', async () => {
  const moments = 48_000 * 60;
  const sound = box('traf', full('tfhd', 0x2_0000, u32(2)), full('trun', 0, u32(moments)));
  const clip = inFragments(full('trun', 0, u32(2)), sound);
  expect(await read(clip)).toMatchObject({ kind: 'clip', seconds: 1 });
});

test('pictures that jump to and fro in the file: other work gets its turns', async () => {
  const count = 20_000;
  const half = Buffer.alloc(count * 5, Buffer.from('0000000165', 'hex'));
  const far = half.length + 400_000;
  const places = Array.from({ length: count }, (_, at) => FIRST_PICTURE + (at % 2) * far);
  const tables = {
    times: u32(1, count, 1),
    sizes: u32(5, count),
    chunks: u32(1, 1, 1, 1),
    places: u32(count, ...places),
  };
  const media = box('mdat', half, Buffer.alloc(400_000), half);
  let turns = 0;
  let isReading = true;
  const turn = (): void => {
    turns += 1;
    if (isReading) setImmediate(turn);
  };
  turn();
  const facts = await read(Buffer.concat([FTYP, media, moov(trak(tables))]));
  isReading = false;
  expect(facts).toMatchObject({ kind: 'clip', fps: 1000 });
  // One for each 256 pictures.
  expect(turns).toBeGreaterThan(70);
});
