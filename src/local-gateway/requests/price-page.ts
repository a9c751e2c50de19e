/**
 * APIMart's price page, made from the cards (checks sheet, section 2.6): typical clips alone, which
 * is what a check asks about.
 */
import type { Model } from '../../models/model.ts';
import { priceSamples } from '../../models/price-samples.ts';
import { toUsd } from '../../money.ts';
import type { JsonObject } from '../../scene.ts';

/** `original_price` is a fifth above what is paid. */
export const pricePage = (models: readonly Model[]): JsonObject => ({
  success: true,
  data: { models: { video: models.map(onPage), image: [] } },
});

function onPage(model: Model): JsonObject {
  const isByClip = model.native.startsWith('veo') && !model.native.endsWith('official');
  const items = priceSamples(model).flatMap(({ resolution, audio, price, seconds }) => {
    if (price.kind === 'unknown') return [];
    const paid = toUsd(price.from ?? price.usd) / (isByClip ? 1 : seconds);
    return [
      {
        key: `${resolution.toUpperCase()}${audio === true ? '-audio' : ''}`,
        original_price: Number((paid / 0.8).toFixed(6)),
        after_discount: Number(paid.toFixed(6)),
      },
    ];
  });
  return {
    id: model.native,
    ...(isByClip ? {} : { billing_type: 'per_second' }),
    ...(items.length === 0
      ? {}
      : {
          fixed_prices: {
            unit: isByClip ? 'usd_per_call' : 'usd_per_second',
            dimension: 'resolution',
            items,
          },
        }),
  };
}
