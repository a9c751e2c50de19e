import { expect, test } from 'vitest';
import { ask, call, handClock, KLING, O3, post, start } from './helpers.ts';

test('APIMart: submit, wait, run, complete, and what it cost', async () => {
  const clock = handClock();
  await using gateway = await start({ clock, taskSeconds: 100 });
  const base = gateway.baseUrls.apimart;
  const submitted = await post(base, { ...KLING, aspect_ratio: '9:16', audio: true, duration: 3 });
  expect(submitted.json).toEqual({
    code: 200,
    data: [{ status: 'submitted', task_id: expect.stringMatching(/^task_[0-9A-Z]{26}$/) }],
  });
  const task: string = submitted.json.data[0].task_id;
  expect((await ask(base, task)).json.data).toMatchObject({
    status: 'submitted',
    progress: 0,
    estimated_time: 100,
  });
  clock.advance(50_000);
  expect((await ask(base, task)).json.data).toMatchObject({ status: 'processing', progress: 50 });
  clock.advance(50_000);
  const { data } = (await ask(base, task)).json;
  expect(data).toMatchObject({
    status: 'completed',
    progress: 100,
    actual_time: 100,
    cost: 0.3024,
    credits_cost: 3.024,
  });
  const [{ url, expires_at }] = data.result.videos;
  expect(expires_at).toBe(data.completed + 24 * 3600);

  expect(url).toEqual([
    expect.stringMatching(
      /^http:\/\/127\.0\.0\.1:\d+\/media\/apimart\/task_.+\.mp4\?signature=[0-9a-f]{24}$/,
    ),
  ]);

  const books = gateway.books();
  expect(books.accepted).toMatchObject([
    { task, reserved: 302_400, charged: 302_400, refunded: 0 },
  ]);
  expect(books.money.apimart).toEqual({ reserved: 0, charged: 302_400, refunded: 0 });
});

test('EvoLink: flat answers, credits, batch and list', async () => {
  const clock = handClock();
  await using gateway = await start({ clock, taskSeconds: 10 });
  const base = gateway.baseUrls.evolink;
  const submitted = await post(base, O3);
  expect(submitted.json).toMatchObject({
    id: expect.stringMatching(/^task-unified-\d+-[0-9a-z]{8}$/),
    status: 'pending',
    usage: { credits_reserved: 27 },
  });
  const { id } = submitted.json;
  clock.advance(5_000);
  const batch = await call(`${base}/v1/tasks/batch`, {
    method: 'POST',
    body: JSON.stringify({ task_ids: [id, 'task-unified-1-strange0'] }),
  });
  expect(batch.json.data).toMatchObject([{ id, status: 'processing', progress: 50, results: [] }]);
  clock.advance(5_000);
  expect((await ask(base, id)).json).toMatchObject({
    status: 'completed',
    results: [expect.any(String)],
    usage: { cost: { credits: 27 } },
  });
  expect((await call(`${base}/v1/tasks?page_size=5`)).json).toMatchObject({
    total: 1,
    data: [{ id, model: 'kling-o3-text-to-video', has_results: true }],
  });
  expect((await call(`${base}/v1/credits`)).json.data.token.unlimited_credits).toBe(true);
});

test('a task is known at its own gateway only', async () => {
  await using gateway = await start();
  const { json } = await post(gateway.baseUrls.apimart, KLING);
  expect((await ask(gateway.baseUrls.evolink, json.data[0].task_id)).json.error.code).toBe(
    'invalid_task_id',
  );
  expect((await ask(gateway.baseUrls.apimart, 'task_01EXAMPLE00000000000000000')).status).toBe(404);
});
