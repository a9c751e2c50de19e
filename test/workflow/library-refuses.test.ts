/**
 * What the command line refuses to pay for, the library refuses too, and neither sends anything.
 */
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, test } from 'vitest';
import { loadManifest, makePlan, RefusedError, runPlan } from '../../src/index.ts';
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
