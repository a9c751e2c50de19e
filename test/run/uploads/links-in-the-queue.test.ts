/**
 * Links of pictures on the way through a long queue: each is good at the moment of its submit,
 * whatever it was when the run began.
 */
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, test } from 'vitest';
import { memoryCache } from '../../../src/run/uploads/upload-cache.ts';
import { png } from '../../pictures/sample-pictures.ts';
import { type Studio, studio } from '../fake-gateway-run.ts';
import { small } from '../sockets/fault-rules.ts';

const HOUR_MS = 3_600_000;
/** Few asks: hours go by. */
const LONG = { pollMinMs: 10 * 60_000 };
const film = (scenes: readonly string[]): string => `rushes: 1
models: { kling: { use: apimart/kling-v3 } }
limits: { in_flight: 1, deadline: 3h }
scenes:
${scenes.map((id) => `  - { id: ${id}, prompt: Scene ${id}, first_frame: a.png }`).join('\n')}
`;
const many = (count: number): string[] => Array.from({ length: count }, (_, at) => `s${at}`);
const picture = (it: Studio): Promise<void> =>
  writeFile(path.join(it.folder, 'a.png'), png(320, 320));
const uploads = (it: Studio): number =>
  it.gateway.books().events.filter(({ kind }) => kind === 'upload').length;

test('a link of an earlier run that comes to its end in the queue is replaced by one upload', async () => {
  await using it = await studio({
    manifest: film(many(1)),
    script: { rules: [small()] },
    taskSeconds: 7_200,
  });
  await picture(it);
  const uploadCache = memoryCache();
  expect(await it.render(LONG, { uploadCache })).toMatchObject({ exit: 0 });
  expect(uploads(it)).toBe(1);
  // Half an hour more than a link must have to be used, and ten hours of work.
  it.clock.advance(72 * HOUR_MS - 2 * HOUR_MS - 6.5 * HOUR_MS);
  await it.reopen();
  await it.write(film(many(6)));
  expect(await it.render(LONG, { uploadCache })).toMatchObject({
    exit: 0,
    totals: { completed: 5, failed: 0 },
  });
  expect(uploads(it)).toBe(2);
  expect(it.gateway.books().accepted).toHaveLength(6);
});

test('once the gateway has refused a link, what waits in the queue gets a new one', async () => {
  await using it = await studio({
    manifest: film(many(4)),
    script: { rules: [{ when: { step: 'upload', nth: 1 }, do: { fault: 'expire' } }, small()] },
  });
  await picture(it);
  expect(await it.render()).toMatchObject({ exit: 1, totals: { completed: 3, failed: 1 } });
  expect(uploads(it)).toBe(2);
});

test('a service whose clock is days behind is not asked for new links without end', async () => {
  await using it = await studio({
    manifest: film(many(4)),
    script: { rules: [small()] },
    taskSeconds: 30,
  });
  await picture(it);
  const clock = { ...it.clock, now: () => it.clock.now() + 96 * HOUR_MS };
  expect(await it.render({}, { clock })).toMatchObject({ exit: 0, totals: { completed: 4 } });
  // One that is new is used for a minute.
  expect(uploads(it)).toBe(2);
});
