/**
 * Pictures as H.264 takes them: one plane of brightness, two of colour at half the size (I420),
 * BT.709, limited range.
 */
import type { Area, SlateSize } from './layout.ts';

export interface Picture extends SlateSize {
  /** Y, then U, then V, without padding. */
  readonly planes: Uint8Array;
}

export const newPicture = ({ width, height }: SlateSize): Picture => ({
  width,
  height,
  planes: new Uint8Array((width * height * 3) / 2),
});

/** Lays RGBA pixels (opaque) of an area over the picture. */
export function paint(picture: Picture, pixels: Uint8Array, area: Area): void {
  // Functions for a row: one long loop would run in the interpreter to its end, many times slower.
  for (let row = 0; row < area.height; row++) paintBrightness(picture, pixels, area, row);
  for (let row = 0; row < area.height; row += 2) paintColour(picture, pixels, area, row);
}

/** 0.2126, 0.7152 and 0.0722, scaled to 219 steps above 16; in 1/65536. */
function paintBrightness(
  { planes, width: stride }: Picture,
  pixels: Uint8Array,
  { x, y, width }: Area,
  row: number,
): void {
  let from = row * width * 4;
  let to = (y + row) * stride + x;
  for (const end = to + width; to < end; to++) {
    planes[to] =
      (11966 * (pixels[from] ?? 0) +
        40254 * (pixels[from + 1] ?? 0) +
        4064 * (pixels[from + 2] ?? 0) +
        1081344) >>
      16;
    from += 4;
  }
}

/** The average of four pixels, scaled to 224 steps around 128; in 1/65536. */
function paintColour(
  { planes, width: stride, height }: Picture,
  pixels: Uint8Array,
  { x, y, width }: Area,
  row: number,
): void {
  const u = stride * height;
  const v = u + (u >> 2);
  const below = width * 4;
  let from = row * below;
  let to = ((y + row) >> 1) * (stride >> 1) + (x >> 1);
  for (const end = to + (width >> 1); to < end; to++) {
    const red =
      (pixels[from] ?? 0) +
      (pixels[from + 4] ?? 0) +
      (pixels[from + below] ?? 0) +
      (pixels[from + below + 4] ?? 0);
    const green =
      (pixels[from + 1] ?? 0) +
      (pixels[from + 5] ?? 0) +
      (pixels[from + below + 1] ?? 0) +
      (pixels[from + below + 5] ?? 0);
    const blue =
      (pixels[from + 2] ?? 0) +
      (pixels[from + 6] ?? 0) +
      (pixels[from + below + 2] ?? 0) +
      (pixels[from + below + 6] ?? 0);
    planes[u + to] = (-1649 * red - 5547 * green + 7196 * blue + 8421376) >> 16;
    planes[v + to] = (7196 * red - 6536 * green - 660 * blue + 8421376) >> 16;
    from += 8;
  }
}

/** Fills an area with one colour, `#rrggbb`. */
export function fill(picture: Picture, colour: string, { x, y, width, height }: Area): void {
  const one = newPicture({ width: 2, height: 2 });
  const channels = [1, 3, 5].map((at) => Number.parseInt(colour.slice(at, at + 2), 16));
  paint(
    one,
    Uint8Array.from({ length: 16 }, (_, index) => channels[index % 4] ?? 255),
    { x: 0, y: 0, width: 2, height: 2 },
  );
  const [bright = 16] = one.planes;
  const [u = 128, v = 128] = one.planes.subarray(4);
  const { planes, width: stride } = picture;
  const colours = stride * picture.height;
  for (let row = y; row < y + height; row++)
    planes.fill(bright, row * stride + x, row * stride + x + width);
  for (let row = y >> 1; row < (y + height) >> 1; row++) {
    const at = colours + row * (stride >> 1) + (x >> 1);
    planes.fill(u, at, at + (width >> 1));
    planes.fill(v, at + (colours >> 2), at + (colours >> 2) + (width >> 1));
  }
}
