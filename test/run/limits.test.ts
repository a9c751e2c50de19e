import { array, assert, check, constantFrom, integer, property, record } from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Gateway } from '../../src/gateways/gateway.ts';
import type { TaskId } from '../../src/ids.ts';
import { fromUsd, NO_TOTALS } from '../../src/money.ts';
import { systemClock } from '../../src/ports/clock.ts';
import { Cap } from '../../src/run/limits/cap.ts';
import type { SubmitJob } from '../../src/run/job.ts';
import { Asker } from '../../src/run/queues/batched-polls.ts';
import { DownloadQueue } from '../../src/run/queues/download-queue.ts';
import { SubmitQueue } from '../../src/run/queues/submit-queue.ts';
import { SubmitRate, Throttle } from '../../src/run/limits/throttle.ts';
import { runLimits, Slots } from '../../src/run/limits/slots.ts';

describe('slots', () => {
  const place = { manifest: 'film.yaml', alias: 'kling', gateway: 'apimart' } as const;
  const limits = { all: 3, gateway: () => 2, alias: () => 1 };

  test('a slot is free only where alias, gateway and all are', () => {
    const slots = new Slots(limits);
    const release = slots.tryTake(place);
    expect(slots.tryTake(place)).toBeUndefined();
    expect(slots.tryTake({ ...place, manifest: 'other.yaml' })).toBeDefined();
    expect(slots.tryTake({ ...place, alias: 'third' })).toBeUndefined();
    release?.();
    release?.();
    expect(slots.inFlight()).toBe(1);
    expect(slots.tryTake(place)).toBeDefined();
  });

  test('tasks that are there already take their slots beyond the limit', () => {
    const slots = new Slots(limits);
    for (let count = 0; count < 4; count++) slots.occupy(place);
    expect(slots.inFlight('apimart')).toBe(4);
    expect(slots.tryTake({ ...place, gateway: 'evolink' })).toBeUndefined();
  });

  test('for the account the smallest stated value holds, for an alias its own manifest', () => {
    const limits = runLimits([
      {
        manifest: 'a',
        limits: {
          in_flight: 9,
          gateways: { apimart: { in_flight: 7 } },
          models: { k: { in_flight: 2 } },
          downloads: 2,
        },
      },
      {
        manifest: 'b',
        limits: {
          in_flight: 8,
          gateways: { apimart: { in_flight: 5, submits_per_minute: 4 } },
          models: {},
        },
      },
    ]);
    expect([
      limits.inFlight,
      limits.gatewayInFlight('apimart'),
      limits.gatewayInFlight('evolink'),
      limits.downloads,
    ]).toEqual([8, 5, 3, 2]);
    expect([limits.aliasInFlight('a', 'k'), limits.aliasInFlight('b', 'k')]).toEqual([
      2,
      Number.POSITIVE_INFINITY,
    ]);
    expect([limits.gatewayPerMinute('apimart'), limits.gatewayPerMinute('evolink')]).toEqual([
      4,
      undefined,
    ]);
  });
});

test('never more submits in any 60 seconds than are allowed', () => {
  const gaps = array(integer({ min: 0, max: 20_000 }), { maxLength: 40 });
  const kept = property(integer({ min: 1, max: 6 }), gaps, (perMinute, waits) => {
    const rate = new SubmitRate(perMinute, [0]);
    const sent = [0];
    let now = 0;
    for (const wait of waits) {
      now += wait + rate.waitMs(now + wait);
      rate.sent(now);
      sent.push(now);
    }
    return sent.every(
      (at, index) =>
        sent.slice(0, index + 1).filter((other) => other > at - 60_000).length <= perMinute,
    );
  });
  expect(check(kept, { seed: 7 }).failed).toBe(false);
});

describe('throttle', () => {
  const push = { halve: true, sentAt: 1, now: 2, inFlight: 8 };
  test('429 halves once for a burst, success raises slowly, up to what was configured', () => {
    const throttle = new Throttle(8);
    throttle.pushedBack(push);
    throttle.pushedBack({ ...push, sentAt: 1.5, now: 3 });
    expect(throttle.limit).toBe(4);
    for (let count = 0; count < 4; count++) throttle.accepted();
    expect(throttle.limit).toBe(5);
    for (let count = 0; count < 100; count++) throttle.accepted();
    expect(throttle.limit).toBe(8);
  });
  test('it never reaches zero, and pauses grow unless the gateway says how long', () => {
    const throttle = new Throttle(3);
    const waits = Array.from({ length: 8 }, (_, index) => {
      const now = (index + 1) * 1e6;
      throttle.pushedBack({ halve: true, sentAt: now - 1, now, inFlight: 0 });
      return throttle.waitMs(now);
    });
    expect(throttle.limit).toBe(1);
    expect(waits).toEqual([1_000, 2_000, 4_000, 8_000, 16_000, 32_000, 60_000, 60_000]);
    throttle.pushedBack({ halve: false, sentAt: 9e6, now: 9e6, inFlight: 0, retryAfterMs: 90_000 });
    expect(throttle.waitMs(9e6)).toBe(90_000);
    expect(throttle.refusedInARow).toBe(9);
    throttle.accepted();
    expect(throttle.refusedInARow).toBe(0);
  });
});

describe('cap', () => {
  const usd = fromUsd;
  const of = (manifest: string): { manifest: string; model: string } => ({
    manifest,
    model: 'one',
  });
  test('reserve, reconcile, release add up to the millionth, and the cap over all holds beside each own one', () => {
    const cap = new Cap({
      total: usd(1),
      manifests: new Map([['a', usd(0.5)]]),
      carried: new Map([['a', usd(0.2)]]),
    });
    expect(cap.reserve('1', of('a'), usd(0.3))).toBe(true);
    expect(cap.reserve('2', of('a'), usd(0.000001))).toBe(false);
    expect(cap.reserve('3', of('b'), usd(0.5))).toBe(true);
    expect(cap.reserve('4', of('b'), usd(0.1))).toBe(false);
    cap.settle('1', usd(0.1), 'made');
    expect(cap.reserve('2', of('a'), usd(0.2))).toBe(true);
    cap.release('3');
    cap.settle('2', undefined, 'unclear');
    expect(cap.open).toBe(0);
    expect(cap.money).toEqual({
      thisRun: { ...NO_TOTALS, charged: usd(0.1), unclear: usd(0.2) },
      carried: usd(0.2),
      underCap: usd(0.5),
    });
  });
  test('the obstacle is named with the amounts, and their estimate', () => {
    const cap = new Cap({
      total: usd(2),
      manifests: new Map([['a', usd(0.5)]]),
      carried: new Map([['b', usd(0.2)]]),
    });
    cap.reserve('1', of('a'), usd(0.3));
    cap.reserve('2', of('b'), usd(0.3));
    cap.settle('1', usd(0.75), 'made');
    expect(cap.inTheWay('b', usd(0.1))).toBeUndefined();
    expect(cap.inTheWay('a', usd(0.1))).toEqual({
      manifest: 'a',
      limit: usd(0.5),
      used: usd(0.75),
      estimated: usd(0.3),
      carried: false,
    });
    expect(cap.inTheWay('b', usd(1))).toEqual({
      limit: usd(2),
      used: usd(1.25),
      estimated: usd(0.8),
      carried: true,
    });
  });
  test('a carried reservation is counted once, and may still be reconciled', () => {
    const cap = new Cap({
      total: usd(1),
      manifests: new Map(),
      carried: new Map([['a', usd(0.6)]]),
    });
    cap.adoptCarried('old', of('a'), usd(0.4));
    expect(cap.money.underCap).toBe(usd(0.6));
    cap.settle('old', usd(0), 'failed');
    expect(cap.money.underCap).toBe(usd(0.2));
  });
  test('charged, reserved, unclear and refunded exclude each other; what is unpriced is counted until it is reported', () => {
    const cap = new Cap({ manifests: new Map(), carried: new Map() });
    for (const [key, price] of [
      ['made', 0.5],
      ['failed', 0.4],
      ['promised', 0.3],
      ['silent', 0.2],
      ['open', 0.1],
    ] as const)
      cap.reserve(key, of('a'), usd(price));
    cap.reserve('unpriced', of('a'), undefined);
    cap.settle('made', usd(0.6), 'made');
    cap.settle('failed', usd(0.1), 'failed');
    cap.settle('promised', usd(0.3), 'refund-pending');
    cap.settle('silent', undefined, 'failed');
    const money = {
      charged: usd(1),
      reserved: usd(0.1),
      unclear: usd(0.2),
      refunded: usd(0.3),
      refundPromised: usd(0.3),
      unpriced: 1,
    };
    expect(cap.money).toEqual({ thisRun: money, carried: 0, underCap: usd(1.3) });
    expect(cap.moneyOf('one')).toEqual(money);
    cap.settle('unpriced', usd(0.7), 'made');
    expect(cap.money).toMatchObject({ thisRun: { charged: usd(1.7), unpriced: 0 } });
  });
  test('reservations never exceed the cap, whatever the order', () => {
    const step = record({
      key: integer({ min: 0, max: 8 }),
      act: constantFrom('reserve', 'release', 'settle'),
      cents: integer({ min: 0, max: 60 }),
    });
    assert(
      property(array(step), (steps) => {
        const cap = new Cap({ total: usd(1), manifests: new Map(), carried: new Map() });
        const held = new Map<number, number>();
        for (const { key, act, cents } of steps) {
          if (
            act === 'reserve' &&
            !held.has(key) &&
            cap.reserve(`${key}`, of('a'), usd(cents / 100))
          )
            held.set(key, cents);
          if (act === 'release' && held.delete(key)) cap.release(`${key}`);
          if (act === 'settle' && held.has(key)) cap.settle(`${key}`, undefined, 'unclear');
        }
        expect(cap.money.underCap).toBe(
          usd([...held.values()].reduce((sum, cents) => sum + cents, 0) / 100),
        );
        expect(cap.money.underCap).toBeLessThanOrEqual(usd(1));
      }),
      { seed: 5 },
    );
  });
});

const atOnce = (): Promise<void> => Promise.resolve();

test('downloads: as many at a time as allowed, in the order of expiry', async () => {
  const queue = new DownloadQueue(2, atOnce);
  const order: number[] = [];
  let running = 0;
  let most = 0;
  const opened: (() => void)[] = [];
  const all = [5, 9, 1, 8, 2, 7].map((expiresAtMs) =>
    queue.run(expiresAtMs, async () => {
      order.push(expiresAtMs);
      most = Math.max(most, ++running);
      await new Promise<void>((resolve) => opened.push(resolve));
      running -= 1;
    }),
  );
  for (let round = 0; round < 20; round++) {
    await new Promise((resolve) => setImmediate(resolve));
    opened.shift()?.();
  }
  await Promise.all(all);
  expect(most).toBe(2);
  expect(order).toEqual([1, 2, 5, 7, 8, 9]);
});

test('a download that fails by a bug is told, and the others get its place', async () => {
  const queue = new DownloadQueue(1, atOnce);
  const bug = queue.run(1, () => Promise.reject(new Error('a bug')));
  const next = queue.run(2, () => Promise.resolve('here'));
  await expect(bug).rejects.toThrow('a bug');
  expect(await next).toBe('here');
});

test.each([0, 50])('an ask that fails by a bug is told: %d at a time', async (askManyLimit) => {
  const fails = (): Promise<never> => Promise.reject(new Error('a bug'));
  const gateway = { askManyLimit, ask: fails, askMany: fails } as Partial<Gateway> as Gateway;
  const { signal } = new AbortController();
  const asker = new Asker(gateway, { clock: systemClock, gatherMs: 0, signal });
  const asked = ['task_1', 'task_2'].map((task) => asker.ask(task as TaskId));
  for (const one of asked) await expect(one).rejects.toThrow('a bug');
});

test('submits: jobs of one alias leave longest first, else in the order in which they came', () => {
  const job = (id: string, expectedSeconds: number): SubmitJob =>
    ({
      manifest: 'film.yaml',
      render: { id, alias: 'kling', model: { gateway: 'apimart' } },
      expectedSeconds,
    }) as unknown as SubmitJob;
  const queue = new SubmitQueue();
  queue.addAll([job('a', 60), job('b', 60)]);
  for (const id of ['c', 'd', 'e']) queue.addAll([job(id, 60)]);
  queue.addAll([job('long', 90), job('short', 30)]);
  const left: string[] = [];
  while (queue.size > 0)
    for (const head of queue.heads(() => 0)) {
      queue.take(head);
      left.push(head.render.id);
    }
  expect(left).toEqual(['long', 'a', 'b', 'c', 'd', 'e', 'short']);
});
