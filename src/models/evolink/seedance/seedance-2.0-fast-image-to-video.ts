/** seedance-2.0-fast-image-to-video through EvoLink. */
import type { Card } from '../../card/card.ts';
import { evolinkSeedanceCard, FAST } from '../../families/evolink-seedance-2.ts';

export const evolinkSeedance2FastImage: Card = evolinkSeedanceCard(FAST, 'image');
