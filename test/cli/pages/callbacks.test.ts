/** `notify`, rehearsed: the embedded gateway sends the news to a receiver of the user's own. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, test } from 'vitest';
import { flat, world } from '../cli-project.ts';

const HOOK = 'https://studio.example.com/hooks/rushes/';
const FILM = `rushes: 1
models:
  kling: { use: apimart/kling-v3, notify: ${HOOK} }
  o3: { use: evolink/kling-o3-text-to-video, notify: ${HOOK} }
  quiet: { use: evolink/kling-o3-text-to-video }
scenes:
  - { id: crab, prompt: A crab, models: [kling, o3] }
  - { id: shell, prompt: A shell, models: [quiet] }
`;

interface News {
  readonly address: string;
  readonly body: Readonly<Record<string, unknown>>;
}

/** Answers the first try for each address with 503. */
async function receiver(): Promise<
  AsyncDisposable & { readonly url: string; readonly news: readonly News[] }
> {
  const news: News[] = [];
  const server = createServer((request, response) => {
    let text = '';
    request.setEncoding('utf8').on('data', (part: string) => (text += part));
    request.on('end', () => {
      const address = String(request.headers['x-rushes-callback']);
      const isFirst = !news.some((one) => one.address === address);
      news.push({ address, body: JSON.parse(text) as News['body'] });
      response.writeHead(isFirst && !address.endsWith('/callback') ? 503 : 204).end();
    });
  });
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    news,
    [Symbol.asyncDispose]: () => new Promise<void>((resolve) => void server.close(() => resolve())),
  };
}

test('each task that asks for it is told of, with the body of its status, and tried again', async () => {
  await using hook = await receiver();
  await using here = await world({ callbacksTo: hook.url });
  await here.write('film.yaml', FILM);
  expect((await here.rushes(['render', 'film.yaml'])).exit).toBe(0);
  await expect.poll(() => hook.news.length, { timeout: 4_000 }).toBe(3);
  const of = (address: string): readonly News[] =>
    hook.news.filter((one) => one.address === address);
  expect(of('https://studio.example.com/hooks/rushes/callback').map(({ body }) => body)).toEqual([
    expect.objectContaining({ status: 'completed', id: expect.stringMatching(/^task_/) }),
  ]);
  const [first, again] = of(HOOK);
  expect(first?.body).toMatchObject({ status: 'completed', model: 'kling-o3-text-to-video' });
  expect(again?.body).toEqual(first?.body);
  await expect
    .poll(() => here.gateway.books().events.filter(({ kind }) => kind === 'callback').length)
    .toBe(3);
});

test('without --callbacks-to nothing leaves, and a wrong address is a usage error', async () => {
  await using here = await world();
  await here.write('film.yaml', FILM);
  expect((await here.rushes(['render', 'film.yaml'])).exit).toBe(0);
  expect(here.gateway.books().events.filter(({ kind }) => kind === 'callback')).toEqual([]);
  const { exit, err } = await here.rushes(['gateway', '--callbacks-to', 'localhost:9']);
  expect(exit).toBe(64);
  expect(flat(err)).toContain('--callbacks-to localhost:9 is not an http(s) URL');
});
