/** wan3.0-reference-video through EvoLink. */
import { modelOfCard } from '../../build/model-of-card.ts';
import { wan3Card } from '../../families/evolink-wan-3.ts';

export const evolinkWan3Reference = modelOfCard(wan3Card('reference'));
