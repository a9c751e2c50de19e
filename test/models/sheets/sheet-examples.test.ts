/** The example bodies of the provider sheets are accepted or refused as the sheets say. */
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { catalogue } from '../../../src/models/catalogue.ts';
import type { Price } from '../../../src/models/model.ts';
import type { JsonObject } from '../../../src/scene.ts';

interface Example {
  readonly title: string;
  readonly body: JsonObject;
}

/** A line that says what becomes of a body, and the JSON block below it. */
function examplesOf(sheet: string): readonly Example[] {
  const text = readFileSync(
    new URL(`../../../docs/providers/${sheet}.md`, import.meta.url),
    'utf8',
  );
  return [...text.matchAll(/^((?:Accepted|Refused).*):\n```json\n([\s\S]*?)\n```/gm)].map(
    ([, title = '', json = '']) => ({ title, body: JSON.parse(json) as JsonObject }),
  );
}

const nameOf = ({ model }: JsonObject): string => (typeof model === 'string' ? model : '');

const examples = [
  ...examplesOf('apimart-models').map((example) => ({ gateway: 'apimart', ...example })),
  ...examplesOf('evolink-models').map((example) => ({ gateway: 'evolink', ...example })),
].filter(({ gateway, body }) => catalogue.has(`${gateway}/${nameOf(body)}`));

test('there are examples of every family', () => {
  expect(examples.length).toBeGreaterThan(20);
});

test.each(examples.map((one) => [`${nameOf(one.body)}: ${one.title}`, one] as const))(
  '%s',
  (_, { gateway, title, body }) => {
    const model = catalogue.get(`${gateway}/${nameOf(body)}`);
    if (model === undefined) throw new Error('not in the catalogue');
    const sent = model.normalise({ model: model.native }, body, {}).body;
    const refused = model.check(sent, {}).some(({ verdict }) => verdict === 'refuse');
    expect(refused).toBe(title.startsWith('Refused'));
    expect(priced(title, model.price(sent))).toBe(true);
  },
);

/** Whether the amount that the title states (`5 × 0.142 = 0.71 USD`, `0.14 USD`) is the price. */
function priced(title: string, price: Price): boolean {
  const [, amount, unit] = /(?:= |, )([\d.]+) (USD|credits)/.exec(title) ?? [];
  if (amount === undefined || price.kind === 'unknown' || price.from !== undefined) return true;
  return unit === 'USD'
    ? price.usd === Math.round(Number(amount) * 1e6)
    : price.credits === Number(amount);
}
