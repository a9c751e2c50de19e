/** Reservations of a machine that vanished, at a gateway that lists its tasks. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
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

test('a minute later the other machine may still be there: its task is not offered to anyone', async () => {
  await using here = await world();
  await afterLoss(here, MINUTE);
  const id = await foreignTask(here);
  const ran = await here.rushes(['render', ...RECORD], { cwd: 'next' });
  expect(ran.exit).toBe(6);
  expect(ran.err).toContain('another run has just sent the same request');
  expect(ran.err).not.toContain('a machine that is gone');
  expect(ran.err).not.toContain(id);
  expect(accepted(here)).toBe(1);
});

test('a task of another model may be it too: a gateway may answer with another model', async () => {
  await using here = await world();
  await afterLoss(here, 11 * MINUTE);
  const id = await foreignTask(here, { model: 'kling-o3-text-to-video' });
  const ran = await here.rushes(['render', ...RECORD], { cwd: 'next' });
  expect(ran.err).toContain(`${id} (kling-o3-text-to-video)`);
  expect(ran.err).not.toContain('it was never accepted');
  expect(ran.exit).toBe(5);
  expect(accepted(here)).toBe(1);
  await here.rushes(['recover', 'crab/kling', '--never-happened'], { cwd: 'next' });
  expect(await here.rushes(['render', ...RECORD], { cwd: 'next' })).toMatchObject({ exit: 0 });
  expect(accepted(here)).toBe(2);
});

test('without a list nothing is proved', async () => {
  await using here = await world({ script: { list: false } });
  await afterLoss(here, 11 * MINUTE);
  expect(await here.rushes(['render', ...RECORD], { cwd: 'next' })).toMatchObject({ exit: 5 });
  expect(accepted(here)).toBe(0);
});

/**
 * In front of the gateway of the world: its list has so many tasks on a page, whatever is asked
 * for.
 */
async function shortPages(here: World, tasks: number): Promise<AsyncDisposable & { url: string }> {
  const server = createServer((request, response) => {
    const { pathname } = new URL(request.url ?? '/', 'http://any');
    void fetch(`${here.gateway.baseUrls.evolink}${pathname}?page=1&page_size=${tasks}`, {
      headers: { authorization: request.headers.authorization ?? '' },
    })
      .then(async (answer) => response.end(await answer.text()))
      .catch(() => response.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      server.close();
    },
  };
}

test('a list whose page is shorter than asked for proves nothing', async () => {
  await using here = await world();
  await using gateway = await shortPages(here, 2);
  await afterLoss(here, 11 * MINUTE, gateway.url);
  for (const key of [1, 2, 3]) await foreignTask(here, { model: 'kling-o3-text-to-video', key });
  const ran = await here.rushes(['render', ...RECORD], {
    cwd: 'next',
    env: { EVOLINK_BASE_URL: gateway.url },
  });
  expect(ran.err).not.toContain('it was never accepted');
  expect(ran.exit).toBe(5);
});
