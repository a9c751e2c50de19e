/** The git of this machine, as an argument. Read-only but where a command says otherwise. */
import { spawn } from 'node:child_process';
import { childEnvironment } from './child-environment.ts';
import { endWithChild } from './end-with-child.ts';

type GitOutcome =
  | { readonly ok: true; readonly stdout: Buffer }
  /**
   * `code` is undefined when git could not be started; `message` is what it printed, for people.
   */
  | { readonly ok: false; readonly code: number | undefined; readonly message: string };

export interface Git {
  /** Runs git in the folder that this was made for. Never rejects, never asks for a password. */
  run(
    args: readonly string[],
    options?: { readonly input?: string; readonly env?: Readonly<Record<string, string>> },
  ): Promise<GitOutcome>;
}

/** Of `env` git gets what it needs and no keys: see {@link childEnvironment}. */
export const systemGit = (cwd: string, env: Readonly<Record<string, string | undefined>>): Git => ({
  run: (args, options = {}) =>
    new Promise((resolve) => {
      const child = spawn('git', [...args], {
        cwd,
        // English messages, no pager, no prompt: the answer is read by a program. Hooks and helpers
        // that git starts inherit it: no key is in it.
        env: {
          // A remote that takes a connection and says nothing more is one that does not answer.
          GIT_HTTP_LOW_SPEED_LIMIT: '1',
          GIT_HTTP_LOW_SPEED_TIME: '120',
          ...childEnvironment(env),
          LC_ALL: 'C',
          GIT_TERMINAL_PROMPT: '0',
          GIT_PAGER: 'cat',
          ...options.env,
        },
        stdio: ['pipe', 'pipe', 'pipe'],
      });
      endWithChild(child);
      const [out, err]: [Buffer[], Buffer[]] = [[], []];
      child.stdout.on('data', (chunk: Buffer) => out.push(chunk));
      child.stderr.on('data', (chunk: Buffer) => err.push(chunk));
      child.on('error', (error) =>
        resolve({
          ok: false,
          code: undefined,
          message: `git could not be started: ${error.message}`,
        }),
      );
      child.on('close', (code) => {
        if (code === 0) resolve({ ok: true, stdout: Buffer.concat(out) });
        else
          resolve({
            ok: false,
            code: code ?? undefined,
            message: Buffer.concat(err).toString('utf8').trim(),
          });
      });
      child.stdin.on('error', () => undefined); // git may leave before it has read everything; its exit code says why
      child.stdin.end(options.input ?? '');
    }),
});

/**
 * Answers of `git rev-parse` that are paths, such as `--show-toplevel`. A path may hold line
 * breaks, and git puts none of its own around it: then each is asked for alone.
 */
export async function pathsFromGit<const Questions extends readonly string[]>(
  git: Git,
  questions: Questions,
): Promise<
  | { readonly ok: true; readonly paths: { readonly [index in keyof Questions]: string } }
  | Extract<GitOutcome, { readonly ok: false }>
> {
  const asked = await git.run(['rev-parse', ...questions]);
  if (!asked.ok) return asked;
  const text = asked.stdout.toString('utf8').replace(/\r?\n$/, '');
  const lines = text.split(/\r?\n/);
  const paths: string[] = [];
  if (questions.length === 1) paths.push(text);
  else if (lines.length === questions.length) paths.push(...lines);
  else
    for (const question of questions) {
      const alone = await pathsFromGit(git, [question]);
      if (!alone.ok) return alone;
      paths.push(...alone.paths);
    }
  return { ok: true, paths: paths as { [index in keyof Questions]: string } };
}

/** Before a command: collecting garbage is for the commands of the clone's owner. */
export const UNTIDIED = ['-c', 'maintenance.auto=false', '-c', 'gc.auto=0'] as const;

/** `env` for each command, such as the credentials of a remote. */
export const withEnvironment = (git: Git, env: Readonly<Record<string, string>> | undefined): Git =>
  env === undefined
    ? git
    : { run: (args, more) => git.run(args, { ...more, env: { ...more?.env, ...env } }) };

export type Listed =
  /** Full name -> commit, of those that are there. */
  | { readonly ok: true; readonly tips: ReadonlyMap<string, string> }
  /** The remote does not answer; `message` is git's output. */
  | { readonly ok: false; readonly message: string };

/** The current values of these full ref names on the remote. */
export async function listRefs(
  git: Git,
  remote: string,
  names: readonly string[],
): Promise<Listed> {
  const listed = await git.run(['ls-remote', remote, ...names]);
  if (!listed.ok) return listed;
  const lines = listed.stdout.toString('utf8').split('\n');
  return {
    ok: true,
    // A name matches the end of others, too: who asks for `refs/heads/a` may get
    // `refs/x/refs/heads/a`.
    tips: new Map(
      lines.map((line): [string, string] => {
        const [oid = '', name = ''] = line.split('\t');
        return [name, oid];
      }),
    ),
  };
}
