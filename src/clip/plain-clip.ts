/**
 * The facts of an ordinary clip (one H.264 track, sound only as mp4a, all pictures listed in one
 * index) from its boxes: ISO/IEC 14496-12 and -15. Most clips are like that, and mediabunny, which
 * reads every other kind, takes three times as long. Whatever is unusual or damaged is left to
 * mediabunny: this file only ever says that a clip is whole. Titles and tool names are not checked.
 */
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Walked } from './boxes.ts';
import { MOST_PICTURES } from './claims.ts';
import type { ClipFacts } from './facts.ts';
import type { FileBytes } from './file-bytes.ts';
import { fills } from './packets.ts';
import { find, indexOf, partsOf, u32, u64, versionOf } from './track-index.ts';

/** Bytes of pictures that are checked before other work gets a turn. */
const BYTES_IN_A_TURN = 2 * 1024 * 1024;
/** To look at a picture costs at least what these bytes cost. */
const LEAST_BYTES = 8 * 1024;
/** No rotation, no scaling, no shift: 16.16 and, in the last column, 2.30. */
const IDENTITY = [0x1_0000, 0, 0, 0, 0x1_0000, 0, 0, 0, 0x4000_0000];
/** Units of pictures each have their length in front, in four bytes. */
const LENGTH_BYTES = 4;

/** `pictures`: whether all of them are looked at, or the last alone. `undefined`: not ordinary. */
export async function readPlainClip(
  file: FileBytes,
  { boxes }: Walked,
  pictures: boolean,
): Promise<ClipFacts | undefined> {
  const indexes = boxes.filter(({ type }) => type === 'moov' || type === 'moof');
  const moov = indexes.length === 1 ? await indexOf(file, boxes) : undefined;
  if (moov === undefined || find(moov, ['mvex']) !== undefined) return undefined;
  const tracks = [...partsOf(moov)].filter(({ type }) => type === 'trak').map(({ data }) => data);
  const [video, ...others] = tracks.filter((track) => handlerOf(track) === 'vide');
  const sounds = tracks.filter((track) => handlerOf(track) === 'soun');
  if (video === undefined || others.length > 0 || sounds.length + 1 !== tracks.length)
    return undefined;
  if (!sounds.every((track) => isOrdinarySound(track))) return undefined;
  const look = lookOf(video);
  const list = picturesOf(video);
  if (look === undefined || list === undefined) return undefined;
  const looked = pictures ? list.all : list.all.slice(list.last, list.last + 1);
  if (!(await areWhole(file, looked))) return undefined;
  return {
    kind: 'clip',
    ...look,
    seconds: Math.round(list.seconds * 1000) / 1000,
    audio: sounds.length > 0,
    bytes: file.size,
    fps: Math.round(list.perSecond * 1000) / 1000,
  };
}

const handlerOf = (track: Buffer): string | undefined =>
  find(track, ['mdia', 'hdlr'])?.toString('latin1', 8, 12);

const tableOf = (track: Buffer): Buffer => find(track, ['mdia', 'minf', 'stbl']) ?? Buffer.alloc(0);

/** The one description of a track's samples. */
function entryOf(track: Buffer): { readonly type: string; readonly data: Buffer } | undefined {
  const described = find(tableOf(track), ['stsd']);
  if (described === undefined || u32(described, 4) !== 1) return undefined;
  const [entry] = partsOf(described.subarray(8));
  return entry;
}

const isOrdinarySound = (track: Buffer): boolean =>
  entryOf(track)?.type === 'mp4a' && u32(find(tableOf(track), ['stsz']), 8) > 0;

/** Size as shown, and codec. */
function lookOf(track: Buffer): Pick<ClipFacts, 'width' | 'height' | 'codec'> | undefined {
  const header = find(track, ['tkhd']);
  const matrixAt = versionOf(header) === 1 ? 52 : 40;
  if (!IDENTITY.every((value, at) => u32(header, matrixAt + 4 * at) === value)) return undefined;
  const entry = entryOf(track);
  if (entry?.type !== 'avc1' || entry.data.length < 78) return undefined;
  const parts = new Map(
    [...partsOf(entry.data.subarray(78))].map(({ type, data }) => [type, data]),
  );
  const config = parts.get('avcC');
  const ratio = parts.get('pasp');
  const isSquare = ratio === undefined || u32(ratio, 0) === u32(ratio, 4);
  if (config === undefined || config.length < 7 || !isSquare || parts.has('clap')) return undefined;
  if (((config[4] ?? 0) & 3) + 1 !== LENGTH_BYTES) return undefined;
  const [width, height] = [entry.data.readUInt16BE(24), entry.data.readUInt16BE(26)];
  if (width === 0 || height === 0) return undefined;
  return { width, height, codec: `avc1.${config.toString('hex', 1, 4)}` };
}

interface Picture {
  readonly offset: number;
  readonly bytes: number;
}

interface Pictures {
  /** In the order of the file's index. */
  readonly all: readonly Picture[];
  /** Which of them is shown last. */
  readonly last: number;
  readonly seconds: number;
  readonly perSecond: number;
}

function picturesOf(track: Buffer): Pictures | undefined {
  const header = find(track, ['mdia', 'mdhd']);
  const timescale = u32(header, versionOf(header) === 1 ? 20 : 12);
  const table = tableOf(track);
  const all = placesIn(table);
  const start = editStart(track);
  if (timescale === 0 || all === undefined || start === undefined) return undefined;
  const durations = runs(find(table, ['stts']), all.length);
  const shifts = find(table, ['ctts']);
  const offsets = shifts === undefined ? undefined : runs(shifts, all.length);
  if (durations === undefined || (shifts !== undefined && offsets === undefined)) return undefined;
  let ticks = 0;
  let last = 0;
  let [first, soonest, latest, end, endOfLast] = [0, Infinity, -Infinity, -Infinity, 0];
  for (const [at, duration] of durations.entries()) {
    const shift = offsets?.[at] ?? 0;
    // Signed in newer files; older ones, where it is not, have none so large.
    const shown = ticks + (shift >= 2 ** 31 ? shift - 2 ** 32 : shift) - start;
    if (at === 0) first = shown;
    if (shown >= latest) [latest, last, endOfLast] = [shown, at, shown + duration];
    soonest = Math.min(soonest, shown);
    end = Math.max(end, shown + duration);
    ticks += duration;
  }
  const seconds = (endOfLast - Math.max(0, first)) / timescale;
  const perSecond = (all.length * timescale) / (end - soonest);
  if (!(seconds > 0 && perSecond > 0 && Number.isFinite(perSecond))) return undefined;
  return { all, last, seconds, perSecond };
}

/** Where the track begins to be shown, in its own ticks. `undefined`: it is cut in other ways. */
function editStart(track: Buffer): number | undefined {
  const list = find(track, ['edts', 'elst']);
  if (list === undefined) return 0;
  if (versionOf(list) !== 0 || u32(list, 4) !== 1 || u32(list, 16) !== 0x1_0000) return undefined;
  const start = u32(list, 12);
  return start < 2 ** 31 ? start : undefined;
}

/** A list of `[how many, value]` as one value for each of `count`. */
function runs(list: Buffer | undefined, count: number): readonly number[] | undefined {
  if (list === undefined || 8 + 8 * u32(list, 4) > list.length) return undefined;
  const values: number[] = [];
  for (let run = 0; run < u32(list, 4); run++) {
    const length = u32(list, 8 + 8 * run);
    if (values.length + length > count) return undefined;
    const value = u32(list, 12 + 8 * run);
    for (let at = 0; at < length; at++) values.push(value);
  }
  return values.length === count ? values : undefined;
}

/** Where each picture is in the file: pictures lie in chunks, one after the other. */
function placesIn(table: Buffer): readonly Picture[] | undefined {
  const [sizes, chunked] = [find(table, ['stsz']), find(table, ['stsc'])];
  const [short, long] = [find(table, ['stco']), find(table, ['co64'])];
  const chunks = short ?? long;
  const count = u32(sizes, 8);
  if (sizes === undefined || chunked === undefined || chunks === undefined) return undefined;
  const same = u32(sizes, 4);
  if (count === 0 || count > MOST_PICTURES) return undefined;
  if (same === 0 && 12 + 4 * count > sizes.length) return undefined;
  const ofChunks = u32(chunks, 4);
  const ofRuns = u32(chunked, 4);
  if (8 + 12 * ofRuns > chunked.length || ofRuns === 0 || u32(chunked, 8) !== 1) return undefined;
  if (8 + ofChunks * (short === undefined ? 8 : 4) > chunks.length) return undefined;
  const places: Picture[] = [];
  let run = 0;
  for (let chunk = 0; chunk < ofChunks && places.length < count; chunk++) {
    // Chunks are counted from 1.
    while (run + 1 < ofRuns && u32(chunked, 8 + 12 * (run + 1)) <= chunk + 1) run += 1;
    let offset = short === undefined ? u64(chunks, 8 + 8 * chunk) : u32(chunks, 8 + 4 * chunk);
    const inChunk = u32(chunked, 12 + 12 * run);
    for (let at = 0; at < inChunk && places.length < count; at++) {
      const bytes = same === 0 ? u32(sizes, 12 + 4 * places.length) : same;
      places.push({ offset, bytes });
      offset += bytes;
    }
  }
  return places.length === count ? places : undefined;
}

async function areWhole(file: FileBytes, pictures: readonly Picture[]): Promise<boolean> {
  let looked = 0;
  let left = file.size;
  // From the beginning to the end: to jump to and fro would read the file again and again.
  for (const { offset, bytes } of pictures.toSorted((a, b) => a.offset - b.offset)) {
    left -= bytes;
    // More than the file has: they lie over each other, and to read all of them could take days.
    if (bytes === 0 || offset + bytes > file.size || left < 0) return false;
    const read = file.read(offset, bytes, true);
    if (!fills(read instanceof Promise ? await read : read, LENGTH_BYTES)) return false;
    looked += Math.max(bytes, LEAST_BYTES);
    if (looked < BYTES_IN_A_TURN) continue;
    looked = 0;
    await nextTurn();
  }
  return true;
}
