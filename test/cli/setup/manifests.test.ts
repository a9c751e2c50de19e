/**
 * Every manifest that ships, rendered for real through the command against both gateways: to
 * completion, within the limits.
 */
import { cp, readdir } from 'node:fs/promises';
import path from 'node:path';
import { expect, test } from 'vitest';
import { loadManifest } from '../../../src/manifest/read.ts';
import { REPOSITORY, smallClips, world } from '../cli-project.ts';

const manifests = (await readdir(path.join(REPOSITORY, 'manifests')))
  .filter((name) => name.endsWith('.yaml'))
  .sort();

/** A picture of the repository or a frame of a clip: in a plan, and as a link of its upload. */
const PICTURE =
  /(?<=")(?:(?:file|frame):[^"]+#sha256:\w+|frame:[^"]+|http:\/\/127\.0\.0\.1:\d+\/files\/[^"]+)(?=")/g;

const EXAMPLE_SKIP = /^ +skip: the pictures are examples, put your own here\n/gm;

test('no render of a shipped manifest sends a link that does not exist', async () => {
  await using w = await world();
  await cp(path.join(REPOSITORY, 'manifests'), path.join(w.folder, 'manifests'), {
    recursive: true,
    filter: (file) => !file.includes('.rushes'),
  });
  const models = (await readdir(path.join(REPOSITORY, 'manifests/models'))).map(
    (name) => `models/${name}`,
  );
  const files = [...manifests, ...models].map((name) => `manifests/${name}`);
  const { out } = await w.rushes(['plan', '--json', ...files]);
  const { renders } = JSON.parse(out) as {
    renders: { manifest: string; id: string; reason: string; request: unknown }[];
  };
  const sent = renders.filter(
    ({ reason, request }) =>
      reason !== 'skipped' && /[/.]example\.(?:com|org|net)/.test(JSON.stringify(request)),
  );
  expect(sent.map(({ manifest, id }) => `${manifest} ${id}`)).toEqual([]);
  expect(renders.filter(({ reason }) => reason === 'skipped').length).toBeGreaterThan(10);
});

test.each(manifests)('manifests/%s', async (name) => {
  await using w = await world({
    script: { rules: [smallClips()], bodies: name.includes('legacy') ? 'legacy' : 'newest' },
  });
  await cp(path.join(REPOSITORY, 'manifests'), path.join(w.folder, 'manifests'), {
    recursive: true,
    filter: (file) => !file.includes('.rushes'),
  });
  const manifest = `manifests/${name}`;
  // Scenes with example links are skipped for users: this gateway fetches none, so they run too.
  await w.write(manifest, (await w.read(manifest)).replaceAll(EXAMPLE_SKIP, ''));
  const planned = JSON.parse((await w.rushes(['plan', '--json', manifest])).out) as {
    renders: { id: string; action: string; model: string; request: unknown }[];
  };
  const submits = planned.renders.filter(({ action }) => action === 'submit' || action === 'wait');
  const ran = await w.rushes(['render', manifest]);
  expect(ran).toMatchObject({ exit: 0 });

  const { accepted, events, peak, open } = w.gateway.books();
  // Each plan's body once, each accepted by the strict gateway of its model.
  const bodies = (all: readonly unknown[]) =>
    all.map((body) => JSON.stringify(body).replaceAll(PICTURE, 'a picture')).sort();
  expect(bodies(accepted.map(({ body }) => sorted(body)))).toEqual(
    bodies(submits.map(({ request }) => sorted(request))),
  );
  expect(events.filter((event) => event.kind === 'submit' && event.outcome !== 'accepted')).toEqual(
    [],
  );
  expect(open).toBe(0);
  // What the manifest states, else the defaults of the design: three per gateway and six in all.
  const { project } = await loadManifest(manifest, { cwd: w.folder });
  const limits = project?.limits;
  expect(peak.get('all') ?? 0).toBeLessThanOrEqual(limits?.in_flight ?? 6);
  for (const gateway of ['apimart', 'evolink'])
    expect(peak.get(gateway) ?? 0).toBeLessThanOrEqual(limits?.gateways[gateway]?.in_flight ?? 3);
  // Each task is asked at the gateway that has it, and no media host sees a key.
  const homeOf = new Map(accepted.map(({ task, gateway }) => [task, gateway]));
  const asked = events.flatMap((event) =>
    event.kind === 'ask' || event.kind === 'batch'
      ? event.tasks.map((task) => [task, event.gateway] as const)
      : [],
  );
  expect(asked.filter(([task, gateway]) => homeOf.get(task) !== gateway)).toEqual([]);
  expect(events.filter((event) => event.kind === 'download' && event.leakedKey)).toEqual([]);
  const verified = await w.rushes(['verify', '--complete', manifest]);
  expect(verified).toMatchObject({ exit: 0 });
  const again = await w.requests(w.rushes(['render', manifest]));
  expect(again.ran.out).toMatch(/^Nothing to do: \d+ clips? (is|are) current\.\n$/);
  expect(again.events).toEqual([]);
});

const sorted = (value: unknown): unknown =>
  Array.isArray(value)
    ? value.map(sorted)
    : typeof value === 'object' && value !== null
      ? Object.fromEntries(
          Object.entries(value)
            .sort(([a], [b]) => (a < b ? -1 : 1))
            .map(([key, part]) => [key, sorted(part)]),
        )
      : value;
