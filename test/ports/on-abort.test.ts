import { getEventListeners } from 'node:events';
import { expect, test } from 'vitest';
import { onAbort } from '../../src/ports/on-abort.ts';

test('a thousand who wait for a signal are one listener of it, and each is told once', () => {
  const stop = new AbortController();
  let told = 0;
  const forget = Array.from({ length: 1_000 }, () => onAbort(stop.signal, () => (told += 1)));
  expect(getEventListeners(stop.signal, 'abort')).toHaveLength(1);
  forget[0]?.();
  forget[0]?.();
  stop.abort();
  stop.abort();
  expect(told).toBe(999);
});

test('a signal without a waiter has no listener', () => {
  const stop = new AbortController();
  const forget = [onAbort(stop.signal, () => undefined), onAbort(stop.signal, () => undefined)];
  for (const leave of forget) leave();
  expect(getEventListeners(stop.signal, 'abort')).toHaveLength(0);
  let told = false;
  onAbort(stop.signal, () => (told = true));
  stop.abort();
  expect(told).toBe(true);
});

test('one who leaves while the others are told is not told; an aborted signal tells at once', () => {
  const stop = new AbortController();
  const told: string[] = [];
  onAbort(stop.signal, () => {
    told.push('first');
    leave();
  });
  const leave = onAbort(stop.signal, () => told.push('second'));
  stop.abort();
  onAbort(stop.signal, () => told.push('late'));
  expect(told).toEqual(['first', 'late']);
});
