/** veo-3.1-fast-generate-preview through EvoLink. */
import type { Card } from '../../card/card.ts';
import { evolinkVeoCard } from '../../families/evolink-veo.ts';

export const evolinkVeo31Fast: Card = evolinkVeoCard(
  'veo-3.1-fast-generate-preview',
  'Veo 3.1 fast (EvoLink)',
  {
    base: 6.336,
    least: 25.344,
    factors: [3, 1.5, 3.51],
  },
);
