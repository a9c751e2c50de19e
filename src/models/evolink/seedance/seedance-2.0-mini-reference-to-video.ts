/** seedance-2.0-mini-reference-to-video through EvoLink. */
import { modelOfCard } from '../../build/model-of-card.ts';
import { evolinkSeedanceCard, MINI } from '../../families/evolink-seedance-2.ts';

export const evolinkSeedance2MiniReference = modelOfCard(evolinkSeedanceCard(MINI, 'reference'));
