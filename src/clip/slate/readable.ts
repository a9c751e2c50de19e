/** Pictures as the renderer of SVG can read them: it knows JPEG and PNG, and unpacks them whole. */
import { inspectPicture } from '../../pictures/inspect.ts';
import { webpAsPng } from '../../ports/ffmpeg/as-png.ts';
import type { SlateBackground } from './layout.ts';

/** Above the largest cameras. Each takes four bytes when it is drawn, however small the file. */
const MOST_PIXELS = 64_000_000;

export interface Readable {
  /** Absent: it cannot be drawn. */
  readonly picture?: SlateBackground;
  /** Why not, in a few words for the slate. */
  readonly leftOut?: string;
}

/** A WebP becomes a PNG, by ffmpeg. */
export async function readable(given: SlateBackground): Promise<Readable> {
  const { facts, problems } = inspectPicture(given.bytes, `a.${given.mime.replace('image/', '')}`);
  if (facts !== undefined && facts.width * facts.height > MOST_PIXELS)
    return { leftOut: 'picture too large to show' };
  if (problems.some(({ code }) => code === 'picture-cmyk'))
    return { leftOut: 'CMYK picture: not shown' };
  if (given.mime !== 'image/webp') return { picture: given };
  const bytes = await webpAsPng(given.bytes);
  return bytes === undefined
    ? { leftOut: 'WebP: install ffmpeg to see it' }
    : { picture: { bytes, mime: 'image/png' } };
}
