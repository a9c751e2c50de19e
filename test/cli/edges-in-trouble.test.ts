/**
 * Chains while something happens to them: an upstream that is made again while what is behind it is
 * in flight, a clip that only the store has, and shapes of graphs whose price must be the books' to
 * the cent.
 */
import { mkdir, rm } from 'node:fs/promises';
import path from 'node:path';
import { expect, test } from 'vitest';
import { toUsd } from '../../src/money.ts';
import { flat, type Ran, type World, world } from './cli-project.ts';

const film = (scenes: string): string => `rushes: 1
models: { kling: { use: apimart/kling-v3 }, o3: { use: evolink/kling-o3-image-to-video } }
scenes:
${scenes}
`;
const chain = (first: string, second: string): string =>
  film(`  - { id: s1, prompt: ${first}, models: [kling] }
  - { id: s2, prompt: ${second}, first_frame: { scene: s1, frame: last }, models: [kling] }`);
const rushes = (w: World, ...argv: string[]) => w.rushes([...argv, 'film.yaml']);
/** Throws with what it said where it does not end well. */
function done({ exit, err }: Ran): void {
  if (exit !== 0) throw new Error(`exit ${exit}: ${err}`);
}
const promptsOf = (w: World): readonly unknown[] =>
  w.gateway.books().accepted.map(({ body }) => body['prompt']);

interface Planned {
  readonly totals: { readonly cost: { readonly exactUsd: number } };
  readonly renders: readonly { readonly id: string; readonly action: string }[];
}
const planOf = async (w: World): Promise<Planned> =>
  JSON.parse((await rushes(w, 'plan', '--json')).out) as Planned;

test('upstream made again while its downstream is in flight: both are paid once, both clips are kept', async () => {
  await using w = await world({ taskSeconds: 0.3 });
  await w.write('film.yaml', chain('room 1', 'room 2'));
  expect((await rushes(w, 'render')).exit).toBe(0);
  await w.write('film.yaml', chain('room 1', 'other room 2'));
  expect((await rushes(w, 'render', '--detach')).exit).toBe(6);
  // "other room 2" is on its way, from the first clip of room 1.
  await w.write('film.yaml', chain('other room 1', 'other room 2'));
  const plan = flat((await rushes(w, 'plan')).out);
  expect(plan).toContain('the outdated task is still pending, paid for, and will be fetched');
  expect((await planOf(w)).renders.map(({ id, action }) => `${id} ${action}`)).toEqual([
    's1/kling submit',
    's2/kling wait',
  ]);
  const ran = await rushes(w, 'render');
  done(ran);
  expect(promptsOf(w)).toEqual([
    'room 1',
    'room 2',
    'other room 2',
    'other room 1',
    'other room 2',
  ]);
  const lock = JSON.parse(await w.read('film.lock.json')) as {
    renders: Record<string, { clip?: object; earlier?: readonly { clip?: object }[] }>;
  };
  const entry = lock.renders['s2/kling'];
  const results = [entry, ...(entry?.earlier ?? [])];
  expect(results.map((result) => result?.clip !== undefined)).toEqual([true, true, true]);
  expect((await rushes(w, 'plan')).out).toBe('Nothing to do: 2 clips are current.\n');
});

test('a clip that only the store has is brought from there for its frame', async () => {
  await using w = await world();
  const store = path.join(w.folder, 'store');
  await mkdir(store);
  const env = { RUSHES_STORE: `file://${store}` };
  const render = () => w.requests(w.rushes(['render', 'film.yaml'], { env }));
  await w.write('film.yaml', film('  - { id: s1, prompt: room 1, models: [kling] }'));
  expect((await render()).ran.exit).toBe(0);
  await rm(path.join(w.folder, 'out'), { recursive: true });
  const lock = await w.read('film.lock.json');
  const expired = lock.replace(/"expiresAt": "[^"]+"/, '"expiresAt": "2026-01-01T00:00:00Z"');
  await w.write('film.lock.json', expired);
  await w.write('film.yaml', chain('room 1', 'room 2'));
  const { ran, events } = await render();
  done(ran);
  const kinds = events
    .map(({ kind }) => kind)
    .filter((kind) => kind === 'upload' || kind === 'submit' || kind === 'download');
  expect(kinds).toEqual(['upload', 'submit', 'download']);
  expect(promptsOf(w)).toEqual(['room 1', 'room 2']);
});

test('a diamond over both gateways: the end is sent after both sides, and the plan is the books to the cent', async () => {
  // Large enough for a model that refuses pictures below 300 pixels.
  const clip = { width: 640, height: 360, seconds: 1 };
  await using w = await world({
    script: { rules: [{ when: { step: 'task' }, do: { fault: 'fate', clip } }] },
  });
  await w.write(
    'film.yaml',
    film(`  - { id: door, prompt: door, duration: 7, models: [kling] }
  - { id: left, prompt: left, duration: 3, first_frame: { scene: door, frame: last }, models: [kling] }
  - { id: right, prompt: right, first_frame: { scene: door, frame: first, model: kling }, models: [o3] }
  - id: end
    prompt: end
    first_frame: { scene: left, frame: last }
    last_frame: { scene: right, frame: first, model: o3 }
    models: [kling]
  - { id: beside, prompt: beside, duration: 11, models: [kling] }`),
  );
  const { totals } = await planOf(w);
  const ran = await rushes(w, 'render');
  done(ran);
  const { money } = w.gateway.books();
  const charged = toUsd(money.apimart.charged) + toUsd(money.evolink.charged);
  expect(Math.round(charged * 100)).toBe(Math.round(totals.cost.exactUsd * 100));
  expect(charged).toBeCloseTo(totals.cost.exactUsd, 6);
  const order = promptsOf(w);
  expect(order.at(-1)).toBe('end');
  expect(new Set(order)).toEqual(new Set(['beside', 'door', 'end', 'left', 'right']));
  expect(order).toHaveLength(5);
});

test('a chain over two manifests is an error that says so, and nothing is sent', async () => {
  await using w = await world();
  await w.write('film.yaml', film('  - { id: s1, prompt: room 1, models: [kling] }'));
  await w.write(
    'next.yaml',
    film(
      '  - { id: s2, prompt: room 2, first_frame: { scene: "film:s1", frame: last }, models: [kling] }',
    ),
  );
  const { ran, events } = await w.requests(w.rushes(['render', 'film.yaml', 'next.yaml']));
  expect(ran.exit).toBe(65);
  expect(flat(ran.err)).toContain(
    'first_frame.scene "film:s1" names a scene of another manifest; a frame can only come from the same manifest',
  );
  expect(flat(ran.err)).toContain('for example with include');
  expect(events).toEqual([]);
});
