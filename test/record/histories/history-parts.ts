/** What random histories of a project are made of: films, chance, git. */
import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { World } from '../../cli/cli-project.ts';

/** For every git, also those that rushes and the remote's side start. */
export const GIT_ENV = {
  GIT_CONFIG_GLOBAL: fileURLToPath(new URL('git-config', import.meta.url)),
} as const;

export const git = (cwd: string, ...args: readonly string[]): string =>
  execFileSync('git', args, {
    cwd,
    env: { ...process.env, ...GIT_ENV },
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
  });

/** A whole number from 0 up to, not including, `below`. */
export type Random = (below: number) => number;

/** Mulberry32: the same history for the same seed, on every machine. */
export function randomOf(seed: number): Random {
  let state = seed;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below;
  };
}

export const BRANCHES = ['main', 'rain'] as const;
const WORDS = ['Crab', 'Rain', 'Sun', 'Tide', 'Moon', 'Sand'];

/** Scene ids to words; no word stands twice on a branch, so no duplicate is ordered. */
export type Film = Readonly<Record<string, string>>;
export type Films = readonly [a: Film, b: Film];

export const filmText = (film: Film): string =>
  [
    'rushes: 1',
    'models: { kling: { use: apimart/kling-v3 } }',
    'limits: { in_flight: 4, gateways: { apimart: { in_flight: 4 } } }',
    `scenes: ${Object.keys(film).length === 0 ? '[]' : ''}`,
    ...Object.entries(film).map(([id, word]) => `  - { id: ${id}, prompt: ${word} }`),
    '',
  ].join('\n');

export function randomFilms(random: Random): Films {
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

/** The same words in other places: one scene goes to the other manifest, or gets another id. */
export function movedFilms([a, b]: Films, random: Random): Films {
  const films: readonly [Record<string, string>, Record<string, string>] = [{ ...a }, { ...b }];
  const from = random(2);
  const giving = films[from === 0 ? 0 : 1];
  const taking = films[random(2) === 0 ? 0 : 1];
  const ids = Object.keys(giving);
  const id = ids[random(Math.max(1, ids.length))];
  const word = id === undefined ? undefined : giving[id];
  if (id === undefined || word === undefined) return films;
  delete giving[id];
  const place = `s${random(4)}`;
  const displaced = taking[place];
  taking[place] = word;
  if (displaced !== undefined) giving[id] = displaced;
  return films;
}

export interface History {
  readonly steps: readonly string[];
  /** Prompts that were accepted more than once. */
  readonly duplicates: readonly string[];
}

/** Prompts that the gateway accepted more than once. */
export function duplicatesIn(here: World): readonly string[] {
  const prompts = here.gateway.books().accepted.map(({ body }) => JSON.stringify(body['prompt']));
  return prompts.filter((prompt, index) => prompts.indexOf(prompt) !== index);
}
