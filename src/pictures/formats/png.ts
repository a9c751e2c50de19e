/** The chunks of a PNG (ISO/IEC 15948, chapter 5): whether all of them are there. */
import { PNG } from 'image-size/types/png';
import type { Looked } from './looked.ts';

const SIGNATURE_BYTES = 8;
/** Length, name and check sum around the data. */
const AROUND = 12;

export function lookAtPng(bytes: Uint8Array): Looked {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let [hasData, animated, alpha] = [false, false, false];
  for (let at = SIGNATURE_BYTES; at + AROUND <= bytes.length;) {
    const length = view.getUint32(at);
    const name = Buffer.from(bytes.subarray(at + 4, at + 8)).toString('latin1');
    const next = at + AROUND + length;
    if (next > bytes.length) break;
    if (name === 'IDAT') hasData = true;
    if (name === 'acTL') animated = true;
    if (name === 'tRNS') alpha = true;
    // Colour types 4 and 6 have an alpha channel.
    if (name === 'IHDR' && length >= 10) alpha = ((bytes[at + 17] ?? 0) & 4) !== 0;
    if (name === 'IEND') {
      if (!hasData) break;
      const { width, height } = PNG.calculate(bytes);
      return { kind: 'whole', width, height, alpha, animated };
    }
    at = next;
  }
  return { kind: 'cut-short' };
}
