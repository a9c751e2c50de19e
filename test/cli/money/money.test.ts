/**
 * The cap while a run goes on, and processes that are killed: nothing is paid twice, nothing paid
 * is lost, all of it adds up.
 */
import { expect, test } from 'vitest';
import { film, scenes } from '../manifest-text.ts';
import { flat, smallClips, type World, world } from '../cli-project.ts';

interface LockJson {
  readonly renders: Readonly<
    Record<
      string,
      { readonly status: string; readonly task?: string; readonly cost?: { readonly usd: number } }
    >
  >;
}
const lockOf = async (w: World): Promise<LockJson> =>
  JSON.parse(await w.read('film.lock.json')) as LockJson;
const cents = (usd: number): number => Math.round(usd * 1e6) / 1e6;
const spentIn = ({ renders }: LockJson): number =>
  cents(Object.values(renders).reduce((sum, { cost }) => sum + (cost?.usd ?? 0), 0));
const charged = (w: World): number => {
  const { money } = w.gateway.books();
  return cents((money.apimart.charged + money.evolink.charged) / 1e6);
};

test('reported costs above the estimate: submits stop at the cap, what is accepted is downloaded, the figures add up', async () => {
  await using w = await world({ script: { rules: [smallClips({ costFactor: 3 })] } });
  // 10 × $0.336 estimated fits $5; at three times that, only four do.
  await w.write(
    'film.yaml',
    film(scenes(10, 'kling'), 'budget: { usd: 5 }\nlimits: { in_flight: 1 }'),
  );
  const ran = await w.rushes(['render', 'film.yaml']);
  expect(ran.exit).toBe(4);
  const { accepted } = w.gateway.books();
  // After four the next reservation still fits under the cap; what it costs in the end nobody could
  // know.
  expect(accepted).toHaveLength(5);
  const lock = await lockOf(w);
  expect(Object.values(lock.renders).every(({ status }) => status === 'completed')).toBe(true);
  expect(Object.keys(lock.renders)).toHaveLength(accepted.length);
  expect(spentIn(lock)).toBe(charged(w));
  expect(ran.err).toContain(`this run: $${charged(w).toFixed(2)} charged\n`);
  expect(flat(ran.err)).toContain(
    '5 tasks cost more than estimated: $5.04 instead of $1.68 (apimart/kling-v3)',
  );
  expect(ran.err).toContain(`all runs: $${charged(w).toFixed(2)} charged\n`);
  expect(flat(ran.err)).toContain(
    'the budget of film.yaml, $5.00, is reached with $5.04 charged or reserved, for what was estimated at $1.68;',
  );
  expect(flat(ran.err)).toContain(`${10 - accepted.length} not submitted`);
  const json = JSON.parse((await w.rushes(['status', '--json', 'film.yaml'])).out) as {
    totals?: unknown;
  };
  expect(json).toBeDefined();
  const cost = await w.rushes(['status', '--cost', 'film.yaml']);
  expect(cost.out).toContain(
    `All runs: $${charged(w).toFixed(2)} charged, for ${accepted.length} kept clips.`,
  );
});

test('kill -9 in the middle, again and again: nothing is submitted twice, nothing paid is lost', async () => {
  await using w = await world({ taskSeconds: 0.4 });
  await w.write('film.yaml', film(scenes(6)));
  let kills = 0;
  // Killed after its first accepted task, its second, and so on: intents, tasks and downloads are
  // all caught in the middle.
  for (const after of [1, 3, 2]) {
    let accepted = 0;
    const { exit } = await w.cli(['render', 'film.yaml'], {
      watch: (said, signal) => {
        accepted += said.split('accepted film:').length - 1;
        if (accepted >= after) signal('SIGKILL');
      },
    });
    if (exit === 137) kills += 1;
  }
  expect(kills).toBeGreaterThan(0);
  const last = await w.cli(['render', 'film.yaml']);
  // A POST that was cut by the kill has nobody who read the answer: that one is ambiguous, and
  // never sent again by itself.
  expect([0, 5]).toContain(last.exit);
  const { accepted } = w.gateway.books();
  const bodies = accepted.map(({ body }) => JSON.stringify(body));
  expect(new Set(bodies).size).toBe(bodies.length);
  const lock = await lockOf(w);
  const unclear = Object.values(lock.renders).filter(({ status }) => status === 'ambiguous').length;
  expect(Object.values(lock.renders).filter(({ status }) => status === 'completed')).toHaveLength(
    12 - unclear,
  );
  const known = new Set(Object.values(lock.renders).map(({ task }) => task));
  expect(accepted.filter(({ task }) => !known.has(task)).length).toBeLessThanOrEqual(unclear);
});

test("a killed run's successor continues its cap", async () => {
  await using w = await world({ taskSeconds: 0.3 });
  await w.write('film.yaml', film(scenes(8, 'kling'), 'limits: { in_flight: 2 }'));
  let killed = false;
  await w.cli(['render', '--budget', '3', 'film.yaml'], {
    watch: (said, signal) => {
      if (said.includes('done s')) {
        killed = true;
        signal('SIGKILL');
      }
    },
  });
  expect(killed).toBe(true);
  const before = w.gateway.books().accepted.length;
  const next = await w.cli(['render', '--budget', '3', 'film.yaml']);
  // 8 × $0.336 = $2.688 fits $3 as a whole; what was spent before counts with what is still to be
  // submitted.
  expect([0, 5]).toContain(next.exit);
  expect(w.gateway.books().accepted.length).toBeLessThanOrEqual(8);
  expect(before).toBeGreaterThan(0);
  expect(charged(w)).toBeLessThanOrEqual(3);
});

test("a killed run's money counts when the successor is admitted, too", async () => {
  await using w = await world({ taskSeconds: 0.2 });
  const one = film(scenes(3, 'kling'), 'limits: { in_flight: 3 }');
  await w.write('film.yaml', one);
  let killed = false;
  await w.cli(['render', '--budget', '2', 'film.yaml'], {
    watch: (said, signal) => {
      if (said.split('accepted film:').length < 2) return;
      killed = true;
      signal('SIGKILL');
    },
  });
  expect(killed).toBe(true);
  await w.write('film.yaml', `${one}${scenes(8, 'kling').split('\n').slice(3).join('\n')}\n`);
  const paid = w.gateway.books().accepted.length;
  const ran = await w.cli(['render', '--budget', '2', 'film.yaml']);
  expect(ran.exit).toBe(4);
  expect(w.gateway.books().accepted.length).toBe(paid);
});

test('a refused balance check refuses before anything is sent', async () => {
  await using w = await world({ script: { balanceUsd: 0.5, rules: [smallClips()] } });
  await w.write('film.yaml', film(scenes(3, 'kling')));
  const ran = await w.rushes(['render', '--check-balance', 'film.yaml']);
  expect(ran.exit).toBe(69);
  expect(ran.err).toContain('$0.50');
  expect(w.gateway.books().accepted).toEqual([]);
});
