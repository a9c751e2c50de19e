/** kling-v3-turbo-text-to-video through EvoLink. */
import type { Card } from '../../card/card.ts';
import { klingTurboCard } from '../../families/evolink-kling-turbo.ts';

export const evolinkKlingTurboText: Card = klingTurboCard('text');
