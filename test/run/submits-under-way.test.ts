import { setImmediate as turn } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { SubmitsUnderWay } from '../../src/run/queues/submits-under-way.ts';
import { type VirtualClock, virtualClock } from '../virtual-clock.ts';

/** Whether something that waits has gone on after so many milliseconds more. */
function waiter(submits: SubmitsUnderWay, clock: VirtualClock): (ms: number) => Promise<boolean> {
  let isOn = false;
  const wait = async (): Promise<void> => {
    await submits.over();
    isOn = true;
  };
  void wait();
  return async (ms) => {
    clock.advance(ms);
    await turn();
    return isOn;
  };
}

test('what waits goes on when the last submit is over, and at once where there is none', async () => {
  const clock = virtualClock();
  const submits = new SubmitsUnderWay(clock);
  expect(await waiter(submits, clock)(0)).toBe(true);
  const [first, second] = [submits.begin('apimart'), submits.begin('evolink')];
  expect([submits.at('apimart'), submits.at('evolink')]).toEqual([1, 1]);
  const isOnAfter = waiter(submits, clock);
  first();
  expect(await isOnAfter(100)).toBe(false);
  second();
  expect(await isOnAfter(0)).toBe(true);
  expect(submits.at('evolink')).toBe(0);
});

test('it waits a quarter of a second and no longer', async () => {
  const clock = virtualClock();
  const submits = new SubmitsUnderWay(clock);
  submits.begin('apimart');
  const isOnAfter = waiter(submits, clock);
  expect(await isOnAfter(249)).toBe(false);
  expect(await isOnAfter(1)).toBe(true);
});
