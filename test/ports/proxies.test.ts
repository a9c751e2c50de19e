import { expect, test } from 'vitest';
import { proxiesIn } from '../../src/ports/http/proxies.ts';

const chosen = (env: Readonly<Record<string, string>>, url: string): string => {
  const proxy = proxiesIn(env)(new URL(url));
  return proxy === undefined ? 'direct' : 'problem' in proxy ? proxy.problem : proxy.shown;
};

const A = 'http://a.test:3128';
const B = 'https://b.test:443';

test.each([
  [{}, 'https://x.test', 'direct'],
  [{ HTTPS_PROXY: A }, 'https://x.test', A],
  [{ HTTPS_PROXY: A }, 'http://x.test', 'direct'],
  [{ HTTP_PROXY: A }, 'https://x.test', 'direct'],
  [{ HTTPS_PROXY: 'a.test:3128' }, 'https://x.test', A],
  [{ HTTPS_PROXY: A, https_proxy: 'https://b.test' }, 'https://x.test', B],
  [{ HTTPS_PROXY: ' ', https_proxy: '' }, 'https://x.test', 'direct'],
  [{ HTTPS_PROXY: 'http://me:pass@a.test:3128' }, 'https://x.test', A],
  [{ HTTPS_PROXY: 'http://[::2]:8080' }, 'https://x.test', 'http://[::2]:8080'],
  [
    { HTTPS_PROXY: 'http://:::' },
    'https://x.test',
    'HTTPS_PROXY is not an address such as http://proxy.example.com:3128',
  ],
  [
    { https_proxy: 'socks5h://a.test' },
    'https://x.test',
    'https_proxy names a proxy of the kind socks5h; rushes uses http and https proxies',
  ],
] as const)('%j: %s goes %s', (env, url, way) => expect(chosen(env, url)).toBe(way));

test.each([
  ['*', 'https://x.test', true],
  ['x.test', 'https://x.test', true],
  ['x.test', 'https://api.x.test', true],
  ['.x.test', 'https://x.test', true],
  ['*.x.test', 'https://api.x.test', true],
  ['x.test', 'https://ax.test', false],
  ['X.Test', 'https://x.test.', true],
  ['x.test:443', 'https://x.test', true],
  ['x.test:8443', 'https://x.test', false],
  ['a.test b.test,x.test', 'https://x.test', true],
  ['10.0.0.0/8', 'https://10.1.2.3', true],
  ['10.0.0.0/8', 'https://11.1.2.3', false],
  ['10.0.0.0/99, ,/8', 'https://10.1.2.3', false],
  ['fd00::/8', 'https://[fd12::1]', true],
  ['[fd12::1]:443', 'https://[fd12::1]', true],
  ['fd12::1', 'https://[fd12::1]:8443', true],
  ['', 'https://localhost:8080', true],
  ['', 'https://127.0.0.1', true],
  ['', 'https://[::1]:8080', true],
] as const)('NO_PROXY=%s and %s: directly %s', (list, url, isDirect) =>
  expect(chosen({ HTTPS_PROXY: A, NO_PROXY: list }, url)).toBe(isDirect ? 'direct' : A),
);
