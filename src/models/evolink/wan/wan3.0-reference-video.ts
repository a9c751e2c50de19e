/** wan3.0-reference-video through EvoLink. */
import type { Card } from '../../card/card.ts';
import { wan3Card } from '../../families/evolink-wan-3.ts';

export const evolinkWan3Reference: Card = wan3Card('reference');
