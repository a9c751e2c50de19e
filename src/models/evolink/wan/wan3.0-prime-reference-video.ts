/** wan3.0-prime-reference-video through EvoLink. */
import type { Card } from '../../card/card.ts';
import { wan3Card } from '../../families/evolink-wan-3.ts';

export const evolinkWan3PrimeReference: Card = wan3Card('reference', 'prime');
