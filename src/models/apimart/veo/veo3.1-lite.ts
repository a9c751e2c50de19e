/** veo3.1-lite through APIMart: text alone. */
import type { Card } from '../../card/card.ts';
import { apimartVeoCard } from '../../families/apimart-veo.ts';

export const apimartVeo31Lite: Card = apimartVeoCard('veo3.1-lite', 'Veo 3.1 lite (APIMart)', [], {
  clip: 0.07,
  clip4k: 0.57,
});
