/** wan3.0-prime-image-to-video through EvoLink. */
import { modelOfCard } from '../../build/model-of-card.ts';
import { wan3Card } from '../../families/evolink-wan-3.ts';

export const evolinkWan3PrimeImage = modelOfCard(wan3Card('image', 'prime'));
