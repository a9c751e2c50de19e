/**
 * EvoLink: POST /v1/agent-estimates, the cost of a request for this account (checks sheet, section
 * 3.4). Nothing is made and nothing is charged. The account pays the public prices.
 */
import type { Json, JsonObject } from '../../scene.ts';
import { type Answer, failure, jsonAnswer } from '../answer.ts';
import { type Context, findModel } from '../context.ts';
import { priceRuleOf, type PriceRule, type RuleParameter, versionsOf } from './price-rules.ts';
import { moneyOf, UNITS_PER_CREDIT } from './price-units.ts';

const FIELDS: ReadonlySet<string> = new Set([
  'model_id',
  'operation',
  'parameters',
  'expected_usage',
]);
const LIFE_MS = 24 * 3_600_000;

export function estimate(context: Context, body: string, requestId: string): Answer {
  const invalid = (param: string, message: string): Answer =>
    failure('evolink', 'invalid', requestId, { param, message });
  let json: unknown;
  try {
    json = JSON.parse(body);
  } catch {
    return invalid('body', 'the body is not a JSON object');
  }
  if (!isObject(json)) return invalid('body', 'the body is not a JSON object');
  const stray = Object.keys(json).find((name) => !FIELDS.has(name));
  if (stray !== undefined) return invalid(stray, `unknown field: ${stray}`);
  const model = findModel(context.catalogue, 'evolink', json['model_id']);
  if (model === undefined) return failure('evolink', 'model-gone', requestId);
  const priced = priceRuleOf(model);
  if (priced === undefined) return unpriced(requestId);
  if (json['operation'] !== priced.rule['operation'])
    return invalid('operation', 'operation is not the one of the price rule');
  const given = json['parameters'];
  if (!isObject(given)) return invalid('parameters', 'parameters is not an object');
  const read = readParameters(priced.parameters, given);
  if ('wrong' in read) return invalid(read.wrong, `parameters.${read.wrong} ${read.why}`);
  const found = [...priced.samples].find(([, { body: typical }]) =>
    [...read.values].every(
      ([name, value]) =>
        name === 'duration_seconds' || !Object.hasOwn(typical, name) || typical[name] === value,
    ),
  );
  if (found === undefined) return unpriced(requestId);
  const [id, { body: typical }] = found;
  const seconds = Number(read.values.get('duration_seconds'));
  const price = model.price({ ...typical, duration: seconds });
  if (price.kind === 'unknown' || price.credits === undefined) return unpriced(requestId);
  const units = Math.round(price.credits * UNITS_PER_CREDIT);
  return jsonAnswer(200, answerOf(context, priced, { id, seconds, units }));
}

/** No price is known: a client falls back to the public rules, and says so. */
const unpriced = (requestId: string): Answer =>
  jsonAnswer(
    503,
    { error: { code: 'pricing_unavailable', message: 'no price for this request is available' } },
    { 'x-request-id': requestId },
  );

function answerOf(
  { state, clock }: Context,
  { rule }: PriceRule,
  { id, seconds, units }: { readonly id: string; readonly seconds: number; readonly units: number },
): JsonObject {
  const amounts = moneyOf(units);
  const each = moneyOf(units / seconds);
  return {
    estimate_id: `est_${state.random.text(24, '0123456789abcdef')}`,
    ...versionsOf([rule]),
    price_scope: 'account',
    ...pick(rule, ['policy_version', 'policy_checksum', 'model_id', 'product_id']),
    ...pick(rule, ['operation', 'settlement_basis']),
    currency: 'USD',
    amount: amounts.usd,
    amounts,
    components: [
      {
        id,
        role: 'output',
        dimension: 'output_second',
        sku_id: `sku_${id}`,
        quantity: String(seconds),
        billed_quantity: String(seconds),
        unit: 'second',
        unit_price: each.usd,
        subtotal: amounts.usd,
        unit_price_amounts: each,
        subtotal_amounts: amounts,
        minimum_charge_amounts: moneyOf(0),
        tier_multiplier: '1',
        minimum_charge_applied: false,
        billing_rule: 'per_second',
        applied_rules: [],
      },
    ],
    assumptions: [],
    expires_at: new Date(clock.now() + LIFE_MS).toISOString(),
  };
}

const pick = (from: JsonObject, names: readonly string[]): JsonObject =>
  Object.fromEntries(
    names.flatMap((name) => (from[name] === undefined ? [] : [[name, from[name]]])),
  );

type Read =
  | { readonly values: ReadonlyMap<string, Json> }
  | { readonly wrong: string; readonly why: string };

/** Only what the rule declares, within its bounds; defaults stand for what is absent. */
function readParameters(
  declared: readonly RuleParameter[],
  given: Readonly<Record<string, unknown>>,
): Read {
  const stray = Object.keys(given).find((name) => !declared.some((one) => one.name === name));
  if (stray !== undefined) return { wrong: stray, why: 'is not declared by the price rule' };
  const values = new Map<string, Json>();
  for (const parameter of declared) {
    const { name } = parameter;
    const value = given[name] ?? parameter['default'];
    if (value === undefined) return { wrong: name, why: 'is required' };
    if (!isScalar(value)) return { wrong: name, why: 'is not a number, a text or a truth value' };
    const problem = problemOf(parameter, value);
    if (problem !== undefined) return { wrong: name, why: problem };
    values.set(name, value);
  }
  return { values };
}

function problemOf(
  { type, minimum, maximum, values }: RuleParameter,
  value: string | number | boolean,
): string | undefined {
  if (type === 'boolean') return typeof value === 'boolean' ? undefined : 'is not a truth value';
  if (type === 'enum')
    return Array.isArray(values) && values.includes(String(value)) ? undefined : 'is not offered';
  const number = /^\d+$/.test(String(value)) ? Number(value) : undefined;
  if (number === undefined) return 'is not a whole number';
  return number < Number(minimum) || number > Number(maximum) ? 'is out of range' : undefined;
}

const isScalar = (value: unknown): value is string | number | boolean =>
  typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean';

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
