/** The segments of a JPEG (ITU-T T.81, annex B) up to its end mark. */
import { JPG } from 'image-size/types/jpg';
import type { Looked } from './looked.ts';

const END = 0xd9;
const SCAN = 0xda;
/** Marks without a length: restarts, start, end, and the filler of old encoders. */
const isBare = (mark: number): boolean => (mark >= 0xd0 && mark <= END) || mark === 0x01;
/** Start of a frame, less the tables that share its range. */
const isFrame = (mark: number): boolean =>
  mark >= 0xc0 && mark <= 0xcf && mark !== 0xc4 && mark !== 0xc8 && mark !== 0xcc;

export function lookAtJpeg(bytes: Uint8Array): Looked {
  let [colours, scans, at] = [0, 0, 2];
  while (at + 1 < bytes.length) {
    if (bytes[at] !== 0xff) {
      // Inside of a scan: up to the next mark. 0xff00 is a byte of the picture.
      at = bytes.indexOf(0xff, at);
      if (at === -1) break;
      continue;
    }
    const mark = bytes[at + 1] ?? 0;
    if (mark === 0xff) at += 1;
    else if (mark === 0x00) at += 2;
    else if (mark === END) return scans === 0 || colours === 0 ? CUT : whole(bytes, colours);
    else if (isBare(mark)) at += 2;
    else {
      const length = ((bytes[at + 2] ?? 0) << 8) | (bytes[at + 3] ?? 0);
      if (length < 2 || at + 2 + length > bytes.length) break;
      if (isFrame(mark)) colours = bytes[at + 9] ?? 0;
      if (mark === SCAN) scans += 1;
      at += 2 + length;
    }
  }
  return CUT;
}

const CUT = { kind: 'cut-short' } as const;

function whole(bytes: Uint8Array, colours: number): Looked {
  const { width, height, orientation } = JPG.calculate(bytes);
  return {
    kind: 'whole',
    width,
    height,
    alpha: false,
    ...(colours === 4 ? { cmyk: true } : {}),
    ...(orientation !== undefined && orientation >= 2 && orientation <= 8 ? { orientation } : {}),
  };
}
