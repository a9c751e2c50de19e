/** seedance-2.0-fast-text-to-video through EvoLink. */
import { modelOfCard } from '../../build/model-of-card.ts';
import { evolinkSeedanceCard, FAST } from '../../families/evolink-seedance-2.ts';

export const evolinkSeedance2FastText = modelOfCard(evolinkSeedanceCard(FAST, 'text'));
