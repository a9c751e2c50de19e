/**
 * Nobody is there to correct what a person has broken: a run that goes on with an approved chain,
 * and is refused, ends it.
 */
import { rm } from 'node:fs/promises';
import path from 'node:path';
import { expect, test } from 'vitest';
import { flat, smallClips, world, type World } from '../cli/cli-project.ts';
import { git } from './histories/history-parts.ts';

const FILM = `rushes: 1
models: { kling: { use: apimart/kling-v3 } }
limits: { gateways: { apimart: { in_flight: 1 } } }
scenes:
  - { id: crab, prompt: A crab }
  - { id: rain, prompt: Rain }
`;

const render = (here: World, mode: 'open' | 'follow', env: Readonly<Record<string, string>> = {}) =>
  here.rushes(['render', '--record', 'origin', '--detach', '--chain', mode], { cwd: 'one', env });

/** A clone with an approved chain, of which one render is being made. */
async function approved(here: World): Promise<void> {
  git(here.folder, 'init', '-q', '--bare', '-b', 'main', 'remote.git');
  git(here.folder, 'clone', '-q', path.join(here.folder, 'remote.git'), 'one');
  await here.write('one/.gitignore', 'out/\n.rushes/\n');
  await here.write('one/manifests/film.yaml', FILM);
  git(path.join(here.folder, 'one'), 'add', '-A');
  git(path.join(here.folder, 'one'), 'commit', '-q', '-m', 'Film');
  expect(await render(here, 'open')).toMatchObject({ exit: 6 });
}

const BROKEN = {
  'an invalid manifest': {
    exit: 65,
    env: {},
    breaks: (here: World) =>
      here.write('one/manifests/film.yaml', FILM.replace('prompt: Rain', 'promt: Rain')),
  },
  'no manifest any more': {
    exit: 64,
    env: {},
    breaks: (here: World) => rm(path.join(here.folder, 'one/manifests/film.yaml')),
  },
  'a lock with merge markers': {
    exit: 65,
    env: {},
    breaks: (here: World) =>
      here.write('one/manifests/film.lock.json', '<<<<<<< ours\n=======\n>>>>>>> theirs\n'),
  },
  'a missing key': { exit: 77, env: { APIMART_API_KEY: '' }, breaks: async () => undefined },
};

test.each(Object.entries(BROKEN))('%s: refused once', async (_, { exit, env, breaks }) => {
  await using here = await world();
  await approved(here);
  await breaks(here);
  const refused = await render(here, 'follow', env);
  expect(refused).toMatchObject({ exit });
  expect(flat(refused.err)).toContain(
    'the approved chain of main has ended: each later run would be refused for the same reason Correct the cause and approve a render again.',
  );
  expect(await render(here, 'follow', env)).toMatchObject({
    exit: 0,
    out: 'No approved chain of main is open: nothing is submitted.\n',
  });
  expect(here.gateway.books().accepted).toHaveLength(1);
});

test('what is not part of the chain is named, and that a frame of another clip is the reason', async () => {
  await using here = await world();
  await approved(here);
  await here.write(
    'one/manifests/film.yaml',
    `${FILM}  - { id: late, prompt: Late }\n  - { id: goes-on, prompt: On, first_frame: { scene: late, frame: last } }\n`,
  );
  const followed = await render(here, 'follow');
  expect(flat(followed.err)).toContain(
    '2 renders are not part of the approved chain, and not submitted: film:late/kling, film:goes-on/kling What takes a frame of a clip that is still to be made is never part of it. Approve another run: rushes render --chain open',
  );
  expect(here.gateway.books().accepted.length).toBeLessThanOrEqual(2);
});

test('a remote that does not answer ends nothing', async () => {
  await using here = await world();
  await approved(here);
  const folder = path.join(here.folder, 'one');
  git(folder, 'remote', 'set-url', 'origin', path.join(here.folder, 'gone.git'));
  expect(await render(here, 'follow')).toMatchObject({ exit: 69 });
  git(folder, 'remote', 'set-url', 'origin', path.join(here.folder, 'remote.git'));
  expect((await render(here, 'follow')).out).not.toContain('No approved chain');
});

test('an empty balance: what runs is fetched, one refusal ends the chain, and a new approval pays for nothing twice', async () => {
  const refusal = {
    when: { step: 'submit', nth: 2 },
    do: { fault: 'error', error: 'balance' },
  } as const;
  await using here = await world({ script: { rules: [refusal, smallClips()] } });
  await approved(here);
  const refused = await render(here, 'follow');
  expect(refused).toMatchObject({ exit: 69 });
  expect(flat(refused.err)).toContain('the approved chain of main has ended');
  expect((await render(here, 'follow')).out).toContain('No approved chain of main is open');
  const [first] = here.gateway.books().accepted;
  // The account has money again.
  expect(await render(here, 'open')).toMatchObject({ exit: 6 });
  expect(await render(here, 'follow')).toMatchObject({ exit: 0 });
  const prompts = here.gateway.books().accepted.map(({ body }) => body['prompt']);
  expect(prompts).toEqual(['A crab', 'Rain']);
  expect(here.gateway.books().accepted[0]).toEqual(first);
});

test('a refused key ends the chain, although a task is running: it is collected when the key is right', async () => {
  await using here = await world({ script: { rules: [smallClips()] } });
  await approved(here);
  const refused = await render(here, 'follow', { APIMART_API_KEY: 'another-key' });
  expect(refused).toMatchObject({ exit: 77 });
  expect(flat(refused.err)).toContain(
    'Correct the cause and approve a render again. Paid clips can still be fetched: rushes collect --record origin',
  );
  expect((await render(here, 'follow')).out).toContain('No approved chain of main is open');
  const collected = await here.rushes(['collect', '--record', 'origin'], { cwd: 'one' });
  expect(collected).toMatchObject({ exit: 0 });
  expect(await render(here, 'open')).toMatchObject({ exit: 6 });
  expect(await render(here, 'follow')).toMatchObject({ exit: 0 });
  expect(here.gateway.books().accepted).toHaveLength(2);
});
