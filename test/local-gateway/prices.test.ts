/** What EvoLink says of prices for free: public rules, and an estimate for the account. */
import { expect, test } from 'vitest';
import { priceOfRule } from '../../src/gateways/catalogue/price-rule.ts';
import { priceRuleOf } from '../../src/local-gateway/requests/price-rules.ts';
import { moneyOf } from '../../src/local-gateway/requests/price-units.ts';
import { catalogue } from '../../src/models/catalogue.ts';
import { call, handClock, type Said, start } from './helpers.ts';

const MODEL = 'kling-v3-text-to-video';
const PRICED = [...catalogue.values()].flatMap((model) => {
  const priced = model.gateway === 'evolink' ? priceRuleOf(model) : undefined;
  return priced === undefined ? [] : [{ native: model.native, priced }];
});

test('the rules need no key, can be filtered and shortened, and are not sent twice', async () => {
  const clock = handClock();
  await using gateway = await start({ clock, keys: { evolink: ['good'] } });
  const rules = `${gateway.baseUrls.evolink}/v1/catalog/pricing-rules`;
  const ask = (query = '', headers = {}): Promise<Said> => call(`${rules}${query}`, { headers });
  const all = await ask('?modality=video&view=full');
  expect(all.json.meta).toMatchObject({
    schema_version: '2',
    price_scope: 'public_default',
    currency: 'USD',
    exchange_rate_version: 'pricing-fx/v1:USD-CNY=6.8',
    fresh_until: new Date(clock.now() + 300_000).toISOString(),
  });
  expect(all.json.models.map(({ model_id }: { model_id: string }) => model_id)).toEqual(
    PRICED.map(({ native }) => native),
  );
  expect((await ask(`?product_id=${MODEL}`)).json.models).toHaveLength(1);
  expect((await ask('?modality=audio')).json.models).toEqual([]);
  expect((await ask('?modality=smell')).status).toBe(400);
  const short = await ask('?view=summary');
  expect(short.text).not.toContain('quantity_rule');
  expect(short.json.models).toHaveLength(PRICED.length);

  const etag = all.headers.get('etag') ?? '';
  clock.advance(60_000);
  const again = await ask('?modality=video&view=full', { 'if-none-match': etag });
  expect([again.status, again.text]).toEqual([304, '']);
  expect((await ask('?view=summary', { 'if-none-match': etag })).status).toBe(200);

  const one = `${gateway.baseUrls.evolink}/v1/catalog/models/${MODEL}/pricing-rules`;
  expect((await call(one)).json).toMatchObject({ model: { model_id: MODEL, policy_version: 1 } });
  expect((await call(one.replace(MODEL, 'nothing'))).status).toBe(404);
});

test('every typical clip costs by the rules what the card says', () => {
  expect(PRICED.length).toBeGreaterThan(10);
  for (const { native, priced } of PRICED)
    for (const { body, price, what } of priced.samples.values()) {
      if (price.kind === 'unknown') continue;
      const found = priceOfRule(priced.rule, body);
      expect([native, what, found]).toEqual([native, what, { credits: expect.any(Number) }]);
      expect('credits' in found && found.credits).toBeCloseTo(price.credits ?? 0, 3);
    }
});

test('one sum in four units', () => {
  expect(moneyOf(270_000)).toEqual({
    uc: '270000',
    credits: '27',
    cny: '2.7',
    usd: '0.3970588235',
  });
  expect(moneyOf(1102.5)).toMatchObject({ uc: '1102.5', credits: '0.11025', cny: '0.011025' });
  expect(moneyOf(0)).toEqual({ uc: '0', credits: '0', cny: '0', usd: '0' });
});

test('an estimate for the account: by the rule, never by more than it declares, free of charge', async () => {
  const clock = handClock();
  await using gateway = await start({ clock, keys: { evolink: ['good'] } });
  const base = gateway.baseUrls.evolink;
  const ask = (body: object, key = 'good'): Promise<Said> =>
    call(`${base}/v1/agent-estimates`, {
      method: 'POST',
      body: JSON.stringify(body),
      headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
    });
  const right = {
    model_id: MODEL,
    operation: 'video_generation',
    parameters: { duration_seconds: 10, quality: '720p', sound: 'on' },
    expected_usage: {},
  };
  const { json } = await ask(right);
  const rule = (await call(`${base}/v1/catalog/models/${MODEL}/pricing-rules`)).json.model;
  expect(json).toMatchObject({
    price_scope: 'account',
    model_id: MODEL,
    policy_version: rule.policy_version,
    policy_checksum: rule.policy_checksum,
    currency: 'USD',
    amounts: { uc: '810000', credits: '81' },
    components: [{ id: expect.any(String), quantity: '10', subtotal: json.amount }],
    expires_at: new Date(clock.now() + 24 * 3_600_000).toISOString(),
  });
  expect(rule.components.map(({ id }: { id: string }) => id)).toContain(json.components[0].id);
  // Sound is off by default.
  const silent = { ...right, parameters: { duration_seconds: 5, quality: '720p' } };
  expect((await ask(silent)).json.amounts.credits).toBe('27');

  const refused = async (more: object): Promise<unknown> => {
    const said = await ask({ ...right, ...more });
    return [said.status, said.json.error.param ?? said.json.error.code];
  };
  const { parameters } = right;
  expect(await refused({ parameters: { ...parameters, prompt: 'A crab' } })).toEqual([
    400,
    'prompt',
  ]);
  expect(await refused({ parameters: { ...parameters, duration_seconds: 60 } })).toEqual([
    400,
    'duration_seconds',
  ]);
  expect(await refused({ parameters: { quality: '720p' } })).toEqual([400, 'duration_seconds']);
  expect(await refused({ operation: 'text_generation' })).toEqual([400, 'operation']);
  expect(await refused({ prompt: 'A crab' })).toEqual([400, 'prompt']);
  expect(await refused({ model_id: 'nothing' })).toEqual([404, 'model_not_found']);
  expect(await refused({ model_id: 'MiniMax-Hailuo-2.3' })).toEqual([503, 'pricing_unavailable']);
  expect((await ask(right, 'wrong')).status).toBe(401);
  expect(gateway.books().accepted).toEqual([]);
});
