/** veo3.1-quality through APIMart: frames. */
import { modelOfCard } from '../../build/model-of-card.ts';
import { apimartVeoCard } from '../../families/apimart-veo.ts';

export const apimartVeo31Quality = modelOfCard(
  apimartVeoCard('veo3.1-quality', 'Veo 3.1 quality (APIMart)', ['frame'], {
    clip: 1,
    clip4k: 1.5,
  }),
);
