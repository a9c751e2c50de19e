/** veo3.1-lite through APIMart: text alone. */
import { modelOfCard } from '../../build/model-of-card.ts';
import { apimartVeoCard } from '../../families/apimart-veo.ts';

export const apimartVeo31Lite = modelOfCard(
  apimartVeoCard('veo3.1-lite', 'Veo 3.1 lite (APIMart)', [], { clip: 0.07, clip4k: 0.57 }),
);
