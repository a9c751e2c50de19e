/** veo3.1-fast through APIMart: frames and references. */
import type { Card } from '../../card/card.ts';
import { apimartVeoCard } from '../../families/apimart-veo.ts';

export const apimartVeo31Fast: Card = apimartVeoCard(
  'veo3.1-fast',
  'Veo 3.1 fast (APIMart)',
  ['frame', 'reference'],
  {
    clip: 0.14,
    clip4k: 0.64,
  },
);
