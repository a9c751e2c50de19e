/** seedance-2.0-mini through APIMart: 480p and 720p. */
import type { Card } from '../../card/card.ts';
import { seedance2Card } from '../../families/apimart-seedance-2.ts';

export const seedance2Mini: Card = seedance2Card(
  'seedance-2.0-mini',
  'Seedance 2.0 mini (APIMart)',
  {
    '480p': [0.01056, 0.0064],
    '720p': [0.02288, 0.01384],
  },
);
