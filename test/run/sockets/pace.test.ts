/**
 * Money rules 7 and 8 of the design on real sockets: limits that hold, and asking that is paced.
 */
import { expect, test } from 'vitest';
import { studio, type Studio } from '../fake-gateway-run.ts';
import { eventsOf, film, on, postsOf, small } from './fault-rules.ts';

/** When the gateway accepted the scenes, in its order, in milliseconds from the first. */
const acceptedAt = (it: Studio): readonly number[] => {
  const times = it.gateway.books().accepted.map(({ at }) => at);
  return times.map((at) => at - Math.min(...times));
};

test('rule 7: no more tasks than the limits say, tasks of a killed run included', async () => {
  await using it = await studio({
    manifest: film(['a', 'b', 'c', 'd', 'e', 'f'], {
      models: ['kling', 'o3'],
      more: 'limits: { in_flight: 6, gateways: { apimart: { in_flight: 3 } }, models: { o3: { in_flight: 2 } } }',
    }),
    script: { rules: [small()] },
  });
  await it.killAt('after ask');
  expect(it.gateway.books().accepted.length).toBe(5);
  expect(await it.render()).toMatchObject({ exit: 0, totals: { completed: 12 } });
  const { peak } = it.gateway.books();
  expect(peak.get('all')).toBe(5);
  expect(peak.get('apimart')).toBe(3);
  expect(peak.get('evolink')).toBe(2);
});

test('rule 7: all gateways together have a limit of their own', async () => {
  await using it = await studio({
    manifest: film(['a', 'b', 'c', 'd'], {
      models: ['kling', 'o3'],
      more: 'limits: { in_flight: 3 }',
    }),
    script: { rules: [small()] },
  });
  expect(await it.render()).toMatchObject({ exit: 0, totals: { completed: 8 } });
  expect(it.gateway.books().peak.get('all')).toBe(3);
});

test('rule 7: a submit whose answer was lost keeps its slot for as long as such a task would take', async () => {
  await using it = await studio({
    manifest: film(['a', 'b', 'c'], { more: 'limits: { in_flight: 1 }' }),
    script: { rules: [on('submit', 'a', { fault: 'reset', accepted: true }), small()] },
  });
  expect(await it.render()).toMatchObject({ exit: 5, totals: { completed: 2, ambiguous: 1 } });
  expect(it.gateway.books().peak.get('all')).toBe(1);
});

test('rule 7: longest expected first, and a full gateway holds the other one not up', async () => {
  await using it = await studio({
    manifest: film(['short', 'long', 'middle'], {
      models: ['kling', 'o3'],
      seconds: { short: 3, long: 12, middle: 6 },
      more: 'limits: { in_flight: 2 }',
    }),
    script: { rules: [small()] },
    taskSeconds: ({ gateway }) => (gateway === 'apimart' ? 600 : 30),
  });
  expect(await it.render()).toMatchObject({ exit: 0, totals: { completed: 6 } });
  const { accepted } = it.gateway.books();
  const of = (gateway: string) => accepted.filter((task) => task.gateway === gateway);
  expect(of('apimart').map(({ body }) => body['duration'])).toEqual([12, 6, 3]);
  const firstSlow = of('apimart')[0]?.at ?? 0;
  for (const { at } of of('evolink')) expect(at - firstSlow).toBeLessThan(600_000);
});

test.each([
  // Tasks take 60 s. Halved from 7 in flight to 3, the refused one waits for five of them to end.
  [{ retryAfter: 20 }, 60_000, 70_000],
  [{ retryAfter: 100 }, 100_000, 110_000],
  [{ retryAfter: { date: 100 } }, 99_000, 110_000],
  [{}, 60_000, 70_000],
] as const)(
  'rule 7: 429 halves what is in flight, and %j is obeyed',
  async (after, earliest, latest) => {
    const ids = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'];
    await using it = await studio({
      manifest: film(ids, {
        more: 'limits: { in_flight: 8, gateways: { apimart: { in_flight: 8 } } }',
      }),
      script: {
        rules: [
          {
            when: { step: 'submit', nth: 5 },
            do: { fault: 'error', error: 'rate-limited', ...after },
          },
          small(),
        ],
      },
    });
    expect(await it.render()).toMatchObject({ exit: 0, totals: { submitted: 8, completed: 8 } });
    expect(eventsOf(it, 'submit')).toHaveLength(9);
    const again = Math.max(...acceptedAt(it));
    expect(again).toBeGreaterThanOrEqual(earliest);
    expect(again).toBeLessThan(latest);
  },
);

test('rule 7: submits a minute, counting those of the run before', async () => {
  await using it = await studio({
    manifest: film(['a', 'b', 'c', 'd', 'e'], {
      more: 'limits: { gateways: { apimart: { submits_per_minute: 2 } } }',
    }),
    script: { rules: [small({ seconds: 1 })] },
  });
  await it.killAt('after ask');
  expect(it.gateway.books().accepted).toHaveLength(2);
  expect(await it.render()).toMatchObject({ exit: 0, totals: { completed: 5 } });
  const times = acceptedAt(it);
  for (const [index, at] of times.slice(2).entries())
    expect(at - (times[index] ?? 0)).toBeGreaterThanOrEqual(60_000);
});

test.each([
  // An estimate that is far off: history is what counts.
  ['kling', { estimate: 20 }],
  // EvoLink does not say how long a task took: what was seen is history, trusted as far as the
  // estimate goes.
  ['o3', {}],
] as const)(
  'rule 8: with history few asks notice the end within a few per cent of the task (%s)',
  async (alias, fate) => {
    const ids = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'];
    await using it = await studio({
      manifest: film(ids, { models: [alias], more: 'limits: { in_flight: 1 }' }),
      script: { rules: [small(fate)] },
      taskSeconds: 200,
    });
    expect(await it.render()).toMatchObject({ exit: 0, totals: { completed: 8 } });
    const last = it.gateway.books().accepted.at(-1);
    const asks = eventsOf(it, 'ask').filter(({ tasks }) => tasks.includes(last?.task ?? ''));
    const ages = asks.map(({ at }) => (at - (last?.at ?? 0)) / 1_000);
    expect(ages.length).toBeLessThanOrEqual(4);
    expect(ages[0]).toBeGreaterThan(150);
    expect(ages[0]).toBeLessThanOrEqual(200);
    expect(ages.at(-1)).toBeLessThan(210);
  },
);

test.each([
  ['no estimate and no progress', { estimate: null }, ['progress', 'estimated_time', 'task_info']],
  ['an estimate of a day', { estimate: 86_400 }, []],
  ['an estimate of a second', { estimate: 1 }, []],
] as const)(
  'rule 8: without history, with %s, the end is noticed within a tenth of the task',
  async (_name, fate, omit) => {
    await using it = await studio({
      manifest: film(['a']),
      script: {
        rules: [{ when: { step: 'ask' }, do: { fault: 'edit', omit: [...omit] } }, small(fate)],
      },
      taskSeconds: 200,
    });
    expect(await it.render()).toMatchObject({ exit: 0 });
    const ages = eventsOf(it, 'ask').map(({ at }) => (at - (postsOf(it, 'a')[0]?.at ?? 0)) / 1_000);
    expect(ages.at(-1)).toBeLessThanOrEqual(220);
    expect(ages.length).toBeLessThanOrEqual(60);
  },
);

test('no more than 100 submits are under way at a gateway, however many tasks may be in flight', async () => {
  const ids = Array.from({ length: 130 }, (_, index) => `s${index}`);
  const underWay: number[] = [];
  await using it = await studio({
    manifest: film(ids, {
      more: 'limits: { in_flight: 130, gateways: { apimart: { in_flight: 130 } } }',
    }),
    // No answer comes before the clock goes on, and it waits for whatever can be sent.
    script: { rules: [{ when: { step: 'submit' }, do: { fault: 'slow', seconds: 5 } }, small()] },
    taskSeconds: 600,
    onEvent: ({ kind }) => {
      if (kind === 'submit') underWay.push(it.http.active());
    },
  });
  expect(await it.render({ detach: true })).toMatchObject({ totals: { submitted: 130 } });
  expect(underWay).toHaveLength(130);
  expect(Math.max(...underWay)).toBe(100);
});

test('rule 8: many tasks that are due together cost EvoLink one request', async () => {
  const ids = Array.from({ length: 20 }, (_, index) => `s${index}`);
  await using it = await studio({
    manifest: film(ids, {
      models: ['o3'],
      more: 'limits: { in_flight: 20, gateways: { evolink: { in_flight: 20 } } }',
    }),
    script: { rules: [small()] },
  });
  expect(await it.render()).toMatchObject({ exit: 0, totals: { completed: 20 } });
  expect(eventsOf(it, 'batch').length + eventsOf(it, 'ask').length).toBeLessThanOrEqual(30);
  expect(eventsOf(it, 'batch').some(({ tasks }) => tasks.length === 20)).toBe(true);
});
