/**
 * Random histories of a project: two branches, two manifests, scenes that get other words and move,
 * runs that are killed, locks that are pushed, merged and deleted. Against the gateway's books: a
 * request is accepted twice only where both manifests ask for it on one branch.
 */
import { execFileSync } from 'node:child_process';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { world, type World } from '../cli/cli-project.ts';

const git = (cwd: string, ...args: readonly string[]): string =>
  execFileSync('git', ['-c', 'user.name=ana', '-c', 'user.email=ana@example.com', ...args], {
    cwd,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
  });

const WORDS = ['Crab', 'Rain', 'Sun', 'Tide', 'Moon', 'Sand'];
const BRANCHES = ['main', 'rain'];

/** Mulberry32: the same history for the same seed, on every machine. */
function randomOf(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below;
  };
}

/** Scene ids to words; no word stands twice on a branch, so no duplicate is ordered. */
type Film = Readonly<Record<string, string>>;

const text = (film: Film): string =>
  [
    'rushes: 1',
    'models: { kling: { use: apimart/kling-v3 } }',
    'limits: { in_flight: 4, gateways: { apimart: { in_flight: 4 } } }',
    `scenes: ${Object.keys(film).length === 0 ? '[]' : ''}`,
    ...Object.entries(film).map(([id, word]) => `  - { id: ${id}, prompt: ${word} }`),
    '',
  ].join('\n');

function films(random: (below: number) => number): readonly [Film, Film] {
  const free = [...WORDS];
  const film = (): Film =>
    Object.fromEntries(
      Array.from({ length: 1 + random(3) }, (_, index) => [
        `s${index}`,
        free.splice(random(free.length), 1)[0] ?? 'Crab',
      ]),
    );
  return [film(), film()];
}

export interface History {
  readonly steps: readonly string[];
  /** Prompts that were accepted more than once. */
  readonly duplicates: readonly string[];
}

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
    await write(here, films(random));
    commit(here);
    git(here.folder, 'push', '-q', 'origin', 'main');
    git(here.folder, 'branch', 'rain');
    git(here.folder, 'push', '-q', 'origin', 'rain');
    for (let step = 0; step < steps; step++) said.push(await act(here, random));
    const prompts = here.gateway.books().accepted.map(({ body }) => JSON.stringify(body['prompt']));
    return {
      steps: said,
      duplicates: prompts.filter((prompt, index) => prompts.indexOf(prompt) !== index),
    };
  } finally {
    await rm(remote, { recursive: true, force: true });
  }
}

async function act(here: World, random: (below: number) => number): Promise<string> {
  switch (random(9)) {
    case 0:
    case 1:
      await write(here, films(random));
      return 'edit';
    case 2: {
      commit(here);
      const branch = BRANCHES[random(2)] ?? 'main';
      git(here.folder, 'switch', '-q', branch);
      return `switch ${branch}`;
    }
    case 3: {
      const name = random(2) === 0 ? 'a' : 'b';
      return `render ${name}: ${(await here.rushes(['render', `manifests/${name}.yaml`])).exit}`;
    }
    case 4: {
      const only = `render s${random(3)}`;
      return `${only}: ${(await here.rushes(['render', '--only', only.slice(7)])).exit}`;
    }
    case 5: {
      let left = 1 + random(3);
      const killed = await here.cli(['render', '--json'], {
        watch: (chunk, signal) => {
          left -= chunk.split('"render.submitting"').length - 1;
          if (left <= 0) signal('SIGKILL');
        },
      });
      return `kill: ${killed.exit}`;
    }
    case 6: {
      commit(here);
      return `lock push: ${(await here.rushes(['lock', 'push'])).exit}`;
    }
    case 7: {
      for (const name of await readdir(path.join(here.folder, 'manifests')))
        if (name.endsWith('.lock.json') && random(2) === 0)
          await rm(path.join(here.folder, 'manifests', name));
      return 'delete locks';
    }
    default:
      return `render: ${(await here.rushes(['render'])).exit}`;
  }
}

async function write(here: World, [a, b]: readonly [Film, Film]): Promise<void> {
  await here.write('manifests/a.yaml', text(a));
  await here.write('manifests/b.yaml', text(b));
}

function commit(here: World): void {
  git(here.folder, 'add', '-A');
  git(here.folder, 'commit', '-q', '--allow-empty', '-m', 'Work');
}
