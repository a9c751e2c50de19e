/** Pictures as H.264 takes them: one plane of brightness, two of colour at half the size (I420), BT.709, limited range. */
import type { Area, SlateSize } from './slate-layout.ts';

export interface Picture extends SlateSize {
  /** Y, then U, then V, without padding. */
  readonly planes: Uint8Array;
}

export const newPicture = ({ width, height }: SlateSize): Picture => ({ width, height, planes: new Uint8Array((width * height * 3) / 2) });

/** Lays RGBA pixels (opaque) of an area over the picture. */
export function paint(picture: Picture, pixels: Uint8Array, { x, y, width, height }: Area): void {
  const { planes, width: stride } = picture;
  const chroma = stride >> 1;
  const u = stride * picture.height;
  const v = u + (u >> 2);
  for (let row = 0; row < height; row += 2) {
    let from = row * width * 4;
    let below = from + width * 4;
    let bright = (y + row) * stride + x;
    let colour = ((y + row) >> 1) * chroma + (x >> 1);
    for (let column = 0; column < width; column += 2) {
      let red = 0;
      let green = 0;
      let blue = 0;
      for (let corner = 0; corner < 4; corner++) {
        const at = (corner < 2 ? from : below) + (corner & 1) * 4;
        const r = pixels[at] ?? 0;
        const g = pixels[at + 1] ?? 0;
        const b = pixels[at + 2] ?? 0;
        // 0.2126, 0.7152, 0.0722 scaled to 219 steps, in 1/65536.
        planes[bright + (corner < 2 ? 0 : stride) + (corner & 1)] = (11966 * r + 40254 * g + 4064 * b + 1081344) >> 16;
        red += r;
        green += g;
        blue += b;
      }
      planes[u + colour] = ((-6596 * red - 22189 * green + 28785 * blue) / 4 + 8421376) >> 16;
      planes[v + colour] = ((28785 * red - 26145 * green - 2640 * blue) / 4 + 8421376) >> 16;
      from += 8;
      below += 8;
      bright += 2;
      colour += 1;
    }
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
  for (let row = y; row < y + height; row++) planes.fill(bright, row * stride + x, row * stride + x + width);
  for (let row = y >> 1; row < (y + height) >> 1; row++) {
    const at = colours + row * (stride >> 1) + (x >> 1);
    planes.fill(u, at, at + (width >> 1));
    planes.fill(v, at + (colours >> 2), at + (colours >> 2) + (width >> 1));
  }
}
