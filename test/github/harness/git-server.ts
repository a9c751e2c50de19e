/** A git server for one test. */
import { mkdir, mkdtemp, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { serve } from './helper/helper.ts';

export interface GitServer extends AsyncDisposable {
  /** `http://127.0.0.1:1234`: the address of a repository is this and `/owner/name`. */
  readonly url: string;
  /** A new token of one job. */
  grant(mayWrite: boolean): string;
}

/**
 * Over HTTP, with tokens: see helper/git-http.ts. `repositories`: `owner/name` -> folder of the
 * bare repository.
 */
export async function startGitServer(
  repositories: ReadonlyMap<string, string>,
): Promise<GitServer> {
  const server = await serve(repositories);
  let granted = 0;
  return {
    url: `http://127.0.0.1:${server.port}`,
    grant: (mayWrite) => {
      const token = `ghs_${String((granted += 1)).padStart(36, '0')}`;
      server.grant(token, mayWrite);
      return token;
    },
    [Symbol.asyncDispose]: () => server.close(),
  };
}

/**
 * The same repositories as a disk that everybody may read and write: git starts half as many
 * programs. For tests of what is in the repositories, not of the way there.
 */
export async function openGitFolder(repositories: ReadonlyMap<string, string>): Promise<GitServer> {
  const folder = await mkdtemp(path.join(tmpdir(), 'rushes-repositories-'));
  for (const [name, repository] of repositories) {
    await mkdir(path.join(folder, path.dirname(name)), { recursive: true });
    await symlink(repository, path.join(folder, name));
  }
  return {
    url: `file://${folder}`,
    grant: () => 'ghs_of-nobody',
    [Symbol.asyncDispose]: () => rm(folder, { recursive: true }),
  };
}
