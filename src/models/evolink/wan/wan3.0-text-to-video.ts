/** wan3.0-text-to-video through EvoLink. */
import { modelOfCard } from '../../build/model-of-card.ts';
import { wan3Card } from '../../families/evolink-wan-3.ts';

export const evolinkWan3Text = modelOfCard(wan3Card('text'));
