/** wan3.0-prime-text-to-video through EvoLink. */
import type { Card } from '../../card/card.ts';
import { wan3Card } from '../../families/evolink-wan-3.ts';

export const evolinkWan3PrimeText: Card = wan3Card('text', 'prime');
