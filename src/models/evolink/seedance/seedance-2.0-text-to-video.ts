/** seedance-2.0-text-to-video through EvoLink. */
import { modelOfCard } from '../../build/model-of-card.ts';
import { evolinkSeedanceCard, STANDARD } from '../../families/evolink-seedance-2.ts';

export const evolinkSeedance2Text = modelOfCard(evolinkSeedanceCard(STANDARD, 'text'));
