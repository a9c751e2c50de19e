import { expect, test } from 'vitest';
import {
  knownSecrets,
  masked,
  secretFinder,
  withoutKnownSecrets,
} from '../../src/secrets/find-secrets.ts';

const KEY = 'ak-7Fq2mZ9xPl0';
const env = {
  APIMART_API_KEY: KEY,
  GITHUB_TOKEN: 'tok3n-of-a-checkout',
  DATABASE_URL: 'postgres://me:hunter2hunter2@db.example.com/x',
  GOOGLE_CREDENTIALS: '{ "id": "a", "private_key_id": "0123456789abcdef0123456789abcdef" }',
  SECRET_WORD: 'lighthouse',
  DESKTOP_SESSION: 'ubuntu-2404-session',
  PATH: '/usr/bin',
};
const find = secretFinder(env);
const whats = (text: string): readonly string[] => find(text).map(({ what }) => what);

test('the values of variables that hold keys, by name', () => {
  expect(knownSecrets(env).map(({ variable }) => variable)).toEqual([
    'APIMART_API_KEY',
    'GITHUB_TOKEN',
    'DATABASE_URL',
    'GOOGLE_CREDENTIALS',
  ]);
  expect(
    Object.keys({
      EVOLINK_API_KEY: 1,
      ACTIONS_RUNTIME_TOKEN: 1,
      ACTIONS_ID_TOKEN_REQUEST_TOKEN: 1,
      'INPUT_GITHUB-TOKEN': 1,
      AWS_ACCESS_KEY_ID: 1,
      AWS_SECRET_ACCESS_KEY: 1,
      AWS_SESSION_TOKEN: 1,
      NPM_TOKEN: 1,
      GHTOKEN: 1,
      DB_PASSWORD: 1,
    }).filter((name) => knownSecrets({ [name]: 'a1b2c3d4e5f6g7h8' }).length !== 1),
  ).toEqual([]);
});

test('a key is found as it is, in a link and in base64 at every offset, and never named by its value', () => {
  for (const text of [
    `a sign that says ${KEY}`,
    `x=${encodeURIComponent(KEY)}`,
    Buffer.from(KEY).toString('base64'),
    Buffer.from(`u:${KEY}`).toString('base64'),
    Buffer.from(`x-access-token:${KEY} and more`).toString('base64url'),
  ])
    expect(whats(text)).toEqual(['the value of APIMART_API_KEY']);
  expect(whats('db hunter2hunter2')).toEqual(['the value of DATABASE_URL']);
  expect(whats('0123456789abcdef0123456789abcdef')).toEqual(['the value of GOOGLE_CREDENTIALS']);
});

// Put together here, so that no scanner takes this file for a leak.
const shaped = (head: string, length: number): string =>
  head + 'a1B2c3D4e5'.repeat(9).slice(0, length);
test.each([
  ['an API key', shaped('sk-', 24)],
  ['an API key', shaped('sk-proj-', 40)],
  ['an API key', shaped('sk_live_', 24)],
  ['a GitHub token', shaped('ghp_', 36)],
  ['a GitHub token', shaped('github_pat_', 40)],
  ['a GitLab token', shaped('glpat-', 20)],
  ['an AWS access key', ['AKIA', 'A1B2C3D4E5F6G7H8'].join('')],
  ['a Google key', shaped('AIza', 35)],
  ['a Google key', shaped('1//0', 40)],
  ['a Slack token', shaped('xoxb-', 30)],
  ['an npm token', shaped('npm_', 36)],
  ['a JSON Web Token', `${shaped('eyJ', 20)}.${shaped('eyJ', 30)}.${shaped('', 30)}`],
  [
    'a private key',
    '-----BEGIN OPENSSH PRIVATE KEY-----\nb3BlbnNzaC1rZXk\n-----END OPENSSH PRIVATE KEY-----',
  ],
  ['an authorization header', 'AUTHORIZATION: basic eC1hY2Nlc3MtdG9rZW46Z2hz'],
])('%s is known by its form: %s', (what, token) => {
  expect(secretFinder({})(`before ${token} behind`)).toEqual([
    { start: 7, end: 7 + token.length, what },
  ]);
});

test('ordinary words are none', () => {
  for (const text of [
    'a lighthouse on ubuntu-2404-session',
    'sk-intro-beach-scene-2-night-with-crabs',
    'task-unified-1731234567-abcdefgh1234567890',
    'the ring bearer, authorization: granted',
    'A crab looks up',
    'private key of the old harbour',
    'sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef0',
  ])
    expect(secretFinder({ SECRET_WORD: 'lighthouse' })(text)).toEqual([]);
});

test('masked keeps every place and every line', () => {
  const text = `a: ${KEY}\nb: "${KEY}"\n`;
  const safe = masked(text, find(text));
  expect(safe).toHaveLength(text.length);
  expect(safe).toBe(`a: ${'•'.repeat(KEY.length)}\nb: "${'•'.repeat(KEY.length)}"\n`);
  expect(withoutKnownSecrets(env)(text)).toBe('a: [redacted]\nb: "[redacted]"\n');
});

test('a long text costs time in proportion', () => {
  const find = secretFinder({});
  for (const part of [
    'sk-',
    'eyJ',
    'authorization: ',
    '-----BEGIN PRIVATE KEY-----\n',
    'sk-a-',
    'A1',
  ]) {
    const text = part.repeat(Math.ceil(1_000_000 / part.length));
    const start = performance.now();
    find(text);
    expect(performance.now() - start).toBeLessThan(1500);
  }
});
