/**
 * What the index of a file claims, looked at before the library believes it: a table of sixteen
 * bytes can say that four thousand million pictures follow, and to go through them would take
 * hours or all memory.
 */
import type { Box } from './boxes.ts';
import type { ClipProblem } from './facts.ts';
import type { FileBytes } from './file-bytes.ts';

/** A clip of an hour has some 100,000. */
export const MOST_PICTURES = 200_000;
/** A clip has two or three; an edited film may have a dozen. */
const MOST_TRACKS = 100;
/** The library goes through the whole chunk for each picture in it: 1e9 steps take some 5 s. */
const MOST_STEPS = 1_000_000_000;
/** Pictures and sounds; an hour has some 260,000. */
const MOST_IN_FRAGMENTS = 400_000;
/** Fragments of a clip are some kilobytes each. */
export const MAX_FRAGMENT_BYTES = 8 * 1024 * 1024;

/** Boxes in which the library looks for others. */
const CONTAINERS = new Set('trak mdia minf dinf edts stbl mvex sinf schi mfra'.split(' '));

interface Found {
  readonly type: string;
  /** Offset of its content. */
  readonly at: number;
}

/** All boxes at any depth, in the order of the file, as the library finds them. */
function* boxesIn(data: Buffer): Generator<Found> {
  /** Of the containers that are open. */
  const ends = [data.length];
  let at = 0;
  for (let end = ends.at(-1); end !== undefined; end = ends.at(-1)) {
    const isLong = u32(data, at) === 1;
    const bytes = isLong ? u32(data, at + 8) * 2 ** 32 + u32(data, at + 12) : u32(data, at);
    const header = isLong ? 16 : 8;
    if (at + 8 > end || bytes < header) {
      at = end;
      ends.pop();
      continue;
    }
    const type = data.toString('latin1', at + 4, at + 8);
    yield { type, at: at + header };
    const isOpened = CONTAINERS.has(type) && at + bytes <= end;
    if (isOpened) ends.push(at + bytes);
    at += isOpened ? header : bytes;
  }
}

const u32 = (data: Buffer, at: number): number =>
  at + 4 <= data.length ? data.readUInt32BE(at) : 0;

interface TrackClaims {
  isVideo: boolean;
  /** The most that one of its tables speaks of. */
  pictures: number;
  inAChunk: number;
}

/**
 * The sum of a list of `[how many, …]`. Its entries go on where the box has ended: the library
 * reads them there, too.
 */
function sumOf(data: Buffer, { at }: Found, entryBytes: number): number {
  let sum = 0;
  const entries = Math.min(u32(data, at + 4), Math.ceil((data.length - at - 8) / entryBytes));
  for (let entry = 0; entry < entries; entry++) sum += u32(data, at + 8 + entry * entryBytes);
  return sum;
}

function largestChunk(data: Buffer, { at }: Found): number {
  let largest = 0;
  const entries = Math.min(u32(data, at + 4), Math.ceil((data.length - at - 8) / 12));
  for (let entry = 0; entry < entries; entry++)
    largest = Math.max(largest, u32(data, at + 12 + entry * 12));
  return largest;
}

function take(track: TrackClaims, data: Buffer, box: Found): void {
  const pictures = (count: number): void => {
    track.pictures = Math.max(track.pictures, count);
  };
  switch (box.type) {
    case 'hdlr':
      track.isVideo ||= data.toString('latin1', box.at + 8, box.at + 12) === 'vide';
      return;
    case 'stts':
    case 'ctts':
      return pictures(sumOf(data, box, 8));
    case 'stsz':
    case 'stz2':
      return pictures(u32(data, box.at + 8));
    case 'stsc':
      track.inAChunk = Math.max(track.inAChunk, largestChunk(data, box));
  }
}

/** Why an index (the content of a box `moov`) cannot be true; half a sentence. */
function excessOfIndex(moov: Buffer): string | undefined {
  const tracks: TrackClaims[] = [];
  for (const box of boxesIn(moov)) {
    if (box.type === 'trak') {
      if (tracks.length >= MOST_TRACKS) return `it lists more than ${MOST_TRACKS} tracks`;
      tracks.push({ isVideo: false, pictures: 0, inAChunk: 0 });
    }
    const track = tracks.at(-1);
    if (track !== undefined) take(track, moov, box);
  }
  for (const { isVideo, pictures, inAChunk } of tracks) {
    if (!isVideo) continue;
    if (pictures > MOST_PICTURES) return `it lists ${pictures} pictures, which no clip has`;
    if (pictures * inAChunk > MOST_STEPS)
      return `it has ${inAChunk} pictures in one piece, which no clip has`;
  }
  return undefined;
}

/**
 * Pictures and sounds that runs of fragments claim, whatever box they are in. Those that have a
 * fact of their own are in the bytes of their run.
 */
function claimedIn(data: Buffer): number {
  let claimed = 0;
  for (let at = data.indexOf('trun'); at !== -1; at = data.indexOf('trun', at + 4)) {
    const flags = u32(data, at + 4) & 0xff_ffff;
    const stride = 4 * [0x100, 0x200, 0x400, 0x800].filter((flag) => (flags & flag) !== 0).length;
    const count = u32(data, at + 8);
    claimed += stride === 0 ? count : Math.min(count, Math.ceil((data.length - at) / stride));
  }
  return claimed;
}

/**
 * A sentence about an index that lists more than any clip has; `undefined`: the library may read
 * it. Rejects only on a read error.
 */
export async function excessOf(
  file: FileBytes,
  boxes: readonly Box[],
): Promise<ClipProblem | undefined> {
  const problem = (why: string): ClipProblem => ({
    kind: 'problem',
    problem: 'not-mp4',
    message: `the index of the clip is damaged: ${why}`,
  });
  let claimed = 0;
  for (const { type, offset, bytes } of boxes) {
    if (type !== 'moov' && type !== 'moof') continue;
    if (type === 'moof' && bytes > MAX_FRAGMENT_BYTES)
      return problem(`a fragment of it is ${bytes} bytes long, which no clip needs`);
    const data = await file.read(offset, bytes);
    const content = data.subarray(u32(data, 0) === 1 ? 16 : 8);
    const excess = type === 'moov' ? excessOfIndex(content) : undefined;
    if (excess !== undefined) return problem(excess);
    claimed += claimedIn(content);
    if (claimed > MOST_IN_FRAGMENTS)
      return problem(`its fragments list ${claimed} pictures and sounds, which no clip has`);
  }
  return undefined;
}
