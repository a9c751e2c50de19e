/** sora-2-pro through APIMart: as sora-2, with 1024p and 1080p. */
import { defineSora } from '../shared/sora.ts';

export const sora2Pro = defineSora({
  native: 'sora-2-pro',
  title: 'Sora 2 Pro (APIMart)',
  resolutions: ['720p', '1024p', '1080p'],
  price: () => ({ kind: 'unknown', why: 'no price of sora-2-pro is published' }),
});
