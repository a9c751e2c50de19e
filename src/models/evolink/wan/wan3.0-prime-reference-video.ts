/** wan3.0-prime-reference-video through EvoLink. */
import { modelOfCard } from '../../build/model-of-card.ts';
import { wan3Card } from '../../families/evolink-wan-3.ts';

export const evolinkWan3PrimeReference = modelOfCard(wan3Card('reference', 'prime'));
