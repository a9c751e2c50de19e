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

interface Frame {
  readonly width: number;
  readonly height: number;
  readonly colours: number;
}

export function lookAtJpeg(bytes: Uint8Array): Looked {
  let frame: Frame | undefined;
  let [scans, at] = [0, 2];
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
    else if (mark === END) return scans === 0 || !frame?.colours ? CUT : whole(bytes, frame);
    else if (isBare(mark)) at += 2;
    else {
      const length = u16(bytes, at + 2);
      if (length < 2 || at + 2 + length > bytes.length) break;
      if (isFrame(mark))
        frame ??= {
          height: u16(bytes, at + 5),
          width: u16(bytes, at + 7),
          colours: bytes[at + 9] ?? 0,
        };
      if (mark === SCAN) scans += 1;
      at += 2 + length;
    }
  }
  return CUT;
}

const CUT = { kind: 'cut-short' } as const;

const u16 = (bytes: Uint8Array, at: number): number =>
  ((bytes[at] ?? 0) << 8) | (bytes[at + 1] ?? 0);

function whole(bytes: Uint8Array, { width, height, colours }: Frame): Looked {
  const orientation = orientationOf(bytes);
  return {
    kind: 'whole',
    width,
    height,
    alpha: false,
    ...(colours === 4 ? { cmyk: true } : {}),
    ...(orientation !== undefined && orientation >= 2 && orientation <= 8 ? { orientation } : {}),
  };
}

/** The library refuses good pictures: with fill bytes before a mark, or arithmetic codes. */
function orientationOf(bytes: Uint8Array): number | undefined {
  try {
    return JPG.calculate(bytes).orientation;
  } catch {
    return undefined;
  }
}
