/**
 * Random histories of a project: two branches, two manifests, scenes that get other words and move,
 * runs that are killed, locks that are pushed, merged and deleted. Against the gateway's books: a
 * request is accepted twice only where both manifests ask for it on one branch.
 */
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { world, type World } from '../../cli/cli-project.ts';
import {
  BRANCHES,
  duplicatesIn,
  type Films,
  filmText,
  git,
  GIT_ENV,
  type History,
  type Random,
  randomFilms,
  randomOf,
} from './history-parts.ts';

/** Kills are those of real processes of the built command. */
export async function randomHistory(seed: number, steps: number): Promise<History> {
  const random = randomOf(seed);
  await using here = await world({ taskSeconds: 0.05 });
  const remote = await mkdtemp(path.join(tmpdir(), 'rushes-remote-'));
  const said: string[] = [];
  try {
    git(remote, 'init', '-q', '--bare', '-b', 'main');
    git(here.folder, 'init', '-q', '-b', 'main');
    git(here.folder, 'remote', 'add', 'origin', remote);
    await here.write('.gitignore', 'out/\n.rushes/\n');
    await write(here, randomFilms(random));
    commit(here);
    git(here.folder, 'push', '-q', 'origin', 'main');
    git(here.folder, 'branch', 'rain');
    git(here.folder, 'push', '-q', 'origin', 'rain');
    for (let step = 0; step < steps; step++) said.push(await act(here, random));
    return { steps: said, duplicates: duplicatesIn(here) };
  } finally {
    await rm(remote, { recursive: true, force: true });
  }
}

async function act(here: World, random: Random): Promise<string> {
  switch (random(9)) {
    case 0:
    case 1:
      await write(here, randomFilms(random));
      return 'edit';
    case 2: {
      commit(here);
      const branch = BRANCHES[random(2)] ?? 'main';
      git(here.folder, 'switch', '-q', branch);
      return `switch ${branch}`;
    }
    case 3: {
      const name = random(2) === 0 ? 'a' : 'b';
      return `render ${name}: ${(await here.rushes(['render', `manifests/${name}.yaml`], { env: GIT_ENV })).exit}`;
    }
    case 4: {
      const only = `render s${random(3)}`;
      return `${only}: ${(await here.rushes(['render', '--only', only.slice(7)], { env: GIT_ENV })).exit}`;
    }
    case 5: {
      let left = 1 + random(3);
      const killed = await here.cli(['render', '--json'], {
        env: GIT_ENV,
        watch: (chunk, signal) => {
          left -= chunk.split('"render.submitting"').length - 1;
          if (left <= 0) signal('SIGKILL');
        },
      });
      return `kill: ${killed.exit}`;
    }
    case 6: {
      commit(here);
      return `lock push: ${(await here.rushes(['lock', 'push'], { env: GIT_ENV })).exit}`;
    }
    case 7: {
      for (const name of await readdir(path.join(here.folder, 'manifests')))
        if (name.endsWith('.lock.json') && random(2) === 0)
          await rm(path.join(here.folder, 'manifests', name));
      return 'delete locks';
    }
    default:
      return `render: ${(await here.rushes(['render'], { env: GIT_ENV })).exit}`;
  }
}

async function write(here: World, [a, b]: Films): Promise<void> {
  await here.write('manifests/a.yaml', filmText(a));
  await here.write('manifests/b.yaml', filmText(b));
}

function commit(here: World): void {
  git(here.folder, 'add', '-A');
  git(here.folder, 'commit', '-q', '--allow-empty', '-m', 'Work');
}
