/** seedance-2.0-reference-to-video through EvoLink. */
import type { Card } from '../../card/card.ts';
import { evolinkSeedanceCard, STANDARD } from '../../families/evolink-seedance-2.ts';

export const evolinkSeedance2Reference: Card = evolinkSeedanceCard(STANDARD, 'reference');
