/** seedance-2.0-text-to-video through EvoLink. */
import type { Card } from '../../card/card.ts';
import { evolinkSeedanceCard, STANDARD } from '../../families/evolink-seedance-2.ts';

export const evolinkSeedance2Text: Card = evolinkSeedanceCard(STANDARD, 'text');
