/**
 * The one step of a workflow on machines that are thrown away, against remotes that refuse as
 * GitHub does: real git over HTTP with tokens and hooks.
 */
import { chmod, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { world } from '../../cli/cli-project.ts';
import { bareRepository, cloneOf, commitFiles, git } from '../harness/git.ts';
import { startGitServer } from '../harness/git-server.ts';
import { startRushes } from '../harness/helper/helper.ts';

export const RULES = ['plain', 'protected', 'signed', 'no credentials', 'not persisted'] as const;
type Rule = (typeof RULES)[number];
export const HISTORIES = ['push', 'queued', 'cancel', 're-run', 'late re-run'] as const;
type History = (typeof HISTORIES)[number];

/** What came of one history: everything that must hold is in here. */
export interface Outcome {
  /** Prompts that a gateway accepted more than once. */
  readonly twice: readonly string[];
  /** Accepted tasks that the record on the remote does not have. */
  readonly unrecorded: readonly string[];
  readonly accepted: readonly string[];
  /** Prompts that the newest commit asks for, and nobody has sent in the end, although it may. */
  readonly missing: readonly string[];
  /** Of a job of an old commit that began when the newer one was there. */
  readonly sentByStale: number;
  readonly log: string;
}

const film = (scenes: readonly string[]): string =>
  [
    'rushes: 1',
    'models: { kling: { use: apimart/kling-v3 } }',
    'limits: { in_flight: 3, gateways: { apimart: { in_flight: 3 } } }',
    'scenes:',
    ...scenes.map((id) => `  - { id: ${id}, prompt: ${id} }`),
    '',
  ].join('\n');

/** Refused as GitHub does; a person with a clone of the folder itself is the administrator. */
const HOOKS: Readonly<Partial<Record<Rule, string>>> = {
  protected:
    'if [ "$1" = refs/heads/main ]; then echo "error: GH006: Protected branch update failed for $1." >&2; exit 1; fi',
  signed:
    'case "$1" in refs/heads/*) if ! git cat-file commit "$3" | grep -q "^gpgsig"; then echo "error: GH013: Commits must have verified signatures." >&2; exit 1; fi;; esac',
};

/** A repeatable chance. */
function chance(seed: number): () => number {
  let state = seed * 2_654_435_761 + 1;
  return () => {
    state = (Math.imul(state ^ (state >>> 15), 2_246_822_519) + 0x9e3779b9) >>> 0;
    return state / 2 ** 32;
  };
}

export async function oneStep(rule: Rule, history: History, seed: number): Promise<Outcome> {
  const random = chance(seed);
  await using here = await world({ taskSeconds: 0.02 + random() * 0.1 });
  const remote = await bareRepository();
  await using server = await startGitServer(new Map([['studio/film', remote]]));
  const hook = HOOKS[rule];
  if (hook !== undefined) {
    const file = path.join(remote, 'hooks/update');
    await writeFile(file, `#!/bin/sh\n[ -z "$REMOTE_USER" ] && exit 0\n${hook}\n`);
    await chmod(file, 0o755);
  }
  const person = await cloneOf(remote);
  const before = ['dawn', 'noon', 'crab', 'pier', 'rain'];
  const after = ['dawn', 'noon', 'pier', 'rain', 'moon', 'fog'];
  const first = await commitFiles(person, {
    '.gitignore': 'out/\n.rushes/\n',
    'manifests/film.yaml': film(before),
  });
  const change = (): Promise<string> => commitFiles(person, { 'manifests/film.yaml': film(after) });
  let log = '';

  /** One job on a machine of its own, which is gone afterwards. Returns how much was accepted. */
  const job = async (sha: string, cancelAfter = Infinity): Promise<number> => {
    const sent = here.gateway.books().accepted.length;
    const machine = path.join(here.folder, `machine-${String(random()).slice(2)}`);
    await mkdir(machine);
    const token = server.grant(rule !== 'no credentials');
    const url = `${server.url}/studio/film`;
    await git(machine, 'init', '--quiet', '--initial-branch=main');
    await git(machine, 'remote', 'add', 'origin', url);
    if (rule !== 'not persisted') {
      const basic = Buffer.from(`x-access-token:${token}`).toString('base64');
      const key = `http.${server.url}/.extraheader`;
      await git(machine, 'config', key, `AUTHORIZATION: basic ${basic}`);
    }
    await git(machine, 'fetch', '--quiet', '--depth=1', 'origin', sha);
    await git(machine, 'checkout', '--quiet', '-B', 'main', sha);
    const temp = await mkdtemp(path.join(tmpdir(), 'rushes-temp-'));
    const state = path.join(temp, 'state');
    const env = {
      ...here.env,
      GITHUB_ACTIONS: 'true',
      CI: 'true',
      GIT_CONFIG_NOSYSTEM: '1',
      GITHUB_EVENT_NAME: 'push',
      GITHUB_REPOSITORY: 'studio/film',
      GITHUB_SERVER_URL: server.url,
      GITHUB_SHA: sha,
      GITHUB_REF: 'refs/heads/main',
      GITHUB_REF_NAME: 'main',
      GITHUB_REF_TYPE: 'branch',
      GITHUB_WORKSPACE: machine,
      GITHUB_STATE: state,
      RUNNER_TEMP: temp,
      PATH: process.env['PATH'] ?? '',
      HOME: temp,
      INPUT_BUDGET: '25',
      'INPUT_GITHUB-TOKEN': token,
    };
    let heard = 0;
    let said = '';
    const main = startRushes({ args: ['action'], cwd: machine, env }, (text) => {
      said += text;
      heard += text.split('\n').length - 1;
      if (heard >= cancelAfter) main.signal('SIGINT');
    });
    const { code } = await main.ended;
    const saved = (await readFile(state, 'utf8')).trim().split('\n').at(-1)?.split('=')[1] ?? '';
    const post = { args: ['action-post'], cwd: machine, env: { ...env, STATE_rushes: saved } };
    await startRushes(post, (text) => (said += text)).ended;
    log += `--- ${sha.slice(0, 7)}: exit ${code}\n${said}`;
    await rm(machine, { recursive: true });
    await rm(temp, { recursive: true });
    return here.gateway.books().accepted.length - sent;
  };

  let sentByStale = 0;
  let newest = first;
  switch (history) {
    case 'push':
      await job(first);
      break;
    case 'queued':
      newest = await change();
      sentByStale = await job(first);
      await job(newest);
      break;
    case 'cancel':
      await job(first, 1 + Math.floor(random() * 12));
      break;
    case 're-run':
      await job(first);
      await job(first);
      break;
    case 'late re-run':
      await job(first);
      await commitFiles(person, { 'notes.txt': 'before the next one' }).catch(async () => {
        await git(person, 'pull', '--quiet', '--rebase');
        await git(person, 'push', '--quiet', 'origin', 'HEAD:main');
      });
      newest = await change();
      await job(newest);
      sentByStale = await job(first);
      break;
  }
  const tip = await git(remote, 'rev-parse', 'main');
  await job(tip);
  const accepted = here.gateway.books().accepted.map(({ body: { prompt }, task }) => ({
    prompt: typeof prompt === 'string' ? prompt : '',
    task,
  }));
  const prompts = accepted.map(({ prompt }) => prompt);
  const record = await git(remote, 'log', '-p', 'refs/rushes/record').catch(() => '');
  const wanted = newest === first ? before : after;
  for (const folder of [remote, person]) await rm(folder, { recursive: true, force: true });
  return {
    accepted: prompts,
    twice: prompts.filter((prompt, index) => prompts.indexOf(prompt) !== index),
    unrecorded: accepted.flatMap(({ task }) => (record.includes(task) ? [] : [task])),
    missing: rule === 'no credentials' ? [] : wanted.filter((prompt) => !prompts.includes(prompt)),
    sentByStale,
    log,
  };
}
