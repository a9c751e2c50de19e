/**
 * Takes the times of making out of an MP4 file, so that the same pictures give the same bytes at
 * any time.
 */

/** Boxes that lead to a time, or hold one (ISO/IEC 14496-12). */
const CONTAINERS = new Set(['moov', 'trak', 'mdia']);
const HOLDERS = new Set(['mvhd', 'tkhd', 'mdhd']);
/** Size and type, then version and flags. */
const HEADER = 8;
const FULL_HEADER = 12;

/**
 * In place. For files of our own only: boxes are trusted to be well formed and smaller than 4 GiB.
 */
export function forgetTimes(file: Buffer): void {
  for (let at = 0; at + HEADER <= file.length;) {
    const length = file.readUInt32BE(at);
    if (length < HEADER) return;
    const type = file.toString('latin1', at + 4, at + HEADER);
    if (CONTAINERS.has(type)) forgetTimes(file.subarray(at + HEADER, at + length));
    // Made and changed: 32 bits each, 64 in version 1. Zero is 1904, which means "not known".
    if (HOLDERS.has(type))
      file.fill(0, at + FULL_HEADER, at + FULL_HEADER + (file[at + HEADER] === 1 ? 16 : 8));
    at += length;
  }
}
