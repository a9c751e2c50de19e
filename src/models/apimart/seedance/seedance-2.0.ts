/** seedance-2.0 through APIMart. */
import type { Card } from '../../card/card.ts';
import { seedance2Card } from '../../families/apimart-seedance-2.ts';

export const seedance2: Card = seedance2Card('seedance-2.0', 'Seedance 2.0 (APIMart)', {
  '480p': [0.066, 0.04],
  '720p': [0.142, 0.08584],
  '1080p': [0.3544, 0.21568],
  '4k': [0.722, 0.44432],
});
