/** Real git, and real repositories on disk. */
import { appendFile, mkdir, mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { output } from './helper/helper.ts';

const ENVIRONMENT = {
  GIT_AUTHOR_NAME: 'Ada',
  GIT_AUTHOR_EMAIL: 'ada@example.com',
  GIT_COMMITTER_NAME: 'Ada',
  GIT_COMMITTER_EMAIL: 'ada@example.com',
  GIT_CONFIG_NOSYSTEM: '1',
  GIT_CONFIG_GLOBAL: '/dev/null',
  // A process less for each commit and each fetch.
  GIT_CONFIG_COUNT: '1',
  GIT_CONFIG_KEY_0: 'maintenance.auto',
  GIT_CONFIG_VALUE_0: 'false',
};

/** What git printed. Rejects when it fails. */
export async function git(folder: string, ...args: readonly string[]): Promise<string> {
  const env = { ...definedOf(process.env), ...ENVIRONMENT };
  return (await output({ program: 'git', args, cwd: folder, env })).trim();
}

export const definedOf = (
  env: Readonly<Record<string, string | undefined>>,
): Record<string, string> =>
  Object.fromEntries(
    Object.entries(env).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
  );

export type Files = Readonly<Record<string, string>>;

/** A bare repository that holds nothing yet, as on a server. */
export async function bareRepository(): Promise<string> {
  const remote = await mkdtemp(path.join(tmpdir(), 'rushes-remote-'));
  await git(remote, 'init', '--quiet', '--bare', '--initial-branch=main');
  // As on GitHub: any commit may be fetched by its name, and no push waits for a clean-up.
  await appendFile(
    path.join(remote, 'config'),
    '[uploadpack]\n\tallowAnySHA1InWant = true\n[receive]\n\tautogc = false\n',
  );
  return remote;
}

/** A person's clone; it is made once and used for every commit of hers. */
export async function cloneOf(remote: string): Promise<string> {
  const folder = await mkdtemp(path.join(tmpdir(), 'rushes-clone-'));
  await git(folder, 'clone', '--quiet', `file://${remote}`, '.');
  return folder;
}

/** Writes files, commits, pushes. Returns the commit. */
export async function commitFiles(
  clone: string,
  files: Files,
  { branch = 'main', push = true } = {},
): Promise<string> {
  for (const [name, text] of Object.entries(files)) {
    await mkdir(path.dirname(path.join(clone, name)), { recursive: true });
    await writeFile(path.join(clone, name), text);
  }
  await git(clone, 'add', '--all');
  await git(clone, 'commit', '--quiet', '--message', `Change ${Object.keys(files).join(', ')}`);
  if (push) await git(clone, 'push', '--quiet', 'origin', `HEAD:refs/heads/${branch}`);
  return git(clone, 'rev-parse', 'HEAD');
}

/** A file of a branch as the server has it. */
export const fileAt = (remote: string, branch: string, name: string): Promise<string> =>
  git(remote, 'show', `${branch}:${name}`);
