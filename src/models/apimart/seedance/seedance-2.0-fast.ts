/** seedance-2.0-fast through APIMart: 480p and 720p. */
import type { Card } from '../../card/card.ts';
import { seedance2Card } from '../../families/apimart-seedance-2.ts';

export const seedance2Fast: Card = seedance2Card(
  'seedance-2.0-fast',
  'Seedance 2.0 fast (APIMart)',
  {
    '480p': [0.03984, 0.02368],
    '720p': [0.0856, 0.05128],
  },
);
