import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Heap } from '../../../src/algorithms/heap.ts';
import { less, lockOf, NOW, pending, planOf, rendersOf, resultOf } from '../lock-entries.ts';

const scenes = (count: number): string =>
  Array.from({ length: count }, (_, index) => `  - { id: s${index}, prompt: P${index} }`).join(
    '\n',
  );
const project = (
  count: number,
  limits: string,
  models = '{ one: { use: apimart/one } }',
): string => `
models: ${models}
limits: ${limits}
scenes:
${scenes(count)}
`;
/** History in which every task of both models took 120 s. */
const history = lockOf(
  rendersOf(
    planOf(
      'models: { one: { use: apimart/one }, two: { use: evolink/two } }\nscenes: [{ id: past, prompt: P }]\n',
    ),
  ).map(({ render }) => [render.id, resultOf(render)]),
);
const forecast = (text: string): number => planOf(text, { lock: history }).totals.forecastSeconds;

describe('the forecast', () => {
  test('plays the narrowest limit through', () => {
    expect(forecast(project(6, '{ in_flight: 6, gateways: { apimart: { in_flight: 3 } } }'))).toBe(
      240,
    );
    expect(forecast(project(6, '{ in_flight: 2, gateways: { apimart: { in_flight: 3 } } }'))).toBe(
      360,
    );
    expect(
      forecast(
        project(
          6,
          '{ gateways: { apimart: { in_flight: 6 } }, models: { one: { in_flight: 1 } } }',
        ),
      ),
    ).toBe(720);
    expect(forecast(project(6, '{}'))).toBe(240);
  });
  test('a slow gateway leaves the other its slots', () => {
    expect(
      forecast(project(3, '{}', '{ one: { use: apimart/one }, two: { use: evolink/two } }')),
    ).toBe(120);
  });
  test('submits a minute space the starts', () => {
    expect(
      forecast(
        project(
          4,
          '{ in_flight: 9, gateways: { apimart: { in_flight: 9, submits_per_minute: 6 } } }',
        ),
      ),
    ).toBe(150);
  });
  test('without history it is a guess that grows with the clip', () => {
    expect(planOf(project(1, '{}')).totals.forecastSeconds).toBe(30 + 20 * 4);
  });
  test('a clip that was collected the next morning teaches nothing', () => {
    const late = (hours: number) =>
      lockOf(
        [...history.renders].map(([id, entry]) => [
          id,
          {
            ...entry,
            submittedAt: new Date(
              Date.parse(entry.completedAt ?? '') - hours * 3_600_000,
            ).toISOString(),
          },
        ]),
      );
    expect(planOf(project(1, '{}'), { lock: late(10) }).totals.forecastSeconds).toBe(30 + 20 * 4);
    expect(planOf(project(1, '{}'), { lock: late(0.25) }).totals.forecastSeconds).toBe(900);
  });
  test('tasks under way count with what is left of them, and hold their slots', () => {
    const text = project(2, '{ in_flight: 1 }');
    const [first] = rendersOf(planOf(text)).map(({ render }) => render);
    if (first === undefined) throw new Error('nothing to render');
    const entry = { ...pending(first), submittedAt: new Date(NOW - 30_000).toISOString() };
    const lock = lockOf([...history.renders, [first.id, entry]]);
    expect(planOf(text, { lock }).totals.forecastSeconds).toBe(90 + 120);
  });
  test('nothing to wait for takes no time', () => {
    const text = project(1, '{}');
    const [first] = rendersOf(planOf(text)).map(({ render }) => render);
    if (first === undefined) throw new Error('nothing to render');
    expect(
      planOf(text, { lock: lockOf([[first.id, resultOf(first)]]) }).totals.forecastSeconds,
    ).toBe(0);
    expect(
      planOf(text, {
        lock: lockOf([[first.id, less(resultOf(first, { status: 'ambiguous' }), 'clip')]]),
      }).totals.forecastSeconds,
    ).toBe(0);
  });
});

test('finish times come out in order', () => {
  fc.assert(
    fc.property(fc.array(fc.nat(100)), (times) => {
      const heap = new Heap<number>();
      for (const at of times) heap.push({ at, item: at });
      const out = times.map(() => heap.pop()?.item);
      expect(out).toEqual([...times].sort((a, b) => a - b));
      expect(heap.pop()).toBeUndefined();
    }),
    { seed: 3 },
  );
});
