/** seedance-2.0-image-to-video through EvoLink. */
import type { Card } from '../../card/card.ts';
import { evolinkSeedanceCard, STANDARD } from '../../families/evolink-seedance-2.ts';

export const evolinkSeedance2Image: Card = evolinkSeedanceCard(STANDARD, 'image');
