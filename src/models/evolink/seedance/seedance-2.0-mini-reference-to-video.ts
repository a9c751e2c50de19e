/** seedance-2.0-mini-reference-to-video through EvoLink. */
import type { Card } from '../../card/card.ts';
import { evolinkSeedanceCard, MINI } from '../../families/evolink-seedance-2.ts';

export const evolinkSeedance2MiniReference: Card = evolinkSeedanceCard(MINI, 'reference');
