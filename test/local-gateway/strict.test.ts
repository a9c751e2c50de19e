import { expect, test } from 'vitest';
import { faultScriptSchema } from '../../src/local-gateway/faults/script.ts';
import { call, handClock, KLING, O3, post, start } from './helpers.ts';

test("no key, a wrong key, another key's task", async () => {
  await using gateway = await start({ keys: { apimart: ['good'], evolink: ['one', 'two'] } });
  const { apimart, evolink } = gateway.baseUrls;
  const bare = await fetch(`${apimart}/v1/balance`);
  expect([bare.status, await bare.json()]).toMatchObject([
    401,
    { error: { type: 'authentication_error' } },
  ]);
  expect((await post(apimart, KLING)).status).toBe(401);
  expect((await post(apimart, KLING, { authorization: 'Bearer good' })).status).toBe(200);
  const { id } = (await post(evolink, O3, { authorization: 'Bearer one' })).json;
  const stranger = await call(`${evolink}/v1/tasks/${id}`, {
    headers: { authorization: 'Bearer two' },
  });
  expect([stranger.status, stranger.json.error.code]).toEqual([403, 'model_access_denied']);
});

test.each([
  ['a number as text', { ...KLING, duration: '5' }, /duration/],
  ['an unknown field', { ...KLING, fps: 24 }, /fps/],
  ['a rule of the sheet', { ...KLING, duration: 99 }, /duration/],
])('%s is refused with its field', async (_name, body, field) => {
  await using gateway = await start();
  const said = await post(gateway.baseUrls.apimart, body);
  expect(said.status).toBe(400);
  expect(`${said.json.error.param} ${said.json.error.message}`).toMatch(field);
  expect(gateway.books().accepted).toEqual([]);
});

test('a model that is not there, a body that is no JSON, the wrong type, a strange path', async () => {
  await using gateway = await start();
  const { apimart, evolink } = gateway.baseUrls;
  expect((await post(evolink, KLING)).status).toBe(404);
  expect((await post(apimart, '{"model":')).json.error.message).toBe(
    'the body is not a JSON object',
  );
  expect((await post(apimart, KLING, { 'content-type': 'text/plain' })).status).toBe(400);
  expect((await call(`${apimart}/v1/nothing`)).status).toBe(404);
  expect((await call(`${gateway.url}/v1/balance`)).status).toBe(404);
  expect((await call(`${apimart}/v1/tasks/%E0%A4%A`)).json.error.code).toBe('invalid_task_id');
  expect(
    (await call(`${evolink}/v1/tasks/batch`, { method: 'POST', body: '{"task_ids":7}' })).status,
  ).toBe(400);
});

test('a gateway may run so many tasks at once, and judge by an older page', async () => {
  const clock = handClock();
  await using gateway = await start({
    clock,
    taskSeconds: 10,
    script: { inFlight: 2, bodies: 'legacy' },
  });
  const { apimart, evolink } = gateway.baseUrls;
  expect((await post(apimart, { ...KLING, duration: 7 })).status).toBe(400);
  const statuses = [];
  for (let time = 0; time < 3; time++) statuses.push((await post(apimart, KLING)).status);
  expect(statuses).toEqual([200, 200, 429]);
  expect((await post(evolink, O3)).status).toBe(200);
  clock.advance(10_000);
  expect((await post(apimart, KLING)).status).toBe(200);
  expect(Object.fromEntries(gateway.books().peak)).toEqual({
    all: 3,
    apimart: 2,
    evolink: 1,
    'apimart/kling-v3': 2,
    'evolink/kling-o3-text-to-video': 1,
  });
});

test('a script says what is wrong with it', () => {
  const problems = (script: unknown): readonly string[] =>
    faultScriptSchema
      .safeParse(script)
      .error?.issues.map(({ path, message }) => `${path.join('.')}: ${message}`) ?? [];
  expect(problems({ rules: [{ when: { step: 'ask' }, do: { fault: 'reset' } }] })).toEqual([]);
  expect(
    problems({ rules: [{ when: { step: 'ask' }, do: { fault: 'reset', accepted: true } }] }),
  ).toEqual(['rules.0.do.accepted: only a submit or an upload can be accepted']);
  expect(problems({ rules: [{ when: { step: 'ask' }, do: { fault: 'cut', at: 0.5 } }] })).toEqual([
    'rules.0.do.fault: "cut" belongs to the step download, not to "ask"',
  ]);
  expect(problems({ rules: [{ when: { step: 'task' }, do: { fault: 'html' } }] })).toEqual([
    'rules.0.do.fault: the step "task" takes only "fate": no request is answered there',
  ]);
});
