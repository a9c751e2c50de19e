/**
 * The tracks of an MP4 file, from the index (its box `moov`) and from the fragments (boxes
 * `moof`): ISO/IEC 14496-12. A file may have both: `frag_keyframe` of ffmpeg puts the first
 * second into the index and the rest into fragments, which metadata parsers leave out.
 */
import type { Box } from './boxes.ts';
import { MAX_FRAGMENT_BYTES } from './claims.ts';
import type { FileBytes } from './file-bytes.ts';

interface TrackIndex {
  readonly id: number;
  readonly isVideo: boolean;
  /** Ticks in a second. */
  readonly timescale: number;
  /** Pictures or sounds that the index itself lists, and their length in ticks. */
  readonly samples: number;
  readonly ticks: number;
  /** Sample entries: `avc1`; `encv` and `enca` where the track is encrypted. */
  readonly entries: readonly string[];
}

export interface FileIndex {
  readonly tracks: readonly TrackIndex[];
  /** Length that the index promises for all fragments together, in seconds (`mehd`). */
  readonly promisedSeconds?: number;
  readonly isEncrypted: boolean;
  /** Length of a sample in a fragment, in ticks, by track. */
  readonly defaults: ReadonlyMap<number, number>;
}

/** The data of one track in the fragments. */
export interface FragmentTotals {
  readonly samples: number;
  /** Where the last one ends, in ticks from the beginning of the track. */
  readonly endTicks: number;
}

/** Lists in a box are no longer than the box. */
const DEEPEST = 8;

interface Part {
  readonly type: string;
  readonly data: Buffer;
}

/** Boxes inside a box. Ends at the first bytes that are not a box. */
export function* partsOf(data: Buffer): Generator<Part> {
  for (let at = 0; at + 8 <= data.length;) {
    const bytes = data.readUInt32BE(at);
    if (bytes < 8 || at + bytes > data.length) return;
    yield {
      type: data.toString('latin1', at + 4, at + 8),
      data: data.subarray(at + 8, at + bytes),
    };
    at += bytes;
  }
}

export const find = (data: Buffer, path: readonly string[]): Buffer | undefined => {
  if (path.length > DEEPEST) return undefined;
  const [first, ...rest] = path;
  if (first === undefined) return data;
  for (const part of partsOf(data)) {
    if (part.type !== first) continue;
    const inner = find(part.data, rest);
    if (inner !== undefined) return inner;
  }
  return undefined;
};

/** A number at a place that may not be there. */
export const u32 = (data: Buffer | undefined, at: number): number =>
  data !== undefined && at + 4 <= data.length ? data.readUInt32BE(at) : 0;
export const u64 = (data: Buffer | undefined, at: number): number =>
  data !== undefined && at + 8 <= data.length ? Number(data.readBigUInt64BE(at)) : 0;
export const versionOf = (data: Buffer | undefined): number => data?.[0] ?? 0;

async function contentOf(file: FileBytes, box: Box, most: number): Promise<Buffer | undefined> {
  if (box.bytes > most || box.bytes < 8) return undefined;
  const data = await file.read(box.offset, box.bytes);
  if (data.length < box.bytes) return undefined;
  return data.subarray(data.readUInt32BE(0) === 1 ? 16 : 8);
}

/** The content of the box `moov`, `undefined` if it is missing. Rejects only on a read error. */
export async function indexOf(file: FileBytes, boxes: readonly Box[]): Promise<Buffer | undefined> {
  const box = boxes.find(({ type }) => type === 'moov');
  return box === undefined ? undefined : await contentOf(file, box, box.bytes);
}

/** Rejects only on a read error. `undefined`: the file has no index that can be read. */
export async function readIndex(
  file: FileBytes,
  boxes: readonly Box[],
): Promise<FileIndex | undefined> {
  const moov = await indexOf(file, boxes);
  if (moov === undefined) return undefined;
  const tracks: TrackIndex[] = [];
  const defaults = new Map<number, number>();
  for (const { type, data } of partsOf(moov)) {
    if (type === 'trak') tracks.push(trackOf(data));
    if (type !== 'mvex') continue;
    for (const part of partsOf(data))
      if (part.type === 'trex') defaults.set(u32(part.data, 4), u32(part.data, 12));
  }
  const mehd = find(moov, ['mvex', 'mehd']);
  const promised = versionOf(mehd) === 1 ? u64(mehd, 4) : u32(mehd, 4);
  const mvhd = find(moov, ['mvhd']);
  const timescale = u32(mvhd, versionOf(mvhd) === 1 ? 20 : 12);
  return {
    tracks,
    defaults,
    isEncrypted: tracks.some(({ entries }) => entries.some((name) => /^enc[a-z]$/.test(name))),
    ...(promised > 0 && timescale > 0 && { promisedSeconds: promised / timescale }),
  };
}

function trackOf(trak: Buffer): TrackIndex {
  const tkhd = find(trak, ['tkhd']);
  const mdhd = find(trak, ['mdia', 'mdhd']);
  const hdlr = find(trak, ['mdia', 'hdlr']);
  const table = find(trak, ['mdia', 'minf', 'stbl']) ?? Buffer.alloc(0);
  const stts = find(table, ['stts']);
  let samples = 0;
  let ticks = 0;
  const entries = Math.min(u32(stts, 4), Math.floor(((stts?.length ?? 0) - 8) / 8));
  for (let entry = 0; entry < entries; entry++) {
    const count = u32(stts, 8 + entry * 8);
    samples += count;
    ticks += count * u32(stts, 12 + entry * 8);
  }
  return {
    id: u32(tkhd, versionOf(tkhd) === 1 ? 20 : 12),
    isVideo: hdlr?.toString('latin1', 8, 12) === 'vide',
    timescale: u32(mdhd, versionOf(mdhd) === 1 ? 20 : 12),
    samples,
    ticks,
    entries: [...partsOf(find(table, ['stsd'])?.subarray(8) ?? Buffer.alloc(0))].map(
      ({ type }) => type,
    ),
  };
}

/** Totals of each track over all fragments. Rejects only on a read error. */
export async function readFragments(
  file: FileBytes,
  boxes: readonly Box[],
  index: FileIndex,
): Promise<ReadonlyMap<number, FragmentTotals>> {
  const totals = new Map<number, { samples: number; endTicks: number }>();
  for (const box of boxes) {
    if (box.type !== 'moof') continue;
    const moof = await contentOf(file, box, MAX_FRAGMENT_BYTES);
    if (moof === undefined) continue;
    for (const { type, data } of partsOf(moof)) {
      if (type !== 'traf') continue;
      const tfhd = find(data, ['tfhd']);
      const id = u32(tfhd, 4);
      const known = totals.get(id) ?? {
        samples: 0,
        endTicks: index.tracks.find((track) => track.id === id)?.ticks ?? 0,
      };
      const added = samplesOf(data, defaultOf(tfhd) ?? index.defaults.get(id) ?? 0);
      const tfdt = find(data, ['tfdt']);
      const startTicks =
        tfdt === undefined ? known.endTicks : versionOf(tfdt) === 1 ? u64(tfdt, 4) : u32(tfdt, 4);
      totals.set(id, {
        samples: known.samples + added.samples,
        endTicks: Math.max(known.endTicks, startTicks + added.ticks),
      });
    }
  }
  return totals;
}

/** Bits of the flags of `tfhd` and `trun`. */
const HAS = {
  baseOffset: 0x1,
  description: 0x2,
  defaultDuration: 0x8,
  dataOffset: 0x1,
  firstFlags: 0x4,
  duration: 0x100,
  size: 0x200,
  flags: 0x400,
  composition: 0x800,
} as const;
const flagsOf = (data: Buffer | undefined): number => u32(data, 0) & 0xffffff;

function defaultOf(tfhd: Buffer | undefined): number | undefined {
  const flags = flagsOf(tfhd);
  if ((flags & HAS.defaultDuration) === 0) return undefined;
  const before = (flags & HAS.baseOffset ? 8 : 0) + (flags & HAS.description ? 4 : 0);
  return u32(tfhd, 8 + before);
}

function samplesOf(traf: Buffer, fallback: number): { samples: number; ticks: number } {
  let samples = 0;
  let ticks = 0;
  for (const { type, data } of partsOf(traf)) {
    if (type !== 'trun') continue;
    const flags = flagsOf(data);
    const start = 8 + (flags & HAS.dataOffset ? 4 : 0) + (flags & HAS.firstFlags ? 4 : 0);
    const fields = [HAS.duration, HAS.size, HAS.flags, HAS.composition];
    const stride = 4 * fields.filter((field) => (flags & field) !== 0).length;
    const said = u32(data, 4);
    const count = stride === 0 ? said : Math.min(said, Math.floor((data.length - start) / stride));
    samples += count;
    if ((flags & HAS.duration) === 0) ticks += count * fallback;
    else for (let at = 0; at < count; at++) ticks += u32(data, start + at * stride);
  }
  return { samples, ticks };
}
