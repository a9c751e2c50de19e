/** wan3.0-prime-image-to-video through EvoLink. */
import type { Card } from '../../card/card.ts';
import { wan3Card } from '../../families/evolink-wan-3.ts';

export const evolinkWan3PrimeImage: Card = wan3Card('image', 'prime');
