/** Public price rules of EvoLink, evaluated as its own client does (checks sheet, section 4.4). */
import { expect, test } from 'vitest';
import { priceOfRule } from '../../src/gateways/catalogue/price-rule.ts';

const variable = (name: string) => ({ op: 'variable', name });
const constant = (value: string) => ({ op: 'constant', value });
const op = (name: string, ...args: readonly unknown[]) => ({ op: name, args });
const lookup = (name: string, values: Readonly<Record<string, string>>) => ({
  op: 'lookup',
  key: variable(name),
  values,
});

const SECONDS = {
  name: 'duration_seconds',
  type: 'integer',
  minimum: '4',
  maximum: '15',
  default: '5',
};
const QUALITY = { name: 'quality', type: 'enum', values: ['480p', '720p'], default: '720p' };
const component = (quantity_rule: unknown, more: object = {}) => ({
  rate: { uc: '82013' },
  minimum_charge: { uc: '151893' },
  quantity_rule,
  rounding: { point: 'per_component_subtotal', mode: 'half_up' },
  tiers: [],
  ...more,
});
const rule = (
  components: readonly unknown[],
  parameters: readonly unknown[] = [SECONDS, QUALITY],
) => ({
  pricing_status: 'available',
  parameters,
  components,
});

/** Output and input seconds, the longer of both for the input, rounded up to a tenth. */
const billed = op(
  'multiply',
  op(
    'divide',
    op(
      'ceil',
      op(
        'multiply',
        op(
          'add',
          variable('duration_seconds'),
          op(
            'if',
            op('gt', variable('input_seconds'), constant('0')),
            op('max', variable('input_seconds'), variable('duration_seconds')),
            constant('0'),
          ),
        ),
        constant('10'),
      ),
    ),
    constant('10'),
  ),
  op(
    'if',
    op('gt', variable('input_seconds'), constant('0')),
    lookup('quality', { '480p': '0.277', '720p': '0.595' }),
    lookup('quality', { '480p': '0.465', '720p': '1' }),
  ),
);
const INPUT = { name: 'input_seconds', type: 'decimal', minimum: '0', default: '0' };

test.each([
  [{ duration: 5, quality: '720p' }, 41.0065],
  [{}, 41.0065],
  // Below the least charge.
  [{ duration: 4, quality: '480p', input_seconds: 0 }, 15.2544],
  // 5 + 6 seconds at 0.595.
  [{ duration: 5, quality: '720p', input_seconds: 6 }, 53.6775],
  // 5 + 7.01 seconds become 12.1.
  [{ duration: 5, quality: '720p', input_seconds: 7.01 }, 59.0453],
])('%j costs %d credits', (body, credits) => {
  expect(priceOfRule(rule([component(billed)], [SECONDS, QUALITY, INPUT]), body)).toEqual({
    credits,
  });
});

test('the least charge, components with a condition, and the one tier that holds', () => {
  const silent = {
    ...component(constant('1')),
    condition: op('eq', variable('quality'), constant('480p')),
  };
  const tiers = [
    { when: op('gte', variable('duration_seconds'), constant('10')), rate: { uc: '164026' } },
  ];
  const tiered = component(variable('duration_seconds'), { tiers });
  expect(priceOfRule(rule([silent]), { quality: '480p' })).toEqual({ credits: 15.1893 });
  expect(priceOfRule(rule([silent]), { quality: '720p' })).toEqual({ credits: 0 });
  expect(priceOfRule(rule([tiered]), { duration: 10 })).toEqual({ credits: 164.026 });
  expect(priceOfRule(rule([tiered]), { duration: 5 })).toEqual({ credits: 41.0065 });
});

const tier = { when: op('gt', variable('duration_seconds'), constant('0')), rate: { uc: '1' } };
test.each([
  ['two tiers hold', rule([component(constant('1'), { tiers: [tier, tier] })]), {}],
  ['an operator is unknown', rule([component(op('sqrt', constant('4')))]), {}],
  ['a division by zero', rule([component(op('divide', constant('1'), constant('0')))]), {}],
  ['a variable is unknown', rule([component(variable('frames'))]), {}],
  [
    'a text is multiplied',
    rule([component(op('multiply', variable('quality'), constant('2')))]),
    {},
  ],
  ['a value is outside of the rule', rule([component(constant('1'))]), { duration: 16 }],
  ['a value is not listed', rule([component(constant('1'))]), { quality: '8k' }],
  ['a parameter is missing', rule([component(constant('1'))], [{ name: 'fps' }]), {}],
  [
    'no price is stated',
    { ...rule([component(constant('1'))]), pricing_status: 'unavailable' },
    {},
  ],
  [
    'a condition is no condition',
    rule([component(constant('1'), { condition: constant('1') })]),
    {},
  ],
  ['a rate is missing', rule([component(constant('1'), { rate: {} })]), {}],
])('%s: the price is unknown, never 0', (_, document, body) => {
  expect(priceOfRule(document, body)).toEqual({ unknown: expect.any(String) as string });
});

test('an expression of any depth or shape ends', () => {
  let deep: unknown = constant('1');
  for (let depth = 0; depth < 10_000; depth++) deep = op('ceil', deep);
  expect(priceOfRule(rule([component(deep)]), {})).toHaveProperty('unknown');
  for (const odd of [null, 7, [], { op: 'if' }, { op: 'lookup' }, { op: 'add' }, { args: [] }])
    expect(priceOfRule(rule([component(odd)]), {})).toHaveProperty('unknown');
});

test('a truth value is written as text, and compared with the one in the body', () => {
  const sound = { name: 'generate_audio', type: 'boolean', default: true };
  const when = (value: string) => ({
    condition: op('eq', variable('generate_audio'), constant(value)),
  });
  const two = rule(
    [
      component(constant('10'), when('true')),
      component(constant('5'), { ...when('false'), id: 'silent' }),
    ],
    [sound],
  );
  expect(priceOfRule(two, { generate_audio: true })).toEqual({ credits: 82.013 });
  expect(priceOfRule(two, { generate_audio: false })).toEqual({ credits: 41.0065 });
  expect(priceOfRule(two, {})).toEqual({ credits: 82.013 });
});

test.each(['constructor', 'toString', '__proto__'])(
  'a word that every JavaScript object has means nothing in a rule: %s',
  (word) => {
    const unknown = { unknown: 'the price rule cannot be evaluated' };
    const units = op(word, constant('1'), constant('2'));
    expect(priceOfRule(rule([component(units)]), {})).toEqual(unknown);
    expect(priceOfRule(rule([component(op('add', units, constant('1')))]), {})).toEqual(unknown);
    const rounding = { point: 'per_component_subtotal', mode: word };
    expect(priceOfRule(rule([component(constant('1'), { rounding })]), {})).toEqual(unknown);
  },
);
