import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { redactor } from '../../src/secrets/redact.ts';

const KEY = 'sk-evo-9fA2/+=x Z"é';
const redact = redactor([KEY, 'plainkey1234']);

describe('keys', () => {
  test.each([
    ['as they are', `key ${KEY}!`, 'key [redacted]!'],
    ['in a URL', `?k=${encodeURIComponent(KEY)}`, '?k=[redacted]'],
    ['in JSON', JSON.stringify({ k: KEY }), '{"k":"[redacted]"}'],
    ['in base64', `got ${Buffer.from(KEY).toString('base64')}`, 'got [redacted]'],
    ['without any mark', 'token plainkey1234 is wrong', 'token [redacted] is wrong'],
    [
      "somebody else's, by its form",
      'Invalid key sk-abcdEFGH12345678.',
      'Invalid key sk-[redacted].',
    ],
    [
      'in an Authorization header',
      'authorization: bearer abc.def-123',
      'authorization: bearer [redacted]',
    ],
    ['of basic authorization', 'Basic dXNlcjpwYXNz', 'Basic [redacted]'],
  ])('%s', (_where, text, expected) => {
    expect(redact(text)).toBe(expected);
  });

  test('a key that begins with another key leaves no tail', () => {
    expect(redactor(['abcdefgh', 'abcdefgh-secret'])('abcdefgh-secret abcdefgh')).toBe(
      '[redacted] [redacted]',
    );
  });

  test.each([
    'task-unified-1700000000-abcd1234',
    'task_01EXAMPLE00000000000000000',
    'desk-lamp-shade-blue',
    'the bearer of news',
    'a ring bearer, photographed',
    'Basic composition',
    'sk-8',
    'sk-intro-scene-at-the-beach/kling',
  ])('%s is not a key', (text) => {
    expect(redact(text)).toBe(text);
  });

  test('no key and a key that is too short to be one change nothing', () => {
    expect(redactor(['', 'a', 'abc'])('abc and a')).toBe('abc and a');
  });
});

describe('links', () => {
  test.each([
    ['https://cdn.example/a.mp4', 'https://cdn.example/a.mp4'],
    ['https://cdn.example/a.mp4?X-Amz-Signature=abc&Expires=1', 'https://cdn.example/a.mp4?…'],
    ['https://user:pass@cdn.example:8443/a.mp4#frag', 'https://cdn.example:8443/a.mp4?…'],
    ['see (https://cdn.example/a.mp4?sig=1).', 'see (https://cdn.example/a.mp4?…).'],
    [
      '{"url":"https:\\/\\/cdn.example\\/a.mp4?a=1\\u0026sig=2"}',
      '{"url":"https:\\/\\/cdn.example\\/a.mp4?…"}',
    ],
    [
      'u=https%3A%2F%2Fcdn.example%2Fa.mp4%3Fsig%3D1&b=2',
      'u=https%3A%2F%2Fcdn.example%2Fa.mp4?…&b=2',
    ],
    ['a.mp4?token=abcdef&v=2', 'a.mp4?token=[redacted]&v=2'],
    ['f/a.mp4?v=2&X-Amz-Signature=abcdef', 'f/a.mp4?v=2&X-Amz-Signature=[redacted]'],
    ['a.mp4?X-Tos-Credential=abc%2Ftos&v=2', 'a.mp4?X-Tos-Credential=[redacted]&v=2'],
    ['a.mp4?q-ak=abc&q-signature=def', 'a.mp4?q-ak=[redacted]&q-signature=[redacted]'],
    ['a.mp4?wsSecret=abc', 'a.mp4?wsSecret=[redacted]'],
    ['HTTPS://CDN.example/A?B', 'HTTPS://CDN.example/A?…'],
    ['what? really; yes', 'what? really; yes'],
  ])('%s', (text, expected) => {
    expect(redact(text)).toBe(expected);
  });
});

describe('whatever the text', () => {
  const options = { seed: 20261120, numRuns: 500 };
  const key = fc.string({
    unit: fc.constantFrom(...'abcXYZ0189-_.+/=:%&?"\\ é한'),
    minLength: 8,
    maxLength: 40,
  });
  const filler = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.constantFrom('https://', 'Bearer ', '?', '&sig=', '\n', '@', '/', '%3F'),
  );

  test('no known key survives, in any of its forms', () => {
    fc.assert(
      fc.property(key, fc.array(filler, { maxLength: 6 }), (secret, fillers) => {
        const forms = [
          secret,
          encodeURIComponent(secret),
          JSON.stringify(secret).slice(1, -1),
          Buffer.from(secret).toString('base64'),
        ];
        const text = fillers
          .map((part, index) => part + (forms[index % forms.length] ?? ''))
          .join(' ');
        const clean = redactor([secret])(text);
        for (const form of forms) expect(clean).not.toContain(form);
      }),
      options,
    );
  });

  test('no query, fragment or user info of a link survives', () => {
    const word = fc
      .string({ unit: fc.constantFrom(...'abcdefXYZ0189-_.~%+='), minLength: 1, maxLength: 20 })
      .map((text) => `q${text}q`);
    const link = fc.record({
      user: word,
      password: word,
      host: fc.domain(),
      path: fc.webPath(),
      name: word,
      value: word,
      fragment: word,
    });
    fc.assert(
      fc.property(link, filler, ({ user, password, host, path, name, value, fragment }, after) => {
        const clean = redactor([])(
          `at https://${user}:${password}@${host}${path}?${name}=${value}#${fragment} ${after}`,
        );
        expect(clean.startsWith(`at https://${host}${path}?… `)).toBe(true);
      }),
      options,
    );
  });

  test('a second time changes nothing', () => {
    fc.assert(
      fc.property(fc.array(fc.oneof(filler, key)), key, (parts, secret) => {
        const clean = redactor([secret]);
        const once = clean(parts.join(''));
        expect(clean(once)).toBe(once);
      }),
      options,
    );
  });

  test('a long text takes time in proportion', () => {
    const startedMs = performance.now();
    for (const hostile of [
      'https://',
      ')',
      'https://a)',
      '&token',
      'bearer ',
      'sk-',
      '%3F',
      'https://@',
    ])
      redact(hostile.repeat(200_000));
    expect(performance.now() - startedMs).toBeLessThan(10_000);
  });
});
