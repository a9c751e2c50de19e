import {
  assert,
  asyncProperty,
  constantFrom,
  integer,
  array,
  record,
  option,
  oneof,
  constant,
  boolean,
} from 'fast-check';
import { expect, test } from 'vitest';
import { openRules } from '../../src/local-gateway/faults/rules.ts';
import { seededRandom } from '../../src/local-gateway/faults/random.ts';
import type { FaultScript } from '../../src/local-gateway/faults/script.ts';
import { handClock, KLING, O3, post, start } from './helpers.ts';

type Rule = NonNullable<FaultScript['rules']>[number];

const anyFate = record({
  end: constantFrom('completed', 'failed', 'cancelled', 'stuck', 'forgotten' as const),
  refund: constantFrom('full', 'unreported', 'pending', 'none', 'silent' as const),
  seconds: integer({ min: 0, max: 30 }),
}).map((fate): Rule['do'] => ({ fault: 'fate', ...fate }));
const anyAnswer = oneof(
  record({ fault: constant('reset' as const), accepted: boolean() }),
  record({
    fault: constant('error' as const),
    error: constantFrom('server', 'rate-limited', 'balance' as const),
    accepted: boolean(),
  }),
  constant({ fault: 'no-id' as const }),
  constant({ fault: 'truncated-json' as const }),
);
const anyDay = record({
  balanceUsd: option(integer({ min: 0, max: 3 }), { nil: undefined }),
  idempotency: constantFrom('honoured', 'ignored' as const),
  fates: array(anyFate, { maxLength: 3 }),
  answers: array(anyAnswer, { maxLength: 3 }),
});

test('the books balance, whatever the day: reserved + charged + refunded is what was accepted, and one key is one task', async () => {
  await assert(
    asyncProperty(
      anyDay,
      array(integer({ min: 0, max: 3 }), { maxLength: 12 }),
      async ({ fates, answers, balanceUsd, idempotency }, submits) => {
        const rules: Rule[] = [
          ...fates.map((fate, index): Rule => ({
            when: { step: 'task', every: index + 2 },
            do: fate,
          })),
          ...answers.map((answer, index): Rule => ({
            when: { step: 'submit', every: index + 2 },
            do: answer,
          })),
        ];
        const clock = handClock();
        const script = { rules, idempotency, ...(balanceUsd === undefined ? {} : { balanceUsd }) };
        await using gateway = await start({ clock, taskSeconds: 10, script });
        for (const number of submits) {
          const [base, body] =
            number % 2 === 0 ? [gateway.baseUrls.apimart, KLING] : [gateway.baseUrls.evolink, O3];
          await post(base, body, { 'idempotency-key': `the-key-of-render-${number}` }).catch(
            () => undefined,
          );
          clock.advance(3_000);
        }
        const { accepted, events, money, open, peak } = gateway.books();
        const total = (values: readonly number[]): number =>
          values.reduce((sum, value) => sum + value, 0);
        for (const name of ['apimart', 'evolink'] as const) {
          const mine = accepted.filter(({ gateway: of }) => of === name);
          const { reserved, charged, refunded } = money[name];
          expect(reserved + charged + refunded).toBe(total(mine.map((task) => task.reserved)));
          expect(charged).toBe(total(mine.map((task) => task.charged ?? 0)));
          expect(reserved + charged).toBeLessThanOrEqual(
            (balanceUsd ?? Number.POSITIVE_INFINITY) * 1e6,
          );
        }
        expect(open).toBe(accepted.filter((task) => task.charged === undefined).length);
        expect(peak.get('all') ?? 0).toBeGreaterThanOrEqual(open);
        expect(
          events.filter((event) => event.kind === 'submit' && event.outcome === 'accepted'),
        ).toHaveLength(accepted.length);
        const keys = accepted.map(({ idempotencyKey }) => idempotencyKey);
        expect(idempotency === 'ignored' || new Set(keys).size === keys.length).toBe(true);
      },
    ),
    { numRuns: 40, seed: 20_261_120 },
  );
});

test('rules: which time, per task or body, so often at most, and the same chance with the same seed', () => {
  const acts = (
    rule: Rule['when'],
    events: readonly { readonly task?: string; readonly body?: string }[],
    seed = 1,
  ): string => {
    const rules = openRules(
      { rules: [{ when: rule, do: { fault: 'reset' } }] },
      seededRandom(seed),
    );
    return events
      .map((event) =>
        rules.act({ step: rule.step, gateway: 'apimart', ...event }) === undefined ? '.' : 'x',
      )
      .join('');
  };
  const six = Array.from({ length: 6 }, () => ({ task: 'a', body: 'b' }));
  expect(acts({ step: 'ask', nth: [2, 5] }, six)).toBe('.x..x.');
  expect(acts({ step: 'ask', first: 2 }, [...six.slice(0, 3), { task: 'z' }])).toBe('xx.x');
  expect(acts({ step: 'submit', every: 2, times: 2 }, six)).toBe('.x.x..');
  expect(
    acts({ step: 'submit', first: 1, per: 'body' }, [{ body: 'a' }, { body: 'a' }, { body: 'b' }]),
  ).toBe('x.x');
  expect(
    acts({ step: 'submit', prompt: 'CRAB' }, [{ body: '{"prompt":"a crab"}' }, { body: '{}' }]),
  ).toBe('x.');
  const many = Array.from({ length: 200 }, () => ({}));
  const chance = acts({ step: 'submit', probability: 0.3 }, many);
  expect(acts({ step: 'submit', probability: 0.3 }, many)).toBe(chance);
  expect(acts({ step: 'submit', probability: 0.3 }, many, 2)).not.toBe(chance);
  const hits = [...chance].filter((mark) => mark === 'x').length;
  expect(hits).toBeGreaterThan(35);
  expect(hits).toBeLessThan(90);
});

test('a gateway can be closed and gone on with, tasks and books and all', async () => {
  const clock = handClock();
  const first = await start({ clock, taskSeconds: 10 });
  const { json } = await post(first.baseUrls.apimart, KLING, { 'idempotency-key': 'k' });
  await first.close();
  clock.advance(10_000);
  await using second = await start({ clock, state: first.state });
  const again = await post(second.baseUrls.apimart, KLING, { 'idempotency-key': 'k' });
  expect(again.json.data[0].task_id).toBe(json.data[0].task_id);
  expect(second.books().money.apimart.charged).toBe(336_000);
});
