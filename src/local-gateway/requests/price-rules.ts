/**
 * EvoLink's public price rules (checks sheet, section 4), made from the cards: a component for each
 * typical clip, distinguished by its parameters. Complete, as the vendor's own client requires.
 */
import { createHash } from 'node:crypto';
import type { Model } from '../../models/model.ts';
import { type PriceSample, priceSamples } from '../../models/price-samples.ts';
import type { Json, JsonObject } from '../../scene.ts';
import { moneyOf, UNITS_PER_CREDIT } from './price-units.ts';

/** The one operation of all video models here. */
const OPERATION = 'video_generation';
/** Parameters that choose between prices beside the resolution. */
const SWITCHES = ['sound', 'generate_audio'] as const;
/** As the vendor's answers say: about five minutes. */
const FRESH_MS = 5 * 60_000;
const EFFECTIVE_AT = '2026-10-01T00:00:00Z';

export const LIFECYCLES = { listed: 'active', retiring: 'deprecated', gone: 'retired' } as const;

interface RuleComponent extends JsonObject {
  readonly id: string;
}

export interface PriceRule {
  /** As the answer has it. */
  readonly rule: JsonObject;
  /** The typical body of each component, by its id. */
  readonly samples: ReadonlyMap<string, PriceSample>;
  readonly parameters: readonly RuleParameter[];
}

export interface RuleParameter extends JsonObject {
  readonly name: string;
  readonly type: 'integer' | 'enum' | 'boolean';
}

/** `undefined`: no price of that model is known, or it is gone. */
export function priceRuleOf(model: Model): PriceRule | undefined {
  const samples = priceSamples(model);
  if (samples.every(({ price }) => price.kind === 'unknown')) return undefined;
  if (model.lifecycle.state === 'gone') return undefined;
  const parameters = parametersOf(model, samples);
  const byId = new Map(samples.map((sample, index) => [`clip_${index}`, sample]));
  const content: JsonObject = {
    model_id: model.native,
    product_id: model.native,
    operation: OPERATION,
    modality: 'video',
    lifecycle: LIFECYCLES[model.lifecycle.state],
    pricing_status: 'available',
    settlement_basis: 'request_only',
    policy_version: 1,
    policy_source: 'published',
    parameters,
    components: [...byId].flatMap(([id, sample]) => componentOf(id, sample, parameters)),
  };
  return {
    rule: { ...content, policy_checksum: digest(content) },
    samples: byId,
    parameters,
  };
}

/** The beginning of every answer about prices. */
export const priceMeta = (rules: readonly JsonObject[], nowMs: number): JsonObject => ({
  schema_version: '2',
  ...versionsOf(rules),
  price_scope: 'public_default',
  currency: 'USD',
  updated_at: EFFECTIVE_AT,
  fresh_until: new Date(nowMs + FRESH_MS).toISOString(),
});

export const versionsOf = (rules: readonly JsonObject[]): JsonObject => ({
  catalog_version: `cat_${digest(rules.map((rule) => rule['model_id'] ?? '')).slice(0, 24)}`,
  pricing_version: `prc_${digest(rules).slice(0, 24)}`,
  exchange_rate_version: 'pricing-fx/v1:USD-CNY=6.8',
});

const digest = (value: Json): string =>
  createHash('sha256').update(JSON.stringify(value)).digest('hex');

function parametersOf(
  { offers: { duration: seconds, resolution } }: Model,
  samples: readonly PriceSample[],
): RuleParameter[] {
  const [first = 1, last = 1] = [seconds[0], seconds.at(-1)];
  const isRange = last - first === seconds.length - 1;
  return [
    isRange
      ? {
          name: 'duration_seconds',
          type: 'integer',
          minimum: String(first),
          maximum: String(last),
        }
      : { name: 'duration_seconds', type: 'enum', values: seconds.map(String) },
    { name: 'quality', type: 'enum', values: [...resolution] },
    ...SWITCHES.filter((name) => samples.some(({ body }) => Object.hasOwn(body, name))).map(
      (name): RuleParameter =>
        name === 'sound'
          ? { name, type: 'enum', values: ['on', 'off'], default: 'off' }
          : { name, type: 'boolean', default: true },
    ),
  ];
}

function componentOf(
  id: string,
  { body, price, seconds }: PriceSample,
  parameters: readonly RuleParameter[],
): RuleComponent[] {
  if (price.kind === 'unknown') return [];
  const equal = parameters.flatMap(({ name }) => {
    const value = body[name];
    return name !== 'duration_seconds' && (typeof value === 'string' || typeof value === 'boolean')
      ? [{ op: 'eq', args: [variable(name), constant(value)] }]
      : [];
  });
  const [only] = equal;
  return [
    {
      id,
      role: 'output',
      dimension: 'output_second',
      sku_id: `sku_${id}`,
      unit: 'second',
      billing_unit_size: 1,
      display_unit_size: 1,
      rate: moneyOf(((price.credits ?? 0) * UNITS_PER_CREDIT) / seconds),
      minimum_charge: moneyOf(0),
      billing_rule: 'per_second',
      pricing_status: 'available',
      effective_at: EFFECTIVE_AT,
      // A single comparison stands alone: "and" has two or more.
      ...(only === undefined
        ? {}
        : { condition: equal.length === 1 ? only : { op: 'and', args: equal } }),
      quantity_rule: variable('duration_seconds'),
      rounding: { point: 'per_component_subtotal', mode: 'half_up' },
      tiers: [],
    },
  ];
}

const variable = (name: string): JsonObject => ({ op: 'variable', name });
/** Constants are texts, truth values too. */
const constant = (value: string | boolean): JsonObject => ({
  op: 'constant',
  value: String(value),
});
