/** kling-v3-turbo-image-to-video through EvoLink. */
import type { Card } from '../../card/card.ts';
import { klingTurboCard } from '../../families/evolink-kling-turbo.ts';

export const evolinkKlingTurboImage: Card = klingTurboCard('image');
