/** What a run tells of its money and of what holds it back, event by event. */
import { expect, test } from 'vitest';
import { addMoney, fromUsd } from '../../src/money.ts';
import type { RunEvent } from '../../src/run/events.ts';
import { stage } from './scripted-gateway-run.ts';

const ofKind = <Kind extends RunEvent['event']>(events: readonly RunEvent[], kind: Kind) =>
  events.filter((one): one is Extract<RunEvent, { event: Kind }> => one.event === kind);

test('the money is told before the event that changed it, and always adds up to what the caps count', async () => {
  await using it = await stage();
  it.apimart.cost = { usd: fromUsd(0.15) };
  it.apimart.onSubmit = (nth, accept) =>
    nth === 2 ? { kind: 'ambiguous', reason: 'no answer' } : accept();
  it.apimart.onAsk = (task, ageMs, usual) =>
    task === 'task_apimart_2' && ageMs >= it.apimart.takesMs
      ? { kind: 'failed', failure: 'service', message: 'broke', cost: { usd: fromUsd(0) } }
      : usual();
  const { totals } = await it.run(it.plan(['a', 'b', 'c', 'd'].map((scene) => it.render(scene))));
  const money = ofKind(it.events, 'run.money');
  expect(money.length).toBeGreaterThan(4);
  for (const { thisRun, carried, underCap } of money)
    expect(addMoney(thisRun.charged, thisRun.reserved, thisRun.unclear, carried)).toBe(underCap);
  const firstSubmit = it.events.findIndex(({ event }) => event === 'render.submitting');
  expect(ofKind(it.events.slice(0, firstSubmit), 'run.money').at(-1)?.thisRun).toMatchObject({
    charged: 0,
    reserved: 300_000,
  });
  // Two clips at 0.15, one failure that gave its 0.10 back, one submit without an answer.
  expect(totals.thisRun).toEqual({
    charged: 300_000,
    reserved: 0,
    unclear: 100_000,
    refunded: 100_000,
    refundPromised: 0,
    unpriced: 0,
  });
  expect(totals.allRuns).toEqual(totals.thisRun);
  expect(money.at(-1)).toMatchObject({ underCap: totals.underCap });
  expect(ofKind(it.events, 'run.finished')[0]?.models).toEqual([
    {
      model: 'apimart/toy',
      completed: 2,
      kept: 0,
      failed: 1,
      mismatched: 0,
      medianSeconds: expect.closeTo(60, -1),
      charged: 300_000,
    },
  ]);
});

test('a run that only fetches what an earlier one paid for has charged nothing itself', async () => {
  await using it = await stage();
  it.apimart.cost = { usd: fromUsd(0.15) };
  const plan = (): ReturnType<typeof it.plan> => it.plan([it.render('a')]);
  await it.run(plan(), { detach: true });
  await it.reopen();
  const task = it.lock().renders.values().next().value?.task;
  const { totals } = await it.run(
    it.plan([
      {
        render: it.render('a'),
        action: { kind: 'attach', reason: 'pending', task: task ?? ('' as never) },
      },
    ]),
  );
  expect(totals).toMatchObject({
    submitted: 0,
    completed: 1,
    underCap: 0,
    thisRun: { charged: 0, reserved: 0 },
    allRuns: { charged: 150_000 },
  });
});

test('the reason that holds back the next submit of an alias is reported once per change, and its end too', async () => {
  await using it = await stage();
  it.project = { ...it.project, limits: { in_flight: 1, gateways: {}, models: {} } };
  await it.run(it.plan(['a', 'b', 'c'].map((scene) => it.render(scene))));
  expect(ofKind(it.events, 'run.started')[0]).toMatchObject({
    models: [{ alias: 'toy', model: 'apimart/toy', renders: 3 }],
    inFlight: { all: 1 },
  });
  expect(ofKind(it.events, 'run.held-back').map(({ alias, limit }) => [alias, limit])).toEqual([
    ['toy', { by: 'in-flight', scope: 'all', most: 1 }],
    ['toy', undefined],
  ]);
});

test('a cap whose reserved money may still come back is named', async () => {
  await using it = await stage();
  it.apimart.cost = { usd: fromUsd(0.05) };
  await it.run(it.plan(['a', 'b', 'c'].map((scene) => it.render(scene))), {
    capUsd: fromUsd(0.1),
  });
  expect(ofKind(it.events, 'run.held-back')[0]?.limit).toEqual({ by: 'cap' });
  expect(ofKind(it.events, 'run.started')[0]?.caps).toEqual([{ limit: 100_000 }]);
});

test('a listener that throws for everything about renders does not keep the run from its end', async () => {
  await using it = await stage();
  const { emit } = it.deps();
  const { totals } = await it.run(
    it.plan([it.render('a'), it.render('b')]),
    {},
    {
      emit: (event) => {
        if (event.event.startsWith('render.') || event.event === 'run.notice')
          throw new Error(`the listener broke at ${event.event}`);
        emit(event);
      },
    },
  );
  // Whatever was sent is in the lock.
  expect(totals.submitted).toBe(it.apimart.submits.length);
  expect(ofKind(it.events, 'run.finished')).toHaveLength(1);
});
