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
/** Pictures and sounds; a minute of sound that is not compressed has three million. */
const MOST_IN_FRAGMENTS = 4_000_000;
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
  /** By which fragments name it. */
  readonly ids: Set<number>;
  /** The most that one of its tables speaks of. */
  pictures: number;
  inAChunk: number;
}

/** Where a table says how many entries it has, and the bytes of each; they begin behind it. */
const TABLES: ReadonlyMap<string, readonly [countAt: number, entryBytes: number]> = new Map([
  ['stts', [4, 8]],
  ['ctts', [4, 8]],
  ['stsc', [4, 12]],
  ['stsz', [8, 4]],
  ['stss', [4, 4]],
  ['stco', [4, 4]],
  ['co64', [4, 8]],
]);

interface Table {
  readonly type: string;
  /** Of the first entry. */
  readonly at: number;
  readonly entries: number;
  readonly entryBytes: number;
}

/** Its entries may go on where the box has ended: the library reads them there, too. */
function tableIn(data: Buffer, { type, at }: Found): Table | undefined {
  const [countAt, entryBytes] = TABLES.get(type) ?? [];
  if (countAt === undefined || entryBytes === undefined) return undefined;
  const first = at + countAt + 4;
  // Pictures of one size have no list.
  const said = type === 'stsz' && u32(data, at + 4) !== 0 ? 0 : u32(data, at + countAt);
  const entries = Math.min(said, Math.max(0, Math.ceil((data.length - first) / entryBytes)));
  return { type, at: first, entries, entryBytes };
}

/** The values at one place of all entries. */
function* valuesOf(data: Buffer, table: Table, place = 0): Generator<number> {
  for (let entry = 0; entry < table.entries; entry++)
    yield u32(data, table.at + entry * table.entryBytes + place);
}

function take(track: TrackClaims, data: Buffer, { type, at }: Found, table?: Table): void {
  if (type === 'hdlr') track.isVideo ||= data.toString('latin1', at + 8, at + 12) === 'vide';
  if (type === 'tkhd') track.ids.add(u32(data, at + (data[at] === 1 ? 20 : 12)));
  if (type === 'stsz' || type === 'stz2')
    track.pictures = Math.max(track.pictures, u32(data, at + 8));
  if (table === undefined) return;
  if (type === 'stts' || type === 'ctts') {
    let sum = 0;
    for (const count of valuesOf(data, table)) sum += count;
    track.pictures = Math.max(track.pictures, sum);
  }
  if (type === 'stsc')
    for (const count of valuesOf(data, table, 4)) track.inAChunk = Math.max(track.inAChunk, count);
}

/** The tracks of an index (the content of a box `moov`), or why it cannot be true. */
function claimsOf(moov: Buffer): readonly TrackClaims[] | string {
  const tracks: TrackClaims[] = [];
  let bytes = 0;
  for (const box of boxesIn(moov)) {
    if (box.type === 'trak') {
      if (tracks.length >= MOST_TRACKS) return `it lists more than ${MOST_TRACKS} tracks`;
      tracks.push({ isVideo: false, ids: new Set(), pictures: 0, inAChunk: 0 });
    }
    const table = tableIn(moov, box);
    if (table !== undefined) bytes += table.entries * table.entryBytes;
    // To read all of them could take days.
    if (bytes > moov.length) return 'its lists lie over each other';
    const track = tracks.at(-1);
    if (track !== undefined) take(track, moov, box, table);
  }
  for (const { isVideo, pictures, inAChunk } of tracks) {
    if (!isVideo) continue;
    if (pictures > MOST_PICTURES) return `it lists ${pictures} pictures, which no clip has`;
    if (pictures * inAChunk > MOST_STEPS)
      return `it has ${inAChunk} pictures in one piece, which no clip has`;
  }
  return tracks;
}

/**
 * Adds the pictures and sounds that runs of fragments claim, by track, whatever box they are in.
 * Those that have a fact of their own are in the bytes of their run.
 */
function addRuns(data: Buffer, claimed: Map<number, number>): void {
  let track = 0;
  let header = data.indexOf('tfhd');
  for (let at = data.indexOf('trun'); at !== -1; at = data.indexOf('trun', at + 4)) {
    for (; header !== -1 && header < at; header = data.indexOf('tfhd', header + 4))
      track = u32(data, header + 8);
    const flags = u32(data, at + 4) & 0xff_ffff;
    const stride = 4 * [0x100, 0x200, 0x400, 0x800].filter((flag) => (flags & flag) !== 0).length;
    const said = u32(data, at + 8);
    const count = stride === 0 ? said : Math.min(said, Math.ceil((data.length - at) / stride));
    claimed.set(track, (claimed.get(track) ?? 0) + count);
  }
}

/** Why the fragments cannot be true. */
function excessOfRuns(
  claimed: ReadonlyMap<number, number>,
  tracks: readonly TrackClaims[],
): string | undefined {
  let all = 0;
  for (const [id, count] of claimed) {
    all += count;
    const isVideo = tracks.some((track) => track.isVideo && track.ids.has(id));
    if (isVideo && count > MOST_PICTURES)
      return `its fragments list ${count} pictures, which no clip has`;
  }
  return all > MOST_IN_FRAGMENTS
    ? `its fragments list ${all} pictures and sounds, which no clip has`
    : undefined;
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
  const contentOf = async ({ offset, bytes }: Box): Promise<Buffer> => {
    const data = await file.read(offset, bytes);
    return data.subarray(u32(data, 0) === 1 ? 16 : 8);
  };
  const tracks: TrackClaims[] = [];
  const claimed = new Map<number, number>();
  for (const box of boxes.filter(({ type }) => type === 'moov')) {
    const moov = await contentOf(box);
    const claims = claimsOf(moov);
    if (typeof claims === 'string') return problem(claims);
    tracks.push(...claims);
    addRuns(moov, claimed);
  }
  for (const box of boxes.filter(({ type }) => type === 'moof')) {
    if (box.bytes > MAX_FRAGMENT_BYTES)
      return problem(`a fragment of it is ${box.bytes} bytes long, which no clip needs`);
    addRuns(await contentOf(box), claimed);
  }
  const excess = excessOfRuns(claimed, tracks);
  return excess === undefined ? undefined : problem(excess);
}
