import { expect, test } from 'vitest';
import { call, handClock, KLING, O3, post, start } from './helpers.ts';

test('APIMart follows the version header, and says which models and schemas it has', async () => {
  await using gateway = await start({ clock: handClock() });
  const base = gateway.baseUrls.apimart;
  const newest = await post(base, KLING, { 'x-apimart-response-version': '2026-07-27' });
  expect(newest).toMatchObject({
    status: 202,
    json: { code: 202, data: { status: 'queued', object: 'generation.task' } },
  });
  const models = await call(`${base}/v1/models`);
  expect(models.json.data.map(({ id }: { id: string }) => id)).toContain('kling-v3');
  for (const path of ['model-schema?model=kling-v3', 'models/kling-v3/schema'])
    expect((await call(`${base}/v1/${path}`)).json).toMatchObject({
      model: 'kling-v3',
      response_contract: { version: '2026-07-27' },
    });
  expect((await call(`${base}/v1/model-schema?model=nothing`)).status).toBe(404);
});

test('EvoLink lists its models, also without a key where the real one needs none', async () => {
  await using gateway = await start({ clock: handClock(), keys: { evolink: ['good'] } });
  const base = gateway.baseUrls.evolink;
  expect((await call(`${base}/v1/models`)).status).toBe(401);
  const good = { headers: { authorization: 'Bearer good' } };
  const { data } = (await call(`${base}/v1/models`, good)).json;
  expect(data).toContainEqual({ id: 'kling-o3-text-to-video' });
  const open = await fetch(`${base}/v1/catalog/models`);
  expect(await open.json()).toMatchObject({
    models: expect.arrayContaining([
      expect.objectContaining({ model_id: 'kling-o3-text-to-video' }),
    ]),
  });
  expect(await (await fetch(`${base}/v1/catalog/health`)).json()).toMatchObject({
    models: expect.arrayContaining([{ model_id: 'kling-o3-text-to-video', status: 'available' }]),
  });
});

test('EvoLink: what is processed includes what waits, and lists say what was used', async () => {
  const clock = handClock();
  await using gateway = await start({ clock, taskSeconds: 100 });
  const base = gateway.baseUrls.evolink;
  await post(base, O3);
  expect((await call(`${base}/v1/tasks?status=processing`)).json).toMatchObject({
    total: 1,
    data: [{ status: 'pending', credits_used: 0 }],
  });
  clock.advance(100_000);
  expect((await call(`${base}/v1/tasks?status=completed`)).json).toMatchObject({
    data: [{ credits_used: 27 }],
  });
});

test('EvoLink: a refund is the whole task, dated, and goes to the balance of the account', async () => {
  const clock = handClock();
  await using gateway = await start({
    clock,
    taskSeconds: 10,
    script: {
      rules: [
        { when: { step: 'task', nth: 1 }, do: { fault: 'fate', end: 'failed' } },
        {
          when: { step: 'task' },
          do: { fault: 'fate', end: 'failed', refund: 'pending', refundSeconds: 60 },
        },
      ],
    },
  });
  const base = gateway.baseUrls.evolink;
  const [atOnce, later] = [(await post(base, O3)).json.id, (await post(base, O3)).json.id];
  const billing = async (id: string): Promise<object> =>
    (await call(`${base}/v1/tasks/${id}`)).json.billing;
  const endedAt = clock.now() / 1000 + 10;
  clock.advance(11_000);
  const refunded = {
    charge_status: 'released',
    refund_status: 'completed',
    reserved_credits: 27,
    refunded_credits: 27,
    refund_scope: 'account_balance',
  };
  expect(await billing(atOnce)).toMatchObject({ ...refunded, refunded_at: endedAt });
  expect(await billing(later)).toMatchObject({ refund_status: 'pending', refunded_credits: 0 });
  expect(await billing(later)).not.toHaveProperty('refunded_at');
  clock.advance(60_000);
  expect(await billing(later)).toMatchObject({ ...refunded, refunded_at: endedAt + 60 });
});
