/**
 * Pictures while something happens to them: a kill, a change before or during a run, an old answer.
 */
import { rmSync, writeFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import type { GatewayEvent } from '../../src/local-gateway/books.ts';
import { png } from '../pictures/sample-pictures.ts';
import { flat, smallClips, type World, world } from './cli-project.ts';

const filmOf = (pictures: readonly string[], use = 'apimart/kling-v3'): string => `rushes: 1
models: { kling: { use: ${use} } }
scenes:
${pictures.map((name) => `  - { id: s-${name}, prompt: "Scene ${name}", first_frame: refs/${name}.png }`).join('\n')}
`;
const NAMES = ['a', 'b', 'c'] as const;

async function film(
  pictures: readonly string[],
  options: Parameters<typeof world>[0] = {},
  use?: string,
): Promise<World> {
  const w = await world(options);
  await w.write('film.yaml', filmOf(pictures, use));
  for (const [index, name] of pictures.entries())
    await w.write(`refs/${name}.png`, png(320, 320, index));
  return w;
}

const kinds = (events: readonly GatewayEvent[], kind: GatewayEvent['kind']): number =>
  events.filter((event) => event.kind === kind).length;
async function rendered(w: World, ...argv: string[]) {
  const { ran, events } = await w.requests(w.rushes(['render', ...argv, 'film.yaml']));
  return {
    exit: ran.exit,
    err: flat(ran.err),
    uploads: kinds(events, 'upload'),
    submits: kinds(events, 'submit'),
  };
}

describe('killed while the bytes are on their way', () => {
  // APIMart keeps no receipts, so the picture is uploaded again; EvoLink is asked what became of
  // it.
  test.each([
    ['apimart/kling-v3', 1],
    ['evolink/kling-o3-image-to-video', 0],
  ])('%s: nothing was submitted; the next run uploads %i and pays once', async (use, uploads) => {
    let arrived = (): void => {};
    const isThere = new Promise<void>((resolve) => (arrived = resolve));
    await using w = await film(
      ['a'],
      {
        script: {
          rules: [
            { when: { step: 'upload', nth: 1 }, do: { fault: 'slow', seconds: 60 } },
            smallClips(),
          ],
        },
        onEvent: (event) => event.kind === 'upload' && arrived(),
      },
      use,
    );
    const killed = await w.cli(['render', 'film.yaml'], { killAfter: isThere });
    expect(killed.exit).toBe(137);
    expect(kinds(w.gateway.books().events, 'submit')).toBe(0);
    expect(await rendered(w)).toMatchObject({ exit: 0, uploads, submits: 1 });
    expect(w.gateway.books().accepted).toHaveLength(1);
    expect(await rendered(w)).toMatchObject({ exit: 0, uploads: 0, submits: 0 });
  });
});

test('a picture that changes during a run is not sent: the next run plans it anew', async () => {
  let change = (): void => {};
  await using w = await film(NAMES, { onEvent: (event) => event.kind === 'upload' && change() });
  // Two are uploaded at once: the third one is read when the first is through.
  change = () => writeFileSync(path.join(w.folder, 'refs/c.png'), png(320, 320, 9));
  const first = await rendered(w);
  expect(first).toMatchObject({ exit: 6, uploads: 2, submits: 2 });
  expect(first.err).toContain('refs/c.png has changed since the plan');
  change = () => {};
  expect(await rendered(w)).toMatchObject({ exit: 0, uploads: 1, submits: 1 });
});

test('a picture that goes away during a run holds its render alone', async () => {
  let change = (): void => {};
  await using w = await film(NAMES, { onEvent: (event) => event.kind === 'upload' && change() });
  change = () => rmSync(path.join(w.folder, 'refs/c.png'), { force: true });
  const first = await rendered(w);
  expect(first).toMatchObject({ exit: 6, uploads: 2, submits: 2 });
  expect(first.err).toContain('refs/c.png has changed since the plan: it cannot be read');
});

test('a saved plan holds for the bytes that were approved, not for the name', async () => {
  await using w = await film(['a']);
  await w.rushes(['plan', '--out', 'plan.json', 'film.yaml']);
  await w.write('refs/a.png', png(320, 320, 7));
  const refused = await rendered(w, '--plan', 'plan.json');
  expect(refused).toMatchObject({ exit: 65, uploads: 0, submits: 0 });
  expect(refused.err).toContain('s-a/kling of film.yaml is another request now');
  await w.write('refs/a.png', png(320, 320, 0));
  expect(await rendered(w, '--plan', 'plan.json')).toMatchObject({ exit: 0, submits: 1 });
});

test('the up-to-date check looks at pictures: their bytes, and whether they are there', async () => {
  const ofOneSize = [png(320, 320, 0x02_02_02_02), png(320, 320, 0x03_03_03_03)] as const;
  expect(ofOneSize[0]).toHaveLength(ofOneSize[1].length);
  await using w = await film(['a']);
  await w.write('refs/a.png', ofOneSize[0]);
  await rendered(w);
  const plan = () => w.rushes(['plan', 'film.yaml']);
  const current = { exit: 0, out: 'Nothing to do: 1 clip is current.\n' };
  for (const _ of [1, 2, 3]) expect(await plan()).toMatchObject(current);
  const [, other] = ofOneSize;
  await w.write('refs/a.png', other);
  expect((await plan()).out).toContain('submit 1: changed');
  await w.write('refs/a.png', ofOneSize[0]);
  expect(await plan()).toMatchObject(current);
  await rm(path.join(w.folder, 'refs/a.png'));
  expect(await plan()).toMatchObject({ exit: 65, err: expect.stringContaining('no-file') });
});
