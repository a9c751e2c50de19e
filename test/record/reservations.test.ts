/** Reservations of a machine that vanished, at a gateway that lists its tasks. */
import { expect, test } from 'vitest';
import { systemClock } from '../../src/ports/clock.ts';
import { world, type World } from '../cli/cli-project.ts';
import { afterLoss, foreignTask, MINUTE } from './histories/lost-machine.ts';

const RECORD = ['--record', 'origin'] as const;

const accepted = (here: World): number => here.gateway.books().accepted.length;

test('eleven minutes later no task of the list can be it: it is released, said, and sent once', async () => {
  await using here = await world();
  await afterLoss(here, 11 * MINUTE);
  const ran = await here.rushes(['render', ...RECORD], { cwd: 'next' });
  expect(ran.err).toContain('it was never accepted');
  expect(ran.exit).toBe(0);
  expect(accepted(here)).toBe(1);
  const again = await here.rushes(['render', ...RECORD], { cwd: 'next' });
  expect(again.exit).toBe(0);
  expect(accepted(here)).toBe(1);
});

test('five minutes later it is held; when an hour has passed, the run that held it lets it go', async () => {
  let ahead = 0;
  await using here = await world({ clock: { ...systemClock, now: () => Date.now() + ahead } });
  await afterLoss(here, 5 * MINUTE);
  const held = await here.rushes(['render', ...RECORD], { cwd: 'next' });
  expect(held.exit).toBe(5);
  expect(accepted(here)).toBe(0);
  ahead = 60 * MINUTE;
  const ran = await here.rushes(['render', ...RECORD], { cwd: 'next' });
  expect(ran.exit).toBe(0);
  expect(accepted(here)).toBe(1);
});

test('a task of the list that belongs to nothing may be it: it stays held, and the task is named', async () => {
  await using here = await world();
  await afterLoss(here, 11 * MINUTE);
  const id = await foreignTask(here);
  const ran = await here.rushes(['render', ...RECORD], { cwd: 'next' });
  expect(ran.exit).toBe(5);
  expect(ran.err).toContain(id);
  expect(accepted(here)).toBe(1);
});

test('without a list nothing is proved', async () => {
  await using here = await world({ script: { list: false } });
  await afterLoss(here, 11 * MINUTE);
  expect(await here.rushes(['render', ...RECORD], { cwd: 'next' })).toMatchObject({ exit: 5 });
  expect(accepted(here)).toBe(0);
});
