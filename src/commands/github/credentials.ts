/**
 * The token of the input `github-token`, for the git child alone: as a setting in its environment,
 * never in an argument, a file or the clone's own settings. So `persist-credentials: false` works.
 */
import type { Io } from '../shared/io.ts';

/**
 * The server's header replaces any header that the clone has: GitHub refuses a request with
 * two. Settings that the environment has stay. `undefined` without a token.
 */
export function gitCredentials(
  env: Io['env'],
  token: string,
): Readonly<Record<string, string>> | undefined {
  if (token === '') return undefined;
  const server = (env['GITHUB_SERVER_URL'] || 'https://github.com').replace(/\/+$/, '');
  const key = `http.${server}/.extraheader`;
  const basic = Buffer.from(`x-access-token:${token}`).toString('base64');
  const given = env['GIT_CONFIG_COUNT'] ?? '';
  const next = /^\d{1,6}$/.test(given) ? Number(given) : 0;
  return {
    GIT_CONFIG_COUNT: String(next + 2),
    [`GIT_CONFIG_KEY_${next}`]: key,
    [`GIT_CONFIG_VALUE_${next}`]: '',
    [`GIT_CONFIG_KEY_${next + 1}`]: key,
    [`GIT_CONFIG_VALUE_${next + 1}`]: `AUTHORIZATION: basic ${basic}`,
  };
}
