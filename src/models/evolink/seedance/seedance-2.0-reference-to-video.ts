/** seedance-2.0-reference-to-video through EvoLink. */
import { modelOfCard } from '../../build/model-of-card.ts';
import { evolinkSeedanceCard, STANDARD } from '../../families/evolink-seedance-2.ts';

export const evolinkSeedance2Reference = modelOfCard(evolinkSeedanceCard(STANDARD, 'reference'));
