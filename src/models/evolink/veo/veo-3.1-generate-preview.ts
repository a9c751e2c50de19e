/** veo-3.1-generate-preview through EvoLink. */
import type { Card } from '../../card/card.ts';
import { evolinkVeoCard } from '../../families/evolink-veo.ts';

export const evolinkVeo31: Card = evolinkVeoCard('veo-3.1-generate-preview', 'Veo 3.1 (EvoLink)', {
  base: 12.672,
  least: 50.688,
  factors: [2, 2, 3],
});
