/** `doctor`: what works and what is missing; it asks, and changes nothing. */
import { expect, test } from 'vitest';
import { flat, world } from '../cli-project.ts';
import { film, scenes } from '../manifest-text.ts';

test('each gateway with a key is asked for its balance, and nothing else is sent', async () => {
  await using w = await world();
  await w.write('manifests/film.yaml', film(scenes(1)));
  const { ran, events } = await w.requests(w.rushes(['doctor']));
  expect(ran.exit).toBe(0);
  expect(ran.out).toMatch(/ok {4}apimart: the key works, balance unlimited/);
  expect(ran.out).toMatch(/ok {4}evolink: the key works, balance \$\d/);
  expect(ran.out).toMatch(/^(?:ok|todo) .*frames of clips/m);
  expect(new Set(events.map(({ kind }) => kind))).toEqual(new Set(['balance']));
  const wrong = await w.rushes(['doctor'], {
    env: { APIMART_API_KEY: 'wrong', EVOLINK_BASE_URL: 'http://127.0.0.1:1' },
  });
  expect(flat(wrong.out)).toContain('todo apimart: the key in APIMART_API_KEY is refused');
  expect(flat(wrong.out)).toContain('todo evolink: a key is set, and the gateway did not answer');
  expect(wrong.out).not.toContain('key-of-evolink');
});

test('a proxy of the environment is named without its password', async () => {
  await using w = await world();
  const proxied = async (HTTPS_PROXY: string): Promise<string> => {
    const env = {
      HTTPS_PROXY,
      NO_PROXY: 'evolink.example.com',
      APIMART_BASE_URL: 'https://apimart.example.com',
      EVOLINK_BASE_URL: 'https://evolink.example.com',
      APIMART_API_KEY: undefined,
      EVOLINK_API_KEY: undefined,
    };
    return (await w.rushes(['doctor'], { env })).out;
  };
  const out = await proxied('http://me:secret-1@proxy.example.com:3128');
  expect(out).toContain(
    'ok    apimart: requests go through the proxy http://proxy.example.com:3128\n',
  );
  expect(out).not.toContain('secret-1');
  expect(await proxied('socks5://127.0.0.1')).toContain(
    'todo  HTTPS_PROXY names a proxy of the kind socks5; rushes uses http and https proxies\n',
  );
});

test('a broken fault script names file, line and column', async () => {
  await using w = await world();
  await w.write('film.yaml', film(scenes(1)));
  const script = async (text: string): Promise<string> => {
    await w.write('faults.yaml', text);
    const ran = await w.rushes(['render', '--draft', '--faults', 'faults.yaml', 'film.yaml']);
    expect(ran).toMatchObject({ exit: 64, out: '' });
    return ran.err;
  };
  expect(await script('rules:\n  - when: { step: submt }\n    do: { fault: reset }\n')).toContain(
    'faults.yaml:2:13 rules.0.when.step',
  );
  expect(await script('rules:\n  - when: [}\n')).toContain('faults.yaml:2:12 ');
  expect(await script('rulse: []\n')).toContain('faults.yaml:1:1 ');
});
