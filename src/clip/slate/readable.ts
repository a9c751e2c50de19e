/** Pictures as the renderer of SVG can read them: it knows JPEG and PNG. */
import { webpAsPng } from '../../ports/ffmpeg/as-png.ts';
import type { SlateBackground } from './layout.ts';

/** `undefined` without a picture, and for a WebP without ffmpeg, which would make a PNG of it. */
export async function readable(
  picture: SlateBackground | undefined,
): Promise<SlateBackground | undefined> {
  if (picture?.mime !== 'image/webp') return picture;
  const bytes = await webpAsPng(picture.bytes);
  return bytes === undefined ? undefined : { bytes, mime: 'image/png' };
}
