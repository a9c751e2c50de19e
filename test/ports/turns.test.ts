import { expect, test } from 'vitest';
import { Turns } from '../../src/ports/http/turns.ts';

test('two hundred pieces of work that begin at once: sixteen in a turn of the event loop, in order', async () => {
  const turns = new Turns(16);
  let turn = 0;
  let running = true;
  const count = (): void => {
    turn += 1;
    if (running) setImmediate(count);
  };
  setImmediate(count);
  const begun: { readonly piece: number; readonly turn: number }[] = [];
  await Promise.all(
    Array.from({ length: 200 }, async (_, piece) => {
      await turns.next();
      begun.push({ piece, turn });
    }),
  );
  running = false;
  expect(begun.map(({ piece }) => piece)).toEqual(begun.map((_, index) => index));
  const perTurn = new Map<number, number>();
  for (const { turn: at } of begun) perTurn.set(at, (perTurn.get(at) ?? 0) + 1);
  expect(Math.max(...perTurn.values())).toBeLessThanOrEqual(16);
  expect(perTurn.size).toBeGreaterThanOrEqual(12);
});

test('one piece at a time does not wait', async () => {
  const turns = new Turns(2);
  for (let piece = 0; piece < 10; piece++) {
    let waited = false;
    setImmediate(() => (waited = true));
    await turns.next();
    expect(waited).toBe(false);
    await new Promise((resolve) => setImmediate(resolve));
  }
});
