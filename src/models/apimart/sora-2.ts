/** sora-2 through APIMart: 720p only. */
import { fromUsd } from '../../money.ts';
import { whole } from '../fields.ts';
import { defineSora } from '../shared/sora.ts';

/** A public wiki about APIMart's sora-2 (sora-2-prompt-gallery): a reading, not a price list. */
const USD_PER_SECOND = 0.08;

export const sora2 = defineSora({
  native: 'sora-2',
  title: 'Sora 2 (APIMart)',
  resolutions: ['720p'],
  price: (body) => ({
    kind: 'estimated',
    usd: fromUsd(USD_PER_SECOND * (whole(body, 'duration') ?? 4)),
    asOf: '2026-11-20',
    source: 'sora-2-prompt-gallery, a public wiki about APIMart, read 2026-11-20',
  }),
});
