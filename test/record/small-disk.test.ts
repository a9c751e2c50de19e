/** A real file system without room: for what a run knows, for its lock, for its clips. */
import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { systemClock } from '../../src/ports/clock.ts';
import { type Ran, world, type World } from '../cli/cli-project.ts';
import { mayMount, type SmallDisk, smallDisk } from '../cli/small-disk.ts';

const SCENES = 24;
const film = (inFlight: number): string =>
  [
    'rushes: 1',
    'models: { kling: { use: apimart/kling-v3 } }',
    `limits: { in_flight: ${inFlight}, gateways: { apimart: { in_flight: ${inFlight} } } }`,
    'scenes:',
    ...Array.from({ length: SCENES }, (_, index) => `  - { id: s${index}, prompt: Crab ${index} }`),
    '',
  ].join('\n');

const paid = (here: World): number => here.gateway.books().accepted.length;
const prompts = (here: World): number =>
  new Set(here.gateway.books().accepted.map(({ body }) => body['prompt'])).size;
const render = (
  here: World,
  { within }: SmallDisk,
  watch: (text: string) => void = () => undefined,
): Promise<Ran> =>
  here.cli(['render', 'film.yaml'], { cwd: 'one', within, watch, env: { TMPDIR: here.folder } });

/** The disk is its whole folder, or one below. */
async function project(here: World, place: string, inFlight = SCENES): Promise<SmallDisk> {
  const folder = path.join(here.folder, 'one', place);
  await mkdir(folder, { recursive: true });
  const disk = await smallDisk(folder);
  await here.write('one/package.json', '{}');
  if (place === '') await disk.write('film.yaml', film(inFlight));
  else await here.write('one/film.yaml', film(inFlight));
  return disk;
}

/** With room again: everything is there, each paid for once. */
async function goesOn(here: World, disk: SmallDisk): Promise<void> {
  await disk.free();
  expect(await render(here, disk)).toMatchObject({ exit: 0 });
  expect([paid(here), prompts(here)]).toEqual([SCENES, SCENES]);
}

// A container may forbid to mount: there the limit of the file size in full-disk.test.ts is left.
describe.runIf(mayMount())('a full disk', () => {
  test('from the start: nothing is sent, and the file is named', async () => {
    await using here = await world();
    await using disk = await project(here, '');
    await disk.fill(0);
    const full = await render(here, disk);
    expect(full.exit).toBe(65);
    expect(full.err).toMatch(
      /ENOSPC: no space left on device, write '.*'\n {2}Nothing was sent, because every step must be written to the disk first\. Free some space/,
    );
    expect(paid(here)).toBe(0);
    await goesOn(here, disk);
  });

  test('in the middle: what cannot be written down is not sent, and what is paid for is not lost', async () => {
    await using here = await world();
    await using disk = await project(here, '', 4);
    await disk.fill(5);
    const full = await render(here, disk);
    expect(full.exit).toBe(5);
    expect(full.err).toContain('Nothing more is submitted');
    expect(paid(here)).toBeGreaterThan(0);
    expect(paid(here)).toBeLessThan(SCENES);
    await goesOn(here, disk);
  });

  test('after everything is accepted: neither clip nor lock can be written, and nothing is paid for again', async () => {
    let ahead = 0;
    await using here = await world({
      taskSeconds: 600,
      clock: { ...systemClock, now: () => Date.now() + ahead },
    });
    await using disk = await project(here, '');
    // Room for what must be on disk before each request.
    await disk.fill(60);
    let said = '';
    let filled: Promise<void> | undefined;
    const full = await render(here, disk, (text) => {
      said += text;
      if (said.split('accepted film:').length <= SCENES) return;
      filled ??= (async () => {
        await disk.fill(0);
        ahead = 3_600_000;
      })();
    });
    expect(full.exit).toBe(5);
    expect(full.err).toContain('the lock of film.yaml could not be written: ENOSPC');
    expect(paid(here)).toBe(SCENES);
    await goesOn(here, disk);
  });

  test('for the clips: the tasks stay pending, and are fetched when there is room', async () => {
    await using here = await world();
    await using disk = await project(here, 'out');
    await disk.fill(3);
    const full = await render(here, disk);
    expect(full.exit).toBe(6);
    expect(full.err).toContain('its clip cannot be written: ENOSPC');
    await goesOn(here, disk);
  });
});
