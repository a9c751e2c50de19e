/** A decision from JavaScript may be anything: what the lock could not hold never gets there. */
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, test } from 'vitest';
import { decide, type Decision, type DecideOptions, RefusedError } from '../../src/index.ts';
import { world } from '../cli/cli-project.ts';

const FILM =
  'rushes: 1\nmodels: { m: { use: apimart/kling-v3 } }\nscenes: [{ id: crab, prompt: A crab }]\n';

test('a decision that is none is refused with what is wrong, and the lock stays as it was', async () => {
  await using here = await world();
  await here.write('manifests/film.yaml', FILM);
  expect(await here.rushes(['render'])).toMatchObject({ exit: 0 });
  const lock = path.join(here.folder, 'manifests/film.lock.json');
  const before = await readFile(lock, 'utf8');
  const decided = (decision: unknown, more: unknown = {}): Promise<unknown> =>
    decide('manifests/film.yaml', 'crab/m', decision as Decision, {
      cwd: here.folder,
      env: here.env,
      ...(more as DecideOptions),
    });
  const wrong: readonly (readonly [decision: unknown, says: string, more?: unknown])[] = [
    [undefined, 'decision'],
    [{ kind: 'dance' }, 'decision.kind'],
    [{ kind: 'recover', how: 'somehow' }, 'decision.how'],
    [{ kind: 'recover', how: 'adopt', task: 5 }, 'decision.task'],
    [{ kind: 'pick', in: -3 }, 'decision.in'],
    [{ kind: 'pick', in: '1' }, 'decision.in'],
    [{ kind: 'pick', in: Number.NaN }, 'decision.in'],
    [{ kind: 'pick', out: Infinity }, 'decision.out'],
    [{ kind: 'pick', note: 5 }, 'decision.note'],
    [{ kind: 'pin', undo: 'no' }, 'decision.undo'],
    [{ kind: 'pin' }, 'by', { by: 5 }],
  ];
  for (const [decision, says, more] of wrong) {
    const refused = await decided(decision, more).catch((error: unknown) => error);
    expect(refused, `said of ${says}`).toBeInstanceOf(RefusedError);
    expect(refused).toMatchObject({ exit: 64, message: expect.stringContaining(says) as string });
    expect(await readFile(lock, 'utf8')).toBe(before);
  }
  await decided({ kind: 'pick', in: 0, out: 1, note: 'good light' });
  expect(await here.rushes(['status'])).toMatchObject({ exit: 0 });
});
