/** kling-v3-turbo-text-to-video through EvoLink. */
import { modelOfCard } from '../../build/model-of-card.ts';
import { klingTurboCard } from '../../families/evolink-kling-turbo.ts';

export const evolinkKlingTurboText = modelOfCard(klingTurboCard('text'));
