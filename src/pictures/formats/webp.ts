/** The chunks of a WebP (RFC 9649). */
import { WEBP } from 'image-size/types/webp';
import type { Looked } from './looked.ts';

const HEAD_BYTES = 12;
/** Flags in the first byte of a VP8X chunk. */
const ANIMATED = 0x02;
const ALPHA = 0x10;

export function lookAtWebp(bytes: Uint8Array): Looked {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const end = bytes.length < HEAD_BYTES ? Infinity : 8 + view.getUint32(4, true);
  if (end > bytes.length) return { kind: 'cut-short' };
  let [hasPicture, animated, alpha] = [false, false, false];
  for (let at = HEAD_BYTES; at + 8 <= end;) {
    const name = Buffer.from(bytes.subarray(at, at + 4)).toString('latin1');
    const length = view.getUint32(at + 4, true);
    if (at + 8 + length > end) return { kind: 'cut-short' };
    const first = bytes[at + 8] ?? 0;
    if (name === 'VP8X') {
      animated ||= (first & ANIMATED) !== 0;
      alpha ||= (first & ALPHA) !== 0;
    }
    if (name === 'VP8 ' || name === 'VP8L' || name === 'ANMF') hasPicture = true;
    // Bit 28 behind the signature byte.
    if (name === 'VP8L') alpha ||= ((bytes[at + 12] ?? 0) & 0x10) !== 0;
    // Chunks begin at even offsets.
    at += 8 + length + (length % 2);
  }
  if (!hasPicture) return { kind: 'cut-short' };
  const { width, height } = WEBP.calculate(bytes);
  return { kind: 'whole', width, height, alpha, animated };
}
