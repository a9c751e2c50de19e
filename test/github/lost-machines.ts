/**
 * A machine is killed in the middle of a run and its disk is gone; the next one has git and the
 * record on the remote, and nothing else.
 */
import { mkdir, rm } from 'node:fs/promises';
import path from 'node:path';
import { CLI, world } from '../cli/cli-project.ts';
import { definedOf, git } from './harness/git.ts';
import { start } from './harness/helper.ts';

const SLOTS = 3;
const SCENES = 8;
const film = `rushes: 1
models: { kling: { use: apimart/kling-v3 } }
limits: { in_flight: ${SLOTS}, gateways: { apimart: { in_flight: ${SLOTS} } } }
scenes:
${Array.from({ length: SCENES }, (_, index) => `  - { id: s${index}, prompt: Scene ${index} }\n`).join('')}`;

export interface AfterLoss {
  /** Prompts that were accepted more than once. */
  readonly twice: readonly unknown[];
  /** Renders that the next machine holds because it cannot know. */
  readonly held: number;
  /** Prompts that were neither sent nor held. */
  readonly forgotten: number;
  readonly exit: number;
  readonly log: string;
}

/** `lines`: how far into the output of the first run the kill comes. */
export async function afterLoss(lines: number): Promise<AfterLoss> {
  await using here = await world({ taskSeconds: 0.1 });
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
  let heard = 0;
  let log = '';
  const run = start(
    {
      program: process.execPath,
      args: [CLI, 'render', '--record', 'origin'],
      cwd: first,
      env: { ...definedOf(process.env), ...here.env, CI: 'true' },
    },
    (text) => {
      log += text;
      heard += text.split('\n').length - 1;
      if (heard >= lines) run.signal('SIGKILL');
    },
  );
  await run.ended;
  await rm(first, { recursive: true, force: true });
  await machine('next');
  const next = await here.rushes(['render', '--record', 'origin'], { cwd: 'next' });
  log += next.out + next.err;
  const prompts = here.gateway.books().accepted.map(({ body }) => body['prompt']);
  const lock = await here.read('next/manifests/film.lock.json').catch(() => '{"renders":{}}');
  const { renders } = JSON.parse(lock) as {
    readonly renders: Readonly<Record<string, { readonly status: string }>>;
  };
  return {
    twice: prompts.filter((prompt, index) => prompts.indexOf(prompt) !== index),
    held: Object.values(renders).filter(({ status }) => status === 'ambiguous').length,
    forgotten: SCENES - Object.keys(renders).length,
    exit: next.exit,
    log,
  };
}

/** What holds whatever the moment. */
export const isSafe = ({ twice, held, forgotten, exit }: AfterLoss): boolean =>
  twice.length === 0 && held <= SLOTS && forgotten === 0 && exit === (held === 0 ? 0 : 5);
