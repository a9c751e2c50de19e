/** seedance-2.0-mini-text-to-video through EvoLink. */
import { modelOfCard } from '../../build/model-of-card.ts';
import { evolinkSeedanceCard, MINI } from '../../families/evolink-seedance-2.ts';

export const evolinkSeedance2MiniText = modelOfCard(evolinkSeedanceCard(MINI, 'text'));
