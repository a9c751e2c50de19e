/** sora-2-pro through APIMart: as sora-2, with 1024p and 1080p. */
import type { Card } from '../../card/card.ts';
import { soraCard } from './sora-2.ts';

export const sora2Pro: Card = soraCard(
  'sora-2-pro',
  'Sora 2 Pro (APIMart)',
  ['720p', '1024p', '1080p'],
  {
    unknown: 'no price of sora-2-pro is published',
  },
);
