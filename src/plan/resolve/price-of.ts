/** The price of one render: what the manifest's `prices:` states, else the model's own table. */
import type { Model, Price } from '../../models/model.ts';
import { fromUsd } from '../../money.ts';
import type { JsonObject, PriceOverride } from '../../scene.ts';

/**
 * `seconds`: length of the video asked for. A stated price is the writer's own reading, so it is an
 * estimate.
 */
export function priceOf(
  model: Model,
  body: JsonObject,
  seconds: number,
  stated: PriceOverride | undefined,
): Price {
  if (
    stated === undefined ||
    (stated.usdPerSecond === undefined && stated.usdPerClip === undefined)
  )
    return model.price(body);
  const usd = fromUsd((stated.usdPerSecond ?? 0) * seconds + (stated.usdPerClip ?? 0));
  return { kind: 'estimated', usd, source: '`prices:` of the manifest' };
}
