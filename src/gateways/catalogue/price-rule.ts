/** The price of a body by a model's price rule of EvoLink (checks sheet, sections 4.3 and 4.4). */
import { asList, asObject, asText, type Json } from '../answers/json.ts';
import {
  add,
  ceil,
  compare,
  type Fraction,
  floor,
  fraction,
  halfUp,
  largest,
  multiply,
  toNumber,
} from './fraction.ts';
import { evaluate, type PriceValue, valueOf } from './price-expression.ts';

/** 10,000 internal units are a credit. */
const UNITS_PER_CREDIT = 10_000;
const ROUNDED: ReadonlyMap<string, (value: Fraction) => Fraction> = new Map([
  ['half_up', halfUp],
  ['ceil', ceil],
  ['floor', floor],
]);

/** Credits of a body, or why the rule gives none. */
export type RulePrice = { readonly credits: number } | { readonly unknown: string };

export function priceOfRule(rule: Json, body: Json): RulePrice {
  if (asText(rule['pricing_status']) === 'unavailable')
    return { unknown: 'the gateway states no price' };
  const variables = variablesOf(rule, body);
  if ('unknown' in variables) return variables;
  let units: Fraction = { top: 0n, bottom: 1n };
  for (const one of asList(rule['components'])) {
    const component = asObject(one) ?? {};
    const condition = component['condition'];
    const counts = condition === undefined ? true : evaluate(condition, variables.known);
    if (counts === false) continue;
    const charge = counts === true ? chargeOf(component, variables.known) : undefined;
    if (charge === undefined) return { unknown: 'the price rule cannot be evaluated' };
    units = add(units, charge);
  }
  return { credits: toNumber(units) / UNITS_PER_CREDIT };
}

function chargeOf(
  component: Json,
  variables: ReadonlyMap<string, PriceValue>,
): Fraction | undefined {
  const quantity = evaluate(component['quantity_rule'], variables);
  const tiers = asList(component['tiers'])
    .map((tier) => asObject(tier) ?? {})
    .filter((tier) => evaluate(tier['when'], variables) === true);
  // Two tiers that hold are an error in the rule.
  if (tiers.length > 1 || typeof quantity !== 'object') return undefined;
  const rate = unitsIn((tiers[0] ?? component)['rate']);
  const least = unitsIn(component['minimum_charge']) ?? fraction('0');
  const mode = asText(asObject(component['rounding'])?.['mode']) ?? 'half_up';
  const round = ROUNDED.get(mode);
  if (rate === undefined || least === undefined || round === undefined) return undefined;
  return largest([round(multiply(rate, quantity)), least]);
}

const unitsIn = (money: unknown): Fraction | undefined =>
  fraction(asText(asObject(money)?.['uc']) ?? '');

type Parameters =
  | { readonly known: ReadonlyMap<string, PriceValue> }
  | { readonly unknown: string };

/** Names that the rules have for fields of a body. */
const FIELDS: Readonly<Record<string, string>> = {
  duration_seconds: 'duration',
  image_count: 'n',
  video_count: 'n',
};

function variablesOf(rule: Json, body: Json): Parameters {
  const known = new Map<string, PriceValue>();
  for (const one of asList(rule['parameters'])) {
    const parameter = asObject(one) ?? {};
    const name = asText(parameter['name']);
    if (name === undefined) continue;
    const value = valueOf(body[FIELDS[name] ?? name] ?? parameter['default']);
    if (value === undefined) return { unknown: `the price depends on ${name}` };
    if (!isAllowed(value, parameter))
      return { unknown: `the price rule does not take this ${name}` };
    known.set(name, value);
  }
  return { known };
}

function isAllowed(value: PriceValue, parameter: Json): boolean {
  const values = asList(parameter['values']).map(valueOf);
  if (typeof value !== 'object') return values.length === 0 || values.includes(value);
  const [least, most] = [parameter['minimum'], parameter['maximum']].map((bound) => {
    const read = valueOf(bound);
    return typeof read === 'object' ? read : undefined;
  });
  return (
    (values.length === 0 ||
      values.some((one) => typeof one === 'object' && compare(one, value) === 0)) &&
    (least === undefined || compare(value, least) >= 0) &&
    (most === undefined || compare(value, most) <= 0)
  );
}
