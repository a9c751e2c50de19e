/** A git server over HTTP for one test: see git-http.ts. */
import { serve } from './helper.ts';

export interface GitServer extends AsyncDisposable {
  /** `http://127.0.0.1:1234`: the address of a repository is this and `/owner/name`. */
  readonly url: string;
  /** A new token of one job. */
  grant(mayWrite: boolean): string;
}

/** `repositories`: `owner/name` -> folder of the bare repository. */
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
