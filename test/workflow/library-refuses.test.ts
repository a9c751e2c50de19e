/**
 * What the command line refuses to pay for, the library refuses too, and neither sends anything.
 */
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, test } from 'vitest';
import {
  collect,
  decide,
  type Filter,
  gallery,
  loadManifest,
  makePlan,
  RefusedError,
  runPlan,
  status,
  verify,
} from '../../src/index.ts';
import { world } from '../cli/cli-project.ts';

const film = (name: string, scene: string): string =>
  `rushes: 1\nproject: ${name}\nmodels: { m: { use: apimart/kling-v3 } }\nscenes:\n${scene}`;
const CRAB = '  - { id: crab, prompt: "A crab looks up" }\n';
const WAVE = '  - { id: wave, prompt: "A wave breaks" }\n';

test('a scene that moved to another manifest is not paid for by naming only the new one', async () => {
  await using it = await world();
  await it.write('manifests/a.yaml', film('a', CRAB + WAVE));
  expect((await it.rushes(['render', 'manifests/a.yaml'])).exit).toBe(0);
  await it.write('manifests/a.yaml', film('a', WAVE));
  await it.write('manifests/b.yaml', film('b', CRAB));

  const refused = await it.rushes(['render', 'manifests/b.yaml']);
  expect(refused.exit).toBe(65);
  expect(refused.err).toContain('paid-elsewhere');

  const { ran, events } = await it.requests(
    (async () => {
      const loaded = await loadManifest('manifests/b.yaml', { cwd: it.folder, env: it.env });
      const plan = await makePlan([loaded]);
      return runPlan(plan).catch((error: unknown) => error);
    })(),
  );
  expect(ran).toBeInstanceOf(RefusedError);
  expect(ran).toMatchObject({ exit: 65 });
  expect((ran as RefusedError).diagnostics.map(({ code }) => code)).toContain('paid-elsewhere');
  expect(events).toEqual([]);
  await expect(readFile(path.join(it.folder, 'manifests/b.lock.json'), 'utf8')).rejects.toThrow(
    'ENOENT',
  );
});

test('limits that are no numbers are refused, and nothing is sent', async () => {
  await using it = await world();
  await it.write('manifests/a.yaml', film('a', CRAB));
  const options: readonly object[] = [
    { budgetUsd: '25' },
    { budgetUsd: Number.NaN },
    { maxWallMs: Number.NaN },
    { maxWallMs: -1 },
    { maxWallMs: '5m' },
  ];
  const { ran, events } = await it.requests(
    (async () => {
      const loaded = await loadManifest('manifests/a.yaml', { cwd: it.folder, env: it.env });
      const plan = await makePlan([loaded]);
      return Promise.all(options.map((one) => runPlan(plan, one).catch((error: unknown) => error)));
    })(),
  );
  expect(ran).toHaveLength(options.length);
  for (const refused of ran) {
    expect(refused).toBeInstanceOf(RefusedError);
    expect(refused).toMatchObject({ exit: 64 });
  }
  expect(events).toEqual([]);
});

test('an option that is misspelled is not left out, and a filter lets nothing through by mistake', async () => {
  await using it = await world();
  await it.write('manifests/a.yaml', film('a', CRAB + WAVE));
  const at = { cwd: it.folder, env: it.env };
  // As JavaScript may pass them.
  const filters: readonly unknown[] = [
    'crab',
    ['crab'],
    null,
    { model: ['m'] },
    { only: 'crab' },
    { only: [5] },
    { only: [] },
  ];
  const loaded = await loadManifest('manifests/a.yaml', at);
  const plan = await makePlan([loaded]);
  const calls: readonly (() => Promise<unknown>)[] = [
    ...filters.flatMap((filter) => [
      () => makePlan([loaded], { filter: filter as Filter }),
      () => collect(['manifests/a.yaml'], { ...at, filter: filter as Filter }),
      () => status(['manifests/a.yaml'], { ...at, filter: filter as Filter }),
    ]),
    () => runPlan(plan, { budget: 1 } as object),
    () => makePlan([loaded], { budgetUsd: 1 } as object),
    () => loadManifest('manifests/a.yaml', { ...at, var: { style: 'noir' } } as object),
    () => verify(['manifests/a.yaml'], { ...at, full: true } as object),
    () => gallery(['manifests/a.yaml'], { ...at, file: 'x.html' } as object),
    () => decide('manifests/a.yaml', 'crab/m', { kind: 'pin' }, { ...at, who: 'ada' } as object),
  ];
  const { ran, events } = await it.requests(
    Promise.all(calls.map((call) => call().catch((error: unknown) => error))),
  );
  for (const refused of ran) expect(refused).toMatchObject({ name: 'RefusedError', exit: 64 });
  expect((ran.at(-6) as Error).message).toMatch(
    /^budget is not an option: there are .*, budgetUsd$/,
  );
  expect(events).toEqual([]);
  const { renders } = await makePlan([loaded], { filter: { only: ['crab'], models: [] } });
  expect(renders.map(({ id }) => id)).toEqual(['crab/m']);
});
