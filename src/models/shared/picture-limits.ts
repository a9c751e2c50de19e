/** Limits on pictures from the pages; docs/providers/uploads.md, section 5. */
import { megabytes, type PictureLimits } from '../../pictures/limits.ts';

/** Kling through both gateways: the size differs. */
export const klingPictures = (most: number): PictureLimits => ({
  types: ['jpeg', 'png'],
  mostBytes: megabytes(most),
  leastSide: 300,
  ratio: [0.4, 2.5],
});

/** Seedance 2.0 through EvoLink, and 2.5. */
export const SEEDANCE_PICTURES: PictureLimits = {
  types: ['jpeg', 'png', 'webp'],
  mostBytes: megabytes(30),
  leastSide: 300,
  mostSide: 6000,
  ratio: [0.4, 2.5],
};

/** Sora, and Veo through both gateways. */
export const upTo10Megabytes: PictureLimits = {
  types: ['jpeg', 'png', 'webp'],
  mostBytes: megabytes(10),
};

/** MiniMax H3. */
export const MINIMAX_PICTURES: PictureLimits = {
  types: ['jpeg', 'png', 'webp'],
  mostBytes: megabytes(30),
  leastSide: 256,
  mostSide: 5760,
  ratio: [0.4, 2.5],
};
