/** A run whose output cannot be written, or whose terminal is closed, still owns paid tasks. */
import { existsSync } from 'node:fs';
import { expect, test } from 'vitest';
import { decodeLock } from '../../../src/lock/file/decode.ts';
import { smallClips, type World, world } from '../cli-project.ts';

const FILM = `rushes: 1
models: { m: { use: apimart/kling-v3 } }
scenes:
  - { id: crab, prompt: The crab }
  - { id: wave, prompt: The wave }
`;

async function statesOf(it: World): Promise<string[]> {
  const decoded = decodeLock(await it.read('film.lock.json'), 'film.lock.json');
  if (!decoded.ok) throw new Error('the lock cannot be read');
  return [...decoded.lock.renders.values()].map(({ status }) => status);
}

/** A shell that runs a command with its outputs elsewhere. */
const into = (outputs: string): readonly string[] => [
  '/bin/sh',
  '-c',
  `exec "$@" ${outputs}`,
  'sh',
];

test.runIf(existsSync('/dev/full')).each([
  { what: 'standard output', outputs: '>/dev/full', exit: 65, says: 'no space left on device' },
  { what: 'both outputs', outputs: '>/dev/full 2>/dev/full', exit: 65, says: '' },
])('a full disk below $what: the run goes on to its end', async ({ outputs, exit, says }) => {
  await using it = await world();
  await it.write('film.yaml', FILM);
  const ran = await it.cli(['render', 'film.yaml', '--json', '--yes'], { within: into(outputs) });
  expect(ran.err).toContain(says);
  expect(ran.exit).toBe(exit);
  expect(await statesOf(it)).toEqual(['completed', 'completed']);
});

test.skipIf(process.platform === 'win32')(
  'a closed terminal ends a run in order, also if it is told twice',
  async () => {
    await using it = await world({ script: { rules: [smallClips()] }, taskSeconds: 60 });
    await it.write('film.yaml', FILM);
    let accepted = 0;
    const ran = await it.cli(['render', 'film.yaml', '--json', '--yes'], {
      watch: (said, signal) => {
        accepted += said.split('"render.accepted"').length - 1;
        if (accepted < 2) return;
        signal('SIGHUP');
        signal('SIGHUP');
      },
    });
    expect(ran.exit).toBe(130);
    expect(await statesOf(it)).toEqual(['submitted', 'submitted']);
  },
);
