/** The picture of a draft's clip, drawn again from what it says: needs no decoder. */
import { drawStill } from '../../clip/slate/layout.ts';
import { drawPng } from '../../clip/slate/raster.ts';
import type { LockClip, Result } from '../../lock/file/format.ts';
import { promptOf } from '../../report/gallery/shown-text.ts';

/** Pixels of the longer side, as posters of ffmpeg have. */
const LONGEST_SIDE = 480;

/** A PNG. `id`: of the render. */
export async function slatePicture(
  id: string,
  { model, request = {} }: Pick<Result, 'request'> & { readonly model?: string },
  { width, height, seconds, audio }: Pick<LockClip, 'width' | 'height' | 'seconds' | 'audio'>,
): Promise<Uint8Array> {
  const scale = Math.min(1, LONGEST_SIDE / Math.max(width, height));
  const size = {
    width: Math.max(16, Math.round(width * scale)),
    height: Math.max(16, Math.round(height * scale)),
  };
  const details = [`${width}x${height}`, `${seconds} s`, audio ? 'sound' : 'silent'];
  const lines = { scene: id, model: model ?? '', prompt: promptOf(request) ?? '', details };
  return drawPng(await drawStill(lines, size));
}
