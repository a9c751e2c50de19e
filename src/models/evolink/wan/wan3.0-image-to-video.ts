/** wan3.0-image-to-video through EvoLink. */
import type { Card } from '../../card/card.ts';
import { wan3Card } from '../../families/evolink-wan-3.ts';

export const evolinkWan3Image: Card = wan3Card('image');
