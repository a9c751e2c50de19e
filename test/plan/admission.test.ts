import { describe, expect, test } from 'vitest';
import type { GatewayName } from '../../src/ids.ts';
import { fromUsd } from '../../src/money.ts';
import { admit, capOverAll, type AdmissionOptions } from '../../src/plan/admission.ts';
import type { Plan } from '../../src/plan/plan.ts';
import { lockOf, pending, planOf, rendersOf, resultOf } from './lock-entries.ts';
import { textAt } from './projects-from-yaml.ts';

const KEYS: ReadonlyMap<GatewayName, string> = new Map();
/** Two submits of $0.40 on apimart/one, unless more is said. */
const manifest = (more = '', models = '{ one: { use: apimart/one } }'): string => `
models: ${models}
${more}
scenes: [{ id: a, prompt: A }, { id: b, prompt: B }]
`;
const verdict = (plan: Plan, options: Partial<AdmissionOptions> = {}): unknown => {
  const { exit, diagnostics } = admit(plan, { missingKeys: KEYS, ...options });
  return [
    exit,
    ...diagnostics.map(
      ({ code, severity, message, place }) =>
        `${severity} ${code} ${message}${place === undefined ? '' : ` @ ${textAt(place)}`}`,
    ),
  ];
};

describe('budget', () => {
  test('an estimate at the cap is admitted, over it is refused, by any of the three caps', () => {
    const over =
      'error over-budget 2 submits of film.yaml are estimated at $0.80, over the budget of $0.79 @ { usd: 0.79 }';
    expect(verdict(planOf(manifest('budget: { usd: 0.8 }')))).toEqual([0]);
    expect(verdict(planOf(manifest('budget: { usd: 0.79 }')))).toEqual([4, over]);
    expect(
      verdict(planOf(manifest()), { flagUsd: fromUsd(0.5), environmentUsd: fromUsd(1) }),
    ).toEqual([
      4,
      'error over-budget 2 submits of the plan are estimated at $0.80, over the $0.50 of --budget',
    ]);
    expect(
      verdict(planOf(manifest()), { flagUsd: fromUsd(1), environmentUsd: fromUsd(0.1) }),
    ).toEqual([
      4,
      'error over-budget 2 submits of the plan are estimated at $0.80, over the $0.10 of RUSHES_BUDGET_USD',
    ]);
  });
  test('the money that a killed run spent counts', () => {
    expect(
      verdict(planOf(manifest('budget: { usd: 1 }')), {
        carried: new Map([['film.yaml', fromUsd(0.25)]]),
      }),
    ).toEqual([
      4,
      'error over-budget 2 submits of film.yaml are estimated at $0.80, and $0.25 of an interrupted run count too, over the budget of $1.00 @ { usd: 1 }',
    ]);
  });
  test('money that is spent already never keeps a run from following what is paid', () => {
    const renders = rendersOf(planOf(manifest())).map(({ render }) => render);
    const lock = lockOf(renders.map((render) => [render.id, pending(render)]));
    expect(
      verdict(planOf(manifest('budget: { usd: 0.1 }'), { lock }), {
        carried: new Map([['film.yaml', fromUsd(9)]]),
      }),
    ).toEqual([0]);
  });
  test('a cap of zero refuses every submit', () => {
    expect(verdict(planOf(manifest()), { flagUsd: fromUsd(0) })).toEqual([
      4,
      'error over-budget 2 submits of the plan are estimated at $0.80, over the $0.00 of --budget',
    ]);
  });
  test('an unknown price under a cap is refused once for each alias, unless the budget accepts it', () => {
    const models = '{ who: { use: apimart/unpriced } }';
    const refused = [
      4,
      'error unpriced-render the price of apimart/unpriced is unknown (no page names it), so the cap cannot count alias who @ apimart/unpriced',
    ];
    expect(verdict(planOf(manifest('', models)))).toEqual([0]);
    expect(verdict(planOf(manifest('budget: { usd: 5 }', models)))).toEqual(refused);
    expect(verdict(planOf(manifest('', models)), { environmentUsd: fromUsd(5) })).toEqual(refused);
    expect(verdict(planOf(manifest('budget: { usd: 5, unpriced: [who] }', models)))).toEqual([0]);
    expect(
      verdict(
        planOf(manifest('budget: { usd: 5 }\nprices: { who: { usd_per_second: 0.3 } }', models)),
      ),
    ).toEqual([0]);
  });
  test('renders accepted without a price are named beside the estimate', () => {
    const models = '{ one: { use: apimart/one }, who: { use: apimart/unpriced } }';
    expect(
      verdict(planOf(manifest('budget: { usd: 0.1, unpriced: [who] }', models))),
    ).toMatchObject([
      4,
      expect.stringContaining(
        '4 submits of film.yaml are estimated at $0.80 without 2 of unknown price, over the budget of $0.10',
      ),
    ]);
  });
  test('the cap over all is the smaller of flag and environment', () => {
    expect(capOverAll({})).toBeUndefined();
    expect(capOverAll({ flagUsd: fromUsd(2) })).toBe(2_000_000);
    expect(capOverAll({ flagUsd: fromUsd(2), environmentUsd: fromUsd(1) })).toBe(1_000_000);
  });
});

describe('keys', () => {
  const missing: ReadonlyMap<GatewayName, string> = new Map([['apimart', 'APIMART_API_KEY']]);
  test('a missing key names its variable; the key of a gateway that the plan does not use is not needed', () => {
    expect(verdict(planOf(manifest()), { missingKeys: missing })).toEqual([
      77,
      'error missing-key APIMART_API_KEY is not set: 2 renders need apimart',
    ]);
    expect(
      verdict(planOf(manifest('', '{ two: { use: evolink/two } }')), { missingKeys: missing }),
    ).toEqual([0]);
  });
  test('following needs it too, keeping does not', () => {
    const renders = rendersOf(planOf(manifest())).map(({ render }) => render);
    const follow = planOf(manifest(), {
      lock: lockOf(renders.map((render) => [render.id, pending(render)])),
    });
    expect(verdict(follow, { missingKeys: missing })).toMatchObject([77, expect.any(String)]);
    const keep = planOf(manifest(), {
      lock: lockOf(renders.map((render) => [render.id, resultOf(render)])),
    });
    expect(verdict(keep, { missingKeys: missing })).toEqual([0]);
  });
});

test('all reasons at once, and the exit code that comes first in the table', () => {
  const text = `
models: { one: { use: apimart/one }, who: { use: apimart/unpriced }, gone: { use: apimart/gone } }
budget: { usd: 0.1 }
scenes: [{ id: a, prompt: A }, { id: b, prompt: B, duration: 5 }]
`;
  const { exit, diagnostics } = admit(planOf(text), {
    missingKeys: new Map([['apimart', 'APIMART_API_KEY']]),
  });
  expect(exit).toBe(65);
  expect(diagnostics.map(({ code }) => code).sort()).toEqual([
    'gone-model',
    'missing-key',
    'over-budget',
    'unoffered-word',
    'unpriced-render',
  ]);
});

test('a draft needs no key, and its budget is a note', () => {
  expect(
    verdict(planOf(manifest('budget: { usd: 0.1 }')), {
      draft: true,
      missingKeys: new Map([['apimart', 'APIMART_API_KEY']]),
    }),
  ).toEqual([
    0,
    'note over-budget 2 submits of film.yaml are estimated at $0.80, over the budget of $0.10 @ { usd: 0.1 }',
  ]);
});
