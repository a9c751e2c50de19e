import { expect, test } from 'vitest';
import { toUsd } from '../../src/money.ts';
import { world } from './cli-project.ts';

const DEEP = 100;

test('a chain of a hundred scenes: one after the other, each paid once, for the price of the plan', async () => {
  await using w = await world();
  const scenes = Array.from(
    { length: DEEP },
    (_, n) =>
      `  - { id: s${n}, prompt: room ${n}${n === 0 ? '' : `, first_frame: { scene: s${n - 1}, frame: last }`} }`,
  );
  await w.write(
    'film.yaml',
    `rushes: 1\nmodels: { kling: { use: apimart/kling-v3 } }\nscenes:\n${scenes.join('\n')}\n`,
  );
  const plan = JSON.parse((await w.rushes(['plan', '--json', 'film.yaml'])).out) as {
    totals: { cost: { exactUsd: number } };
  };
  const ran = await w.rushes(['render', 'film.yaml']);
  expect({ exit: ran.exit, err: ran.err }).toMatchObject({ exit: 0 });
  const { accepted, money } = w.gateway.books();
  expect(accepted.map(({ body }) => body['prompt'])).toEqual(scenes.map((_, n) => `room ${n}`));
  expect(toUsd(money.apimart.charged)).toBeCloseTo(plan.totals.cost.exactUsd, 6);
  expect((await w.rushes(['plan', 'film.yaml'])).out).toBe(
    `Nothing to do: ${DEEP} clips are current.\n`,
  );
}, 1_800_000);
