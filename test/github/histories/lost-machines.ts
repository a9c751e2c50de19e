/**
 * A machine is killed in the middle of a run and its disk is gone; the next one has git and the
 * record on the remote, and nothing else. Eleven minutes later EvoLink's task list says what the
 * lost reservations came to.
 */
import { mkdir, rm } from 'node:fs/promises';
import path from 'node:path';
import { systemClock } from '../../../src/ports/clock.ts';
import { CLI, world } from '../../cli/cli-project.ts';
import { definedOf, git } from '../harness/git.ts';
import { start } from '../harness/helper/helper.ts';

const SLOTS = 3;
const SCENES = 4;
const MINUTE = 60_000;
const film = `rushes: 1
models: { kling: { use: apimart/kling-v3 }, o3: { use: evolink/kling-o3-text-to-video } }
limits: { in_flight: ${SLOTS}, gateways: { apimart: { in_flight: 2 }, evolink: { in_flight: 2 } } }
scenes:
${Array.from({ length: SCENES }, (_, index) => `  - { id: s${index}, prompt: Scene ${index} }\n`).join('')}`;

/** When the machine is lost: after so many lines and requests of its run, and a little later. */
export interface Moment {
  readonly steps: number;
  readonly thenMs: number;
}

export interface AfterLoss {
  /** Requests that were accepted more than once. */
  readonly twice: readonly string[];
  /** Renders that the next machine holds because it cannot know. */
  readonly held: number;
  /** Requests that were neither sent nor held. */
  readonly forgotten: number;
  /** Of EvoLink, eleven minutes later: still held, although no task can be theirs. */
  readonly uncleared: number;
  /** Tasks of EvoLink that belong to a lost reservation, and that no message names. */
  readonly unnamed: number;
  /** Exit codes of the next run and of the one eleven minutes later. */
  readonly exits: readonly number[];
  readonly log: string;
}

export async function afterLoss({ steps, thenMs }: Moment): Promise<AfterLoss> {
  let ahead = 0;
  let step: (more: number) => void = () => undefined;
  await using here = await world({
    taskSeconds: 0.3,
    clock: { ...systemClock, now: () => Date.now() + ahead },
    onEvent: () => step(1),
  });
  const remote = path.join(here.folder, 'remote.git');
  await mkdir(remote);
  await git(remote, 'init', '--quiet', '--bare', '--initial-branch=main');
  const machine = async (name: string): Promise<string> => {
    await git(here.folder, 'clone', '--quiet', `file://${remote}`, name);
    return path.join(here.folder, name);
  };
  const first = await machine('first');
  await here.write('first/.gitignore', 'out/\n.rushes/\n');
  await here.write('first/manifests/film.yaml', film);
  await git(first, 'switch', '--quiet', '--create', 'main');
  await git(first, 'add', '--all');
  await git(first, 'commit', '--quiet', '--message', 'Film');
  await git(first, 'push', '--quiet', 'origin', 'main');

  let log = '';
  let passed = 0;
  let lost: Promise<void> | undefined;
  const run = start(
    {
      program: process.execPath,
      args: [CLI, 'render', '--json', '--record', 'origin'],
      cwd: first,
      env: { ...definedOf(process.env), ...here.env, CI: 'true' },
    },
    (text) => {
      log += text;
      step(text.split('\n').length - 1);
    },
  );
  step = (more) => {
    passed += more;
    if (passed < steps) return;
    const { signal } = new AbortController();
    lost ??= systemClock.sleep(thenMs, signal).then(() => run.signal('SIGKILL'));
  };
  await run.ended;
  step = () => undefined;
  await lost;
  await rm(first, { recursive: true, force: true });

  const next = async (name: string) => {
    await machine(name);
    const { exit, out, err } = await here.rushes(['render', '--record', 'origin'], { cwd: name });
    log += `--- ${name}: exit ${exit}\n${out}${err}`;
    const lock = await here.read(`${name}/manifests/film.lock.json`).catch(() => '{"renders":{}}');
    const { renders } = JSON.parse(lock) as {
      readonly renders: Readonly<Record<string, { status: string; task?: string }>>;
    };
    return { exit, err, renders };
  };
  const second = await next('next');
  ahead = 11 * MINUTE;
  const third = await next('later');

  const { accepted } = here.gateway.books();
  const sent = accepted.map(({ gateway, body }) => `${gateway}: ${JSON.stringify(body['prompt'])}`);
  const known = new Set(Object.values(third.renders).flatMap(({ task }) => task ?? []));
  const orphaned = accepted.filter(({ task }) => !known.has(task));
  const heldIn = (renders: typeof second.renders): string[] =>
    Object.keys(renders).filter((id) => renders[id]?.status === 'ambiguous');
  const stillHeld = heldIn(third.renders).filter((id) => id.endsWith('/o3'));
  const ofEvolink = orphaned.filter(({ gateway }) => gateway === 'evolink');
  return {
    twice: sent.filter((one, index) => sent.indexOf(one) !== index),
    held: heldIn(second.renders).length,
    forgotten: 2 * SCENES - Object.keys(second.renders).length,
    uncleared: stillHeld.length - ofEvolink.length,
    unnamed: ofEvolink.filter(({ task }) => !third.err.includes(task)).length,
    exits: [second.exit, third.exit],
    log,
  };
}

/** What holds whatever the moment. */
export const safe = { twice: [], forgotten: 0, uncleared: 0, unnamed: 0 } as const;
export const MOST_HELD = SLOTS;
