/** A lock is public where its repository is: no way into it leads past the check for secrets. */
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, test } from 'vitest';
import { decide, type Decision } from '../../src/index.ts';
import { world } from '../cli/cli-project.ts';

const FILM =
  'rushes: 1\nmodels: { m: { use: apimart/kling-v3 } }\nscenes: [{ id: crab, prompt: A crab }]\n';

test('a key in a note or a name is refused, and the lock stays as it was', async () => {
  await using here = await world();
  await here.write('manifests/film.yaml', FILM);
  expect(await here.rushes(['render'])).toMatchObject({ exit: 0 });
  const lock = path.join(here.folder, 'manifests/film.lock.json');
  const before = await readFile(lock, 'utf8');
  const key = here.env['APIMART_API_KEY'] ?? '';
  const decided = (decision: Decision, by?: string): Promise<unknown> =>
    decide('manifests/film.yaml', 'crab/m', decision, {
      cwd: here.folder,
      env: here.env,
      ...(by === undefined ? {} : { by }),
    });
  const note = `made with ${key}`;
  for (const decision of [
    { kind: 'pick', note },
    { kind: 'reject', note },
  ] as const)
    await expect(decided(decision)).rejects.toMatchObject({
      exit: 64,
      message: expect.stringContaining('the value of APIMART_API_KEY') as string,
    });
  await expect(decided({ kind: 'pin' }, key)).rejects.toMatchObject({ exit: 64 });
  const named = await here.rushes(['pin', 'crab/m', '--by', `ana ${key}`]);
  expect(named).toMatchObject({ exit: 64 });
  expect(named.err).toContain('the value of APIMART_API_KEY');
  expect(await readFile(lock, 'utf8')).toBe(before);
});
