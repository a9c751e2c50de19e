/** veo3.1-quality-official through APIMart. */
import type { Card } from '../../card/card.ts';
import { apimartVeoOfficialCard } from '../../families/apimart-veo-official.ts';

export const apimartVeo31QualityOfficial: Card = apimartVeoOfficialCard(
  'veo3.1-quality-official',
  'Veo 3.1 quality, official (APIMart)',
  {
    '720p': [0.16, 0.32],
    '1080p': [0.16, 0.32],
    '4K': [0.32, 0.48],
  },
);
