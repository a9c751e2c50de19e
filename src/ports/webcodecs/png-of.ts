/** Pixels as the file of a PNG. */
import { crc32, deflateSync } from 'node:zlib';

const SIGNATURE = Buffer.from('89504e470d0a1a0a', 'hex');
const RGB = 2;
/** Each row as its difference to the one above, which packs well. */
const UP = 2;

/**
 * `rgba`: four bytes a pixel, row by row; how opaque they are is left out, clips have none of it.
 */
export function pngOf(width: number, height: number, rgba: Uint8Array): Buffer {
  const row = 1 + width * 3;
  const rows = Buffer.alloc(row * height);
  const at = (x: number, y: number, part: number): number =>
    y < 0 ? 0 : (rgba[(y * width + x) * 4 + part] ?? 0);
  for (let y = 0; y < height; y++) {
    rows[y * row] = UP;
    for (let x = 0; x < width; x++)
      for (let part = 0; part < 3; part++)
        rows[y * row + 1 + x * 3 + part] = at(x, y, part) - at(x, y - 1, part);
  }
  const head = Buffer.alloc(13);
  head.writeUInt32BE(width, 0);
  head.writeUInt32BE(height, 4);
  head.set([8, RGB], 8);
  return Buffer.concat([
    SIGNATURE,
    chunk('IHDR', head),
    chunk('IDAT', deflateSync(rows, { level: 6 })),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

function chunk(type: string, data: Uint8Array): Buffer {
  const named = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const whole = Buffer.alloc(named.length + 8);
  whole.writeUInt32BE(data.length, 0);
  whole.set(named, 4);
  whole.writeUInt32BE(crc32(named), named.length + 4);
  return whole;
}
