/**
 * Scenes that trade names among themselves, for real: nothing is sent for what is there, and no
 * clip is lost or mixed up.
 */
import { readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import type { RenderId } from '../../../src/ids.ts';
import type { Ledger } from '../../../src/lock/ledger.ts';
import { type Films, films } from '../several-manifests-run.ts';

const A = 'a.yaml';
const numbered = (prompts: readonly string[]): Record<string, string> =>
  Object.fromEntries(prompts.map((prompt, index) => [`s${index + 1}`, prompt]));
const accepted = (it: Films): number => it.gateway.books().accepted.length;
const clipAt = (it: Films, scene: string): Promise<Buffer> =>
  readFile(join(it.folder, 'out/a', scene, 'kling.mp4'));
const taskOf = (it: Films, scene: string): string | undefined =>
  it.lockOf(A).renders.get(`${scene}/kling` as RenderId)?.task;

/** Renders these scenes first; what each prompt's clip and task are. */
async function rendered(
  it: Films,
  prompts: readonly string[],
): Promise<Map<string, { readonly clip: Buffer; readonly task: string | undefined }>> {
  await it.write({ [A]: numbered(prompts) });
  expect(await it.run()).toMatchObject({ exit: 0 });
  const made = new Map<string, { readonly clip: Buffer; readonly task: string | undefined }>();
  for (const [index, prompt] of prompts.entries())
    made.set(prompt, {
      clip: await clipAt(it, `s${index + 1}`),
      task: taskOf(it, `s${index + 1}`),
    });
  await it.reopen();
  return made;
}

async function expectInPlace(
  it: Films,
  made: Awaited<ReturnType<typeof rendered>>,
  prompts: readonly string[],
): Promise<void> {
  for (const [index, prompt] of prompts.entries()) {
    const before = made.get(prompt);
    if (before === undefined) continue;
    const scene = `s${index + 1}`;
    expect([prompt, taskOf(it, scene)]).toEqual([prompt, before.task]);
    expect((await clipAt(it, scene)).equals(before.clip), `the clip of ${prompt} at ${scene}`).toBe(
      true,
    );
  }
}

test('a scene before all others, and everything renumbered: one submit, and every clip goes along', async () => {
  await using it = await films([A]);
  const made = await rendered(it, ['One', 'Two', 'Three']);
  const now = ['New', 'One', 'Two', 'Three'];
  await it.write({ [A]: numbered(now) });
  expect(await it.run()).toMatchObject({
    exit: 0,
    totals: { submitted: 1, completed: 1, kept: 3 },
  });
  expect(accepted(it)).toBe(4);
  await expectInPlace(it, made, now);
  await it.reopen();
  expect((await it.plan()).totals.actions).toMatchObject({ submit: 0, moved: 0, keep: 4 });
});

test('renumbered where no clip is at hand: a new clip under an old name is no damage to the one that had it', async () => {
  await using it = await films([A]);
  await rendered(it, ['One', 'Two']);
  await rm(join(it.folder, 'out'), { recursive: true });
  await it.write({ [A]: numbered(['New', 'One', 'Two']) });
  expect(await it.run()).toMatchObject({
    exit: 0,
    totals: { submitted: 1, completed: 1, kept: 2 },
  });
  await it.reopen();
  const { totals, projects } = await it.plan();
  expect(totals.actions).toMatchObject({ keep: 3, submit: 0, fetch: 0, hold: 0 });
  expect(projects[0]?.renders.map(({ action }) => action.reason)).toEqual([
    'current',
    'elsewhere',
    'elsewhere',
  ]);
});

test('the first one taken out, and everything renumbered: nothing is sent, and what is no longer wanted is kept', async () => {
  await using it = await films([A]);
  const made = await rendered(it, ['One', 'Two', 'Three']);
  await it.write({ [A]: numbered(['Two', 'Three']) });
  expect(await it.run()).toMatchObject({ exit: 0, totals: { submitted: 0, kept: 2 } });
  await expectInPlace(it, made, ['Two', 'Three']);
  expect(it.events.filter(({ event }) => event === 'run.notice')).toEqual([]);
  // What made room is an orphan with its clip, and comes back for nothing.
  expect([...it.lockOf(A).renders.keys()]).toEqual(['s1/kling/999999', 's1/kling', 's2/kling']);
  await it.reopen();
  await it.write({ [A]: numbered(['One', 'Two', 'Three']) });
  expect(await it.run()).toMatchObject({ exit: 0, totals: { submitted: 0, kept: 3 } });
  await expectInPlace(it, made, ['One', 'Two', 'Three']);
  expect(it.lockOf(A).renders.size).toBe(3);
  expect(accepted(it)).toBe(3);
});

test('whatever the new order, a circle too, and wherever the process is killed on the way: nothing is paid for twice', async () => {
  const prompts = ['One', 'Two', 'Three', 'Four'];
  await using it = await films([A]);
  const made = await rendered(it, prompts);
  const orders = fc.sample(
    fc.tuple(fc.shuffledSubarray(prompts, { minLength: 4 }), fc.integer({ min: 0, max: 5 })),
    {
      seed: 20261125,
      numRuns: 12,
    },
  );
  for (const [order, killedAfter] of [[['Two', 'One', 'Four', 'Three'], 2] as const, ...orders]) {
    await it.write({ [A]: numbered(order) });
    let left = killedAfter;
    const record: Ledger['record'] = (event) =>
      event.kind === 'moved' && left-- <= 0
        ? Promise.reject(new Error('killed'))
        : it.ledgerOf(A).record(event);
    const mortal = Object.assign(Object.create(it.ledgerOf(A)) as Ledger, { record });
    await it.run({}, { ledgers: new Map([[A, mortal]]) }).catch(() => undefined);
    await it.crash();
    expect(await it.run()).toMatchObject({ exit: 0, totals: { submitted: 0, kept: 4 } });
    await expectInPlace(it, made, order);
    expect([...it.lockOf(A).renders.keys()].sort()).toEqual([
      's1/kling',
      's2/kling',
      's3/kling',
      's4/kling',
    ]);
    await it.reopen();
  }
  expect(accepted(it)).toBe(4);
  expect(
    (await readdir(join(it.folder, 'out/a'), { recursive: true })).filter((name) =>
      name.endsWith('.mp4'),
    ),
  ).toHaveLength(4);
});
