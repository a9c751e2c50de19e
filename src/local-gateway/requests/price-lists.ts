/**
 * The prices that the cards know, as each gateway lists them for free (checks sheet, sections 2.6
 * and 4): typical clips alone, which is what a check asks about.
 */
import type { Model } from '../../models/model.ts';
import { type PriceSample, priceSamples } from '../../models/price-samples.ts';
import { toUsd } from '../../money.ts';
import type { JsonObject } from '../../scene.ts';

/** APIMart's price page; `original_price` is a fifth above what is paid. */
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

/** EvoLink's price rules: a component for each typical clip, told apart by its parameters. */
export const priceRules = (models: readonly Model[]): JsonObject => ({
  meta: { schema_version: '2', price_scope: 'public_default', currency: 'USD' },
  models: models.flatMap((model) => {
    const samples = priceSamples(model);
    return samples.some(({ price }) => price.kind !== 'unknown') ? [ruleOf(model, samples)] : [];
  }),
});

const SWITCHES = ['sound', 'generate_audio'] as const;

function ruleOf({ native, offers }: Model, samples: readonly PriceSample[]): JsonObject {
  const switches = SWITCHES.filter((name) => samples.some(({ body }) => Object.hasOwn(body, name)));
  const { duration: seconds } = offers;
  const [first = 1, last = 1] = [seconds[0], seconds.at(-1)];
  const isRange = last - first === seconds.length - 1;
  return {
    model_id: native,
    modality: 'video',
    lifecycle: 'active',
    pricing_status: 'available',
    parameters: [
      isRange
        ? {
            name: 'duration_seconds',
            type: 'integer',
            minimum: String(first),
            maximum: String(last),
          }
        : { name: 'duration_seconds', type: 'enum', values: seconds.map(String) },
      { name: 'quality', type: 'enum', values: [...offers.resolution] },
      ...switches.map((name) =>
        name === 'sound'
          ? { name, type: 'enum', values: ['on', 'off'], default: 'off' }
          : { name, type: 'boolean', default: true },
      ),
    ],
    components: samples.flatMap(({ body, price, seconds: length }, index) => {
      if (price.kind === 'unknown') return [];
      const equal = ['quality', ...switches].flatMap((name) =>
        Object.hasOwn(body, name)
          ? [{ op: 'eq', args: [variable(name), constant(body[name] ?? '')] }]
          : [],
      );
      const credits = price.credits ?? 0;
      return [
        {
          id: `clip_${index}`,
          unit: 'output_second',
          rate: { uc: ((credits * 10_000) / length).toFixed(6), credits: String(credits / length) },
          minimum_charge: { uc: '0' },
          billing_rule: 'per_second',
          pricing_status: 'available',
          condition: { op: 'and', args: equal },
          quantity_rule: variable('duration_seconds'),
          rounding: { point: 'per_component_subtotal', mode: 'half_up' },
          tiers: [],
        },
      ];
    }),
  };
}

const variable = (name: string): JsonObject => ({ op: 'variable', name });
const constant = (value: JsonObject[string]): JsonObject => ({ op: 'constant', value });
