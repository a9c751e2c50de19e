/** veo3.1-quality through APIMart: frames. */
import type { Card } from '../../card/card.ts';
import { apimartVeoCard } from '../../families/apimart-veo.ts';

export const apimartVeo31Quality: Card = apimartVeoCard(
  'veo3.1-quality',
  'Veo 3.1 quality (APIMart)',
  ['frame'],
  {
    clip: 1,
    clip4k: 1.5,
  },
);
