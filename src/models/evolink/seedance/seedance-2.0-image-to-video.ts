/** seedance-2.0-image-to-video through EvoLink. */
import { modelOfCard } from '../../build/model-of-card.ts';
import { evolinkSeedanceCard, STANDARD } from '../../families/evolink-seedance-2.ts';

export const evolinkSeedance2Image = modelOfCard(evolinkSeedanceCard(STANDARD, 'image'));
