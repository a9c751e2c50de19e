/**
 * Both gateways as an independent strict server plays them: it judges each body by the sheets, not
 * by the cards, takes pictures as the sheet of uploads has it, and its clips are done at once.
 */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { type Clock, systemClock } from '../../src/ports/clock.ts';
import { complaintsAbout } from './all-judges.ts';
import type { Body } from './judges.ts';
import { type Answer, strictFiles } from './strict-files.ts';

/** What stands in a body for a picture where no server is asked; nobody fetches it. */
export const UPLOADED = 'https://files.example.com/picture.png';

/**
 * The strict server: what it was asked for, and what it had against it. `ownLinks`: it takes only
 * links that it gave out itself, each at its own gateway; default false. `clock`: as the client has
 * it; default the system's.
 */
export async function strictServer(
  clip: Uint8Array,
  { ownLinks = false, clock = systemClock }: { ownLinks?: boolean; clock?: Clock } = {},
) {
  const files = strictFiles(clock);
  const submits: { readonly body: Body; readonly complaints: readonly string[] }[] = [];
  let url = '';
  const submit = async (gateway: string, request: IncomingMessage): Promise<Answer> => {
    const body = JSON.parse(await text(request)) as Body;
    const complaints = [
      ...complaintsAbout(body),
      ...(ownLinks ? files.foreignLinks(gateway, body) : []).map((link) => `cannot fetch ${link}`),
    ];
    submits.push({ body, complaints });
    if (complaints.length > 0)
      return [400, { error: { code: 400, message: complaints.join('; ') } }];
    const id = `task_${String(submits.length)}`;
    return [
      200,
      gateway === 'apimart'
        ? { code: 200, data: [{ status: 'submitted', task_id: id }] }
        : { id, status: 'pending', model: body['model'] },
    ];
  };
  const ask = (gateway: string, id: string): object => {
    const link = `${url}/clips/${id}.mp4`;
    const done = { id, status: 'completed', progress: 100 };
    return gateway === 'apimart'
      ? { code: 200, data: { ...done, cost: 0.01, result: { videos: [{ url: [link] }] } } }
      : { ...done, results: [link] };
  };
  /** EvoLink: up to 50 tasks at once. */
  const askMany = async (gateway: string, request: IncomingMessage): Promise<object> => {
    const { task_ids: ids } = JSON.parse(await text(request)) as { task_ids: readonly string[] };
    return { data: ids.map((id) => ask(gateway, id)) };
  };
  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const [, gateway = '', ...rest] = (request.url ?? '').replace(/\?.*$/, '').split('/');
    if (gateway === 'clips') {
      response.writeHead(200, { 'content-type': 'video/mp4', 'content-length': clip.length });
      response.end(clip);
      return;
    }
    const [status, json]: Answer =
      gateway === 'evolink-files'
        ? await files.evolink(request, rest.join('/'))
        : request.method === 'GET'
          ? [200, ask(gateway, rest.at(-1) ?? '')]
          : rest.at(-1) === 'batch'
            ? [200, await askMany(gateway, request)]
            : rest.join('/') === 'v1/uploads/images'
              ? await files.apimart(request)
              : await submit(gateway, request);
    response.writeHead(status, { 'content-type': 'application/json' });
    response.end(JSON.stringify(json));
  };
  const server = createServer((request, response) => void answer(request, response));
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`;
  return {
    submits,
    uploads: files.uploads,
    env: {
      APIMART_API_KEY: 'a-key-for-the-strict-server',
      EVOLINK_API_KEY: 'a-key-for-the-strict-server',
      APIMART_BASE_URL: `${url}/apimart`,
      EVOLINK_BASE_URL: `${url}/evolink`,
      EVOLINK_FILES_BASE_URL: `${url}/evolink-files`,
    },
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}
