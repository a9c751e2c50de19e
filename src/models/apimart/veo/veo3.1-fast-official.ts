/** veo3.1-fast-official through APIMart. */
import type { Card } from '../../card/card.ts';
import { apimartVeoOfficialCard } from '../../families/apimart-veo-official.ts';

export const apimartVeo31FastOfficial: Card = apimartVeoOfficialCard(
  'veo3.1-fast-official',
  'Veo 3.1 fast, official (APIMart)',
  {
    '720p': [0.064, 0.08],
    '1080p': [0.08, 0.096],
    '4K': [0.2, 0.24],
  },
);
