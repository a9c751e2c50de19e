/**
 * Random histories of two clones of one project: two branches, two manifests, edits, scenes that
 * move between manifests and ids, killed runs, pushes, pulls, merges, locks that are pushed, pulled
 * and deleted, a spend record that is deleted. The record is kept on the remote too, so against the
 * gateway's books no request is accepted twice, and every accepted one is known to a record.
 */
import { mkdir, readFile, readdir, rm } from 'node:fs/promises';
import path from 'node:path';
import { world, type World } from '../../cli/cli-project.ts';
import {
  BRANCHES,
  duplicatesIn,
  type Film,
  type Films,
  filmText,
  git,
  GIT_ENV,
  type History,
  movedFilms,
  type Random,
  randomFilms,
  randomOf,
} from './history-parts.ts';

export interface TwoCloneHistory extends History {
  /** Accepted attempts that no record knows. */
  readonly unknown: readonly string[];
  /** Steps that ended with an exit code that no such step may have. */
  readonly unexpected: readonly string[];
}

const CLONES = ['one', 'two'] as const;
const RECORD = ['--record', 'origin'] as const;
/**
 * Done, failed, unclear, left to a later run, a lock that was not named has it, killed. Not: a
 * usage error, a crash, a remote that refuses.
 */
const EXITS: ReadonlySet<number> = new Set([0, 5, 6, 65, 137]);

export async function twoCloneHistory(seed: number, steps: number): Promise<TwoCloneHistory> {
  const random = randomOf(seed);
  await using here = await world({ taskSeconds: 0.05 });
  await begin(here, random);
  const said: string[] = [];
  const unexpected: string[] = [];
  for (let step = 0; step < steps; step++) {
    const clone = new Clone(here, CLONES[random(2)] ?? 'one');
    const { text, exit = 0 } = await clone.act(random);
    said.push(`${clone.name}: ${text}${exit === 0 ? '' : ` (exit ${exit})`}`);
    if (!EXITS.has(exit)) unexpected.push(said.at(-1) ?? '');
  }
  return {
    steps: said,
    duplicates: duplicatesIn(here),
    unknown: await unknownAttempts(here),
    unexpected,
  };
}

async function begin(here: World, random: Random): Promise<void> {
  const remote = path.join(here.folder, 'remote.git');
  await mkdir(remote);
  git(remote, 'init', '-q', '--bare', '-b', 'main');
  for (const name of CLONES) {
    const cwd = path.join(here.folder, name);
    git(here.folder, 'clone', '-q', remote, name);
    const clone = new Clone(here, name);
    if (name === 'one') {
      git(cwd, 'switch', '-q', '-c', 'main');
      await here.write(`${name}/package.json`, '{}');
      await here.write(`${name}/.gitignore`, 'out/\n.rushes/\n');
      await clone.write(randomFilms(random));
      await here.rushes(['init', '--git'], { cwd: name, env: GIT_ENV });
      clone.commit();
      for (const branch of BRANCHES) git(cwd, 'push', '-q', 'origin', `main:${branch}`);
    } else await here.rushes(['init', '--git'], { cwd: name, env: GIT_ENV });
    git(cwd, 'fetch', '-q');
  }
}

interface Acted {
  readonly text: string;
  readonly exit?: number;
}

/** One of the two: a folder, and what a person does in it. */
class Clone {
  readonly name: string;
  readonly #here: World;
  readonly #folder: string;

  constructor(here: World, name: string) {
    this.name = name;
    this.#here = here;
    this.#folder = path.join(here.folder, name);
  }

  async act(random: Random): Promise<Acted> {
    switch (random(13)) {
      case 0:
        await this.write(randomFilms(random));
        return { text: 'edit' };
      case 1:
      case 2:
        await this.write(movedFilms(await this.#films(), random));
        return { text: 'move a scene' };
      case 3: {
        this.commit();
        const branch = BRANCHES[random(2)] ?? 'main';
        this.#git('switch', '-q', branch);
        return { text: `switch to ${branch}` };
      }
      case 4:
      case 5:
        return this.#rushes('render', `manifests/${random(2) === 0 ? 'a' : 'b'}.yaml`);
      case 6: {
        const ids = (await this.#films()).flatMap((film) => Object.keys(film));
        return this.#rushes('render', '--only', ids[random(ids.length)] ?? 's0');
      }
      case 7:
        return this.#killed(random);
      case 8:
        this.commit();
        return this.#rushes('lock', 'push');
      case 9:
        return this.#rushes('lock', 'pull');
      case 10:
        return this.#merge(random(2) === 0 ? '@{upstream}' : `origin/${BRANCHES[random(2)]}`);
      case 11:
        return this.#forget(random);
      default:
        return this.#rushes('render');
    }
  }

  commit(): void {
    this.#git('add', '-A');
    this.#git('commit', '-q', '--allow-empty', '-m', 'Work');
  }

  async write([a, b]: Films): Promise<void> {
    await this.#here.write(`${this.name}/manifests/a.yaml`, filmText(a));
    await this.#here.write(`${this.name}/manifests/b.yaml`, filmText(b));
  }

  #git(...args: readonly string[]): string {
    return git(this.#folder, ...args);
  }

  async #films(): Promise<Films> {
    const of = async (name: string): Promise<Film> => {
      const text = await this.#here.read(`${this.name}/manifests/${name}.yaml`);
      return Object.fromEntries(
        [...text.matchAll(/id: (\w+), prompt: (\w+)/g)].map(([, id = '', word = '']) => [id, word]),
      );
    };
    return [await of('a'), await of('b')];
  }

  async #rushes(...argv: readonly string[]): Promise<Acted> {
    const { exit } = await this.#here.rushes([...argv, ...RECORD], {
      cwd: this.name,
      env: GIT_ENV,
    });
    return { text: argv.join(' '), exit };
  }

  /** After some requests are on their way. */
  async #killed(random: Random): Promise<Acted> {
    let left = 1 + random(3);
    const { exit } = await this.#here.cli(['render', '--json', ...RECORD], {
      cwd: this.name,
      env: GIT_ENV,
      watch: (chunk, signal) => {
        left -= chunk.split('"render.submitting"').length - 1;
        if (left <= 0) signal('SIGKILL');
      },
    });
    return { text: 'render, killed', exit };
  }

  /** The manifests stay ours, so that no word stands in both; the locks go through the driver. */
  async #merge(from: string): Promise<Acted> {
    const films = await this.#films();
    this.commit();
    this.#git('fetch', '-q');
    try {
      this.#git('merge', '-q', '--no-edit', '-X', 'ours', from);
    } catch {
      this.#git('merge', '--abort');
      return { text: `merge ${from}: conflict, aborted` };
    }
    await this.write(films);
    this.commit();
    try {
      this.#git('push', '-q');
    } catch {
      // Another branch's tip: it stays here.
    }
    return { text: `merge ${from}, push` };
  }

  /** Locks, or what this clone has of the record. */
  async #forget(random: Random): Promise<Acted> {
    if (random(3) === 0) {
      await rm(path.join(this.#folder, '.git/rushes/record.jsonl'), { force: true });
      return { text: 'delete the record' };
    }
    const folder = path.join(this.#folder, 'manifests');
    for (const name of await readdir(folder))
      if (name.endsWith('.lock.json') && random(2) === 0) await rm(path.join(folder, name));
    return { text: 'delete locks' };
  }
}

/** Of what the gateway accepted, by its Idempotency-Key. */
async function unknownAttempts(here: World): Promise<readonly string[]> {
  const remote = path.join(here.folder, 'remote.git');
  const books = [git(remote, 'log', '-p', '--all', '--', 'attempts')];
  for (const name of CLONES) {
    const file = path.join(here.folder, name, '.git/rushes/record.jsonl');
    books.push(await readFile(file, 'utf8').catch(() => ''));
  }
  return here.gateway.books().events.flatMap((event) => {
    if (event.kind !== 'submit' || event.outcome !== 'accepted') return [];
    const attempt = event.idempotencyKey ?? event.body;
    return books.some((text) => text.includes(attempt)) ? [] : [attempt];
  });
}
