/**
 * The top-level boxes of an MP4 or QuickTime file, read by their headers alone. Metadata parsers
 * accept a file whose media data was cut short; this walk does not.
 */
import { defined } from '../defined.ts';
import type { ClipProblem } from './facts.ts';
import type { FileBytes } from './file-bytes.ts';
import { nameOfFormat } from './format-of.ts';

export interface Box {
  readonly type: string;
  /** Of the whole box, header included. */
  readonly bytes: number;
  readonly offset: number;
}

/** Boxes that a file may begin with (ISO/IEC 14496-12; `wide` and `pnot` are QuickTime). */
const FIRST = new Set([
  'ftyp',
  'styp',
  'moov',
  'moof',
  'mdat',
  'free',
  'skip',
  'wide',
  'pnot',
  'uuid',
  'sidx',
]);
/** Boxes that only a cut file ends in: anything else behind a whole clip is stray bytes. */
const MEDIA = new Set([...FIRST, 'mfra', 'emsg', 'prft', 'meta', 'ssix', 'pdin']);
const PRINTABLE = /^[\x20-\x7e\xa9]{4}$/;
/** A sound file has a handful; one fragment a second for an hour has some 7,200. */
const MAX_BOXES = 100_000;
/** The index of an hour of video takes a few megabytes. */
const MAX_INDEX_BYTES = 64 * 1024 * 1024;

export interface Walked {
  readonly boxes: readonly Box[];
  /** Bytes behind the last box that belong to nothing. */
  readonly strayBytes: number;
}

/**
 * Reads 16 bytes per box, wherever it is, and never the data in it. Bytes behind a whole clip that
 * are no box are tolerated: players ignore them. Rejects only on a read error.
 */
export async function walkBoxes(file: FileBytes): Promise<Walked | ClipProblem> {
  const { size } = file;
  if (size === 0) return { kind: 'problem', problem: 'empty', message: 'the file is empty' };
  const other = nameOfFormat(await file.read(0, 512));
  if (other !== undefined)
    return {
      kind: 'problem',
      problem: other.problem,
      message: `the file is ${other.name}, not an MP4 clip`,
      ...defined({ videoEnding: other.videoEnding }),
    };

  const boxes: Box[] = [];
  const types = new Set<string>();
  const has = (type: string): boolean => types.has(type);
  let offset = 0;
  while (offset < size) {
    if (boxes.length >= MAX_BOXES)
      return notMp4(`the file has more than ${MAX_BOXES} top-level boxes`);
    const header = await file.read(offset, 16);
    const left = size - offset;
    if (has('moov') && has('mdat') && isStray(header, left, boxes))
      return { boxes, strayBytes: left };
    if (header.length < 8) {
      return boxes.length === 0
        ? notMp4(`the file is only ${size} bytes long`)
        : truncated(`it ends inside the header of a box, at byte ${size}`);
    }
    const type = header.toString('latin1', 4, 8);
    if (!PRINTABLE.test(type))
      return notMp4(
        boxes.length === 0
          ? 'the file is not an MP4 clip'
          : `there is no MP4 box at byte ${offset}`,
      );
    if (boxes.length === 0 && !FIRST.has(type)) return notMp4('the file is not an MP4 clip');
    const bytes = boxLength(header, left);
    if (bytes === undefined)
      return notMp4(`the box "${type}" at byte ${offset} has an impossible length`);
    if (bytes > left) return truncated(`its box "${type}" needs ${bytes - left} more bytes`);
    if (type === 'moov' && bytes > MAX_INDEX_BYTES)
      return notMp4(`the index of the file is ${bytes} bytes long, which no clip needs`);
    boxes.push({ type, bytes, offset });
    types.add(type);
    offset += bytes;
  }
  if (!has('moov')) return truncated('its index (the box "moov") is missing');
  if (!has('mdat')) return truncated('its media data (the box "mdat") is missing');
  return { boxes, strayBytes: 0 };
}

/** Whether this place has neither a box nor the beginning of one that was cut. */
function isStray(header: Buffer, left: number, boxes: readonly Box[]): boolean {
  if (header.length < 8) {
    // A file of fragments may end in the middle of the next header; its list of them comes last.
    const last = boxes.at(-1)?.type;
    return !boxes.some(({ type }) => type === 'moof') || last === 'mfra';
  }
  const type = header.toString('latin1', 4, 8);
  if (!PRINTABLE.test(type)) return true;
  const bytes = boxLength(header, left);
  return !MEDIA.has(type) && (bytes === undefined || bytes > left);
}

/**
 * 1 means that a 64-bit length follows, 0 that the box extends to the end of the file. `undefined`:
 * shorter than its own header.
 */
function boxLength(header: Buffer, left: number): number | undefined {
  const short = header.readUInt32BE(0);
  if (short === 0) return left;
  if (short !== 1) return short < 8 ? undefined : short;
  if (header.length < 16) return 16;
  const long = Number(header.readBigUInt64BE(8));
  return long < 16 ? undefined : long;
}

const truncated = (why: string): ClipProblem => ({
  kind: 'problem',
  problem: 'truncated',
  message: `the clip is incomplete: ${why}`,
  videoEnding: '.mp4',
});
const notMp4 = (message: string): ClipProblem => ({ kind: 'problem', problem: 'not-mp4', message });
