/** kling-v3-turbo-image-to-video through EvoLink. */
import { modelOfCard } from '../../build/model-of-card.ts';
import { klingTurboCard } from '../../families/evolink-kling-turbo.ts';

export const evolinkKlingTurboImage = modelOfCard(klingTurboCard('image'));
