/** wan3.0-text-to-video through EvoLink. */
import type { Card } from '../../card/card.ts';
import { wan3Card } from '../../families/evolink-wan-3.ts';

export const evolinkWan3Text: Card = wan3Card('text');
