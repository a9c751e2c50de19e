/** seedance-2.0-fast-text-to-video through EvoLink. */
import type { Card } from '../../card/card.ts';
import { evolinkSeedanceCard, FAST } from '../../families/evolink-seedance-2.ts';

export const evolinkSeedance2FastText: Card = evolinkSeedanceCard(FAST, 'text');
