/** The token of the action, as git itself reads it. */
import { tmpdir } from 'node:os';
import { expect, test } from 'vitest';
import { gitCredentials } from '../../src/commands/github/credentials.ts';
import { systemGit, withEnvironment } from '../../src/ports/git.ts';

const HEADER = 'http.https://github.com/.extraheader';

async function settings(
  env: Readonly<Record<string, string | undefined>>,
  ...asked: readonly string[]
): Promise<string> {
  const git = withEnvironment(systemGit(tmpdir(), env), gitCredentials(env, 'token-1'));
  const outcome = await git.run(['config', ...asked]);
  return outcome.ok ? outcome.stdout.toString('utf8') : outcome.message;
}

test('settings of git in the environment stay, and the header of the token comes last', async () => {
  const env = {
    ...process.env,
    GIT_CONFIG_COUNT: '2',
    GIT_CONFIG_KEY_0: 'http.proxy',
    GIT_CONFIG_VALUE_0: 'http://proxy.example.com:3128',
    GIT_CONFIG_KEY_1: HEADER,
    GIT_CONFIG_VALUE_1: 'X-Mine: 1',
  };
  expect(await settings(env, '--get', 'http.proxy')).toBe('http://proxy.example.com:3128\n');
  const header = `AUTHORIZATION: basic ${Buffer.from('x-access-token:token-1').toString('base64')}`;
  // An empty value takes back those before it.
  expect(await settings(env, '--get-all', HEADER)).toBe(`X-Mine: 1\n\n${header}\n`);
  const { GIT_CONFIG_COUNT: _, ...none } = env;
  expect(await settings(none, '--get-all', HEADER)).toBe(`\n${header}\n`);
});
