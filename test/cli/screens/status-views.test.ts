/**
 * What `status`, `verify` and `--strict` say of clips that are not as asked, elsewhere or failed.
 */
import { readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, test } from 'vitest';
import type { FaultScript } from '../../../src/local-gateway/faults/script.ts';
import type { StatusDocument } from '../../../src/report/lock/status-json.ts';
import type { PlanDocument } from '../../../src/report/plan/plan-json.ts';
import { flat, smallClips, world } from '../cli-project.ts';

const FILM = `rushes: 1
project: film
models:
  kling: { use: apimart/kling-v3 }
  o3: { use: evolink/kling-o3-text-to-video }
defaults: { aspect_ratio: "16:9", duration: 5, resolution: 720p }
budget: { usd: 25 }
scenes:
  - { id: crab, prompt: A crab, tags: [night, act-1] }
  - { id: gull, prompt: A gull }
`;
/** The second task fails, the third is not as asked. */
const FAULTS: FaultScript = {
  rules: [
    { when: { step: 'task', gateway: 'apimart', nth: 2 }, do: { fault: 'fate', end: 'failed' } },
    smallClips(),
  ],
};
const usd = (text: string | undefined): number => Number(text);

test('status: a table of states by model first, --state leaves only some, --json and --csv have the money', async () => {
  await using w = await world({ script: FAULTS });
  await w.write('film.yaml', FILM);
  expect((await w.rushes(['render', 'film.yaml', '--yes'])).exit).toBe(1);

  const all = await w.rushes(['status', 'film.yaml']);
  expect(all.out.split('\n').slice(0, 5)).toEqual([
    'model                           ready  failed  not as asked',
    'apimart/kling-v3                    1       1             1',
    'evolink/kling-o3-text-to-video      2       -             2',
    'all                                 3       1             3',
    '',
  ]);
  expect(all.out).toContain('  not as asked, next: rushes gallery film.yaml\n');
  expect(all.out.trimEnd().split('\n').at(-1)).toBe(
    '4 renders: 3 ready, 1 failed; 3 not as asked.',
  );

  const failed = await w.rushes(['status', 'film.yaml', '--state', 'failed', '--json']);
  const document = JSON.parse(failed.out) as StatusDocument;
  expect(document.renders.map(({ state }) => state)).toEqual(['failed']);
  const none = await w.rushes(['status', 'film.yaml', '--state', 'lost']);
  expect(none.out).toBe('No render is in that state.\n');
  expect(await w.rushes(['status', 'film.yaml', '--state', 'gone'])).toMatchObject({ exit: 64 });

  const whole = JSON.parse(
    (await w.rushes(['status', 'film.yaml', '--json'])).out,
  ) as StatusDocument;
  const { charged } = w.gateway.books().money.apimart;
  const { charged: evolink } = w.gateway.books().money.evolink;
  expect(whole.money.chargedUsd).toBeCloseTo((charged + evolink) / 1e6, 6);
  expect(
    whole.models.map(({ model, mismatched, states }) => [model, mismatched, states.failed]),
  ).toEqual([
    ['apimart/kling-v3', 1, 1],
    ['evolink/kling-o3-text-to-video', 2, 0],
  ]);

  const csv = await w.rushes(['status', 'film.yaml', '--cost', '--csv']);
  const [head = '', ...rows] = csv.out.trimEnd().split('\r\n');
  const column = (name: string): number => head.split(',').indexOf(name);
  expect(rows.map((row) => row.split(',').slice(2, 4).join(' '))).toEqual([
    'apimart/kling-v3 ',
    'apimart/kling-v3 act-1 night',
    'evolink/kling-o3-text-to-video ',
    'evolink/kling-o3-text-to-video act-1 night',
  ]);
  const sum = rows.reduce((total, row) => total + usd(row.split(',')[column('charged_usd')]), 0);
  expect(sum).toBeCloseTo(whole.money.chargedUsd, 6);
  expect(await w.rushes(['status', 'film.yaml', '--csv'])).toMatchObject({ exit: 64 });
});

test('--strict: a clip that is not as asked fails the run that makes it, and any later one, until it is accepted or picked', async () => {
  await using w = await world();
  await w.write('film.yaml', FILM.replace('  o3: { use: evolink/kling-o3-text-to-video }\n', ''));
  const strict = ['render', 'film.yaml', '--yes', '--strict'];
  const made = await w.rushes(strict);
  expect(made.exit).toBe(1);
  expect(flat(made.err)).toContain('why 2 clips are not as asked, and --strict allows none');
  const kept = await w.rushes(strict);
  expect(kept.exit).toBe(1);
  expect(kept.err).toContain('look at them: rushes gallery film.yaml');
  expect(await w.rushes(['render', 'film.yaml', '--yes'])).toMatchObject({ exit: 0 });
  // As it is printed: the clip is kept although its inputs are the manifest's.
  const [, keep = ''] = /keep one: rushes (.+)\n/.exec(kept.err) ?? [];
  expect(keep).toBe('accept film:crab/kling film.yaml');
  expect(await w.rushes(keep.split(' '))).toMatchObject({ exit: 0 });
  expect((await w.rushes(strict)).err).toContain('make it again: rushes redo film:gull/kling film');
  await w.rushes(['pick', 'gull/kling', 'film.yaml']);
  expect(await w.rushes(strict)).toMatchObject({ exit: 0 });
  const status = await w.rushes(['status', 'film.yaml']);
  expect(status.out).toContain('2 not as asked');
  expect(status.out).not.toContain('rushes gallery');
});

test('verify names the command that brings a clip back, as status does', async () => {
  await using w = await world();
  await w.write('film.yaml', FILM);
  await w.rushes(['render', 'film.yaml', '--yes']);
  await rm(path.join(w.folder, 'out'), { recursive: true });
  const step = '  elsewhere, 4 links live: rushes render film.yaml --restore\n';
  const verify = await w.rushes(['verify', 'film.yaml']);
  expect(verify).toMatchObject({ exit: 0 });
  expect(verify.out).toContain(step);
  expect((await w.rushes(['status', 'film.yaml'])).out).toContain(step);
  expect(await w.rushes(['verify', 'film.yaml', '--complete'])).toMatchObject({ exit: 7 });
  await w.rushes(['render', 'film.yaml', '--restore', '--yes']);
  expect(await w.rushes(['verify', 'film.yaml', '--complete'])).toMatchObject({ exit: 0 });
});

test('a clip with other bytes of the same length: verify says so, names the command, and it works', async () => {
  await using w = await world();
  await w.write('film.yaml', FILM);
  await w.rushes(['render', 'film.yaml', '--yes']);
  const clip = path.join(w.folder, 'out/film/crab/kling.mp4');
  const bytes = await readFile(clip);
  await writeFile(clip, bytes.fill(0, bytes.length - 10));
  expect((await w.rushes(['plan', 'film.yaml'])).out).toContain('Nothing to do');
  const verify = await w.rushes(['verify', 'film.yaml']);
  expect(verify.exit).toBe(7);
  const next = 'damaged, next: rushes render film.yaml\n';
  expect(verify.out).toContain(next);
  const plan = await w.rushes(['plan', 'film.yaml']);
  expect(plan.out).toContain('its file is damaged or is another clip, and its link is still valid');
  expect((await w.rushes(['status', 'film.yaml'])).out).toContain(next);
  expect(await w.rushes(['render', 'film.yaml'])).toMatchObject({ exit: 0 });
  expect(await w.rushes(['verify', 'film.yaml'])).toMatchObject({ exit: 0 });
  expect(w.gateway.books().accepted).toHaveLength(4);
});

test('plan --json has every cap with its headroom, and the worst case', async () => {
  await using w = await world();
  await w.write('film.yaml', FILM);
  const made = await w.rushes(['plan', 'film.yaml', '--json', '--budget', '2']);
  const { caps, worstUsd, totals } = JSON.parse(made.out) as PlanDocument;
  const cost = totals.cost.exactUsd + totals.cost.estimatedUsd;
  expect(caps?.map(({ headroomUsd, ...cap }) => ({ ...cap, left: headroomUsd + cost }))).toEqual([
    { source: '--budget', limitUsd: 2, carriedUsd: 0, left: expect.closeTo(2, 6) },
    {
      source: 'budget',
      manifest: 'film.yaml',
      limitUsd: 25,
      carriedUsd: 0,
      left: expect.closeTo(25, 6),
    },
  ]);
  expect(worstUsd).toBeCloseTo(cost, 6);
  const draft = await w.rushes(['plan', 'film.yaml', '--json', '--draft']);
  expect(JSON.parse(draft.out)).not.toHaveProperty('caps');
});

test('--max-wall that is too short says how long would do', async () => {
  await using w = await world();
  await w.write('film.yaml', FILM);
  const ran = await w.rushes(['render', 'film.yaml', '--yes', '--max-wall', '30s']);
  expect(ran.exit).toBe(6);
  expect(w.gateway.books().accepted).toEqual([]);
  const [, enough] = /so --max-wall (\d+m) is enough for it/.exec(flat(ran.err)) ?? [];
  const again = await w.rushes(['render', 'film.yaml', '--yes', '--max-wall', enough ?? '']);
  expect(again.exit).toBe(0);
});

test('status: what failed and left the manifest is not tried again: prune is named, and it works as printed', async () => {
  await using w = await world({ script: FAULTS });
  const film = FILM.replace('  o3: { use: evolink/kling-o3-text-to-video }\n', '');
  await w.write('film.yaml', film);
  expect((await w.rushes(['render', 'film.yaml', '--yes'])).exit).toBe(1);
  const before = await w.rushes(['status', 'film.yaml']);
  const [, failed = ''] = /--retry-failed --only film:(\S+)/.exec(before.out) ?? [];
  expect(['crab/kling', 'gull/kling']).toContain(failed);
  expect(before.out).not.toContain('prune');

  const scene = new RegExp(`^  - \\{ id: ${failed.split('/')[0]},.*\n`, 'm');
  await w.write('film.yaml', film.replace(scene, ''));
  const after = await w.rushes(['status', 'film.yaml']);
  expect(after.out).toContain('  failed, not in the manifest, next: rushes prune film.yaml\n');
  expect(after.out).not.toContain('--retry-failed');
  const pruned = await w.rushes(['prune', 'film.yaml']);
  expect(pruned.out).toContain(`would remove film:${failed} (orphan, failed`);

  // Of a manifest that cannot be read, it is unknown what it asks for.
  await w.write('film.yaml', 'rushes: 1\nscenes: [\n');
  expect((await w.rushes(['status', 'film.yaml'])).out).toContain('--retry-failed');
});

test('a collect with nothing pending says so, and no duration', async () => {
  await using w = await world();
  await w.write('film.yaml', FILM);
  const ran = await w.rushes(['collect', 'film.yaml']);
  expect(ran.exit).toBe(0);
  expect(ran.err).toContain('✓ nothing to do\n');
});
