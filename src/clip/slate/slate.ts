/**
 * Slates: the placeholder clips of a draft. Real, playable H.264 that says which scene it stands
 * for.
 */
import { encodeClip } from './encode.ts';
import { rasterize } from './raster.ts';
import {
  accentOf,
  barAreas,
  counterArea,
  drawCounter,
  drawPicture,
  drawStill,
  type SlateBackground,
  type SlateLines,
  type SlateSize,
} from './layout.ts';
import { type Readable, readable } from './readable.ts';
import { fill, newPicture, paint } from './yuv.ts';

export interface SlateSpec extends SlateSize {
  readonly lines: SlateLines;
  /** Default: a plain one. */
  readonly background?: SlateBackground;
  /** The first second shows this picture alone, as a clip begins with its first frame. */
  readonly opening?: SlateBackground;
  /** Whole, 1 to 60. */
  readonly seconds: number;
  /** A silent sound track. */
  readonly audio: boolean;
}

const BAR_REST = '#2a303a';
const MIN_SIDE = 16;
const MAX_SIDE = 4096;
const MAX_SECONDS = 60;

/**
 * A complete MP4 file: one picture a second, `seconds` long exactly, in the asked size (odd sides
 * are made even), with a silent AAC track when asked. Same spec, same bytes. Rejects only for a
 * size or length out of range, or a broken install.
 */
export async function drawSlate(spec: SlateSpec): Promise<Uint8Array> {
  const { lines, width, height, seconds, audio } = spec;
  if (
    ![width, height].every((side) => side >= MIN_SIDE && side <= MAX_SIDE) ||
    !(seconds >= 1 && seconds <= MAX_SECONDS)
  ) {
    throw new RangeError(`a slate of ${width}x${height} and ${seconds} s cannot be drawn`);
  }
  const size: SlateSize = { width: Math.round(width / 2) * 2, height: Math.round(height / 2) * 2 };
  const length = Math.round(seconds);
  const of = async (picture?: SlateBackground): Promise<Readable> =>
    picture === undefined ? {} : await readable(picture);
  const { picture: background, leftOut } = await of(spec.background);
  const { picture: opening } = await of(spec.opening);
  const picture = newPicture(size);
  // The fixed parts are drawn once; from one second to the next only the counter and the bar
  // change.
  const still = await drawStill(
    leftOut === undefined ? lines : { ...lines, details: [...lines.details, leftOut] },
    size,
    background,
    // The opening is shown alone first; the text of a slate in it would collide with this text.
    { isSoft: opening !== undefined },
  );
  paint(picture, await rasterize(still), { x: 0, y: 0, ...size });
  fill(picture, BAR_REST, barAreas(0, length, size).whole);
  const area = counterArea(size);
  const first = opening === undefined || length < 2 ? undefined : newPicture(size);
  if (first !== undefined && opening !== undefined)
    paint(first, await rasterize(drawPicture(opening, size)), { x: 0, y: 0, ...size });
  return encodeClip({ seconds: length, audio }, async (second) => {
    if (second === 0 && first !== undefined) return first;
    paint(picture, await rasterize(await drawCounter(second + 1, length, size)), area);
    fill(picture, accentOf(lines.model), barAreas(second + 1, length, size).filled);
    return picture;
  });
}
