/** wan3.0-prime-text-to-video through EvoLink. */
import { modelOfCard } from '../../build/model-of-card.ts';
import { wan3Card } from '../../families/evolink-wan-3.ts';

export const evolinkWan3PrimeText = modelOfCard(wan3Card('text', 'prime'));
