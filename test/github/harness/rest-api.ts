/**
 * The part of GitHub's REST API that comments, issues and schedules need, on loopback. As strict as
 * the real one where it matters here.
 */
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface Comment {
  readonly id: number;
  body: string;
  readonly user: { readonly login: string };
}

interface Issue {
  readonly number: number;
  readonly title: string;
  body: string;
  state: 'open' | 'closed';
  readonly user: { readonly login: string };
}

export interface RestApi extends AsyncDisposable {
  readonly url: string;
  readonly comments: Comment[];
  readonly issues: Issue[];
  /** Name of an environment -> what it asks for. 404 where there is none. */
  readonly environments: Map<string, readonly object[]>;
  /** File of a workflow -> whether its schedule runs. */
  readonly enabled: Map<string, boolean>;
  /** `POST /…` and `PATCH /…`, in order. */
  readonly writes: string[];
  /** A fork's token: may read, may not write. */
  readOnly: boolean;
  /** Whose token it is. Default that of the workflow itself. */
  login: string;
  /** Comments of a page at most. Default 100. */
  pageSize: number;
  /** Answered instead, and nothing is changed. */
  fault: (request: { readonly method: string; readonly path: string }) => Fault | undefined;
}

interface Fault {
  readonly status: number;
  readonly message?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** What GitHub takes at most. */
const MOST_CHARACTERS = 65_536;

export async function startRestApi(before: readonly string[] = []): Promise<RestApi> {
  const comments = before.map((body, index): Comment => ({
    id: index + 1,
    body,
    user: { login: 'ada' },
  }));
  const writes: string[] = [];
  const enabled = new Map<string, boolean>();
  const environments = new Map<string, readonly object[]>();
  const issues: Issue[] = [];
  const api: Omit<RestApi, 'url' | typeof Symbol.asyncDispose> = {
    comments,
    issues,
    writes,
    enabled,
    environments,
    readOnly: false,
    login: 'github-actions[bot]',
    pageSize: 100,
    fault: () => undefined,
  };
  const server = createServer((request, response) => {
    void (async () => {
      const url = new URL(request.url ?? '', 'http://api');
      const answer = (
        status: number,
        value: unknown,
        headers: Readonly<Record<string, string>> = {},
      ): void => {
        const type = { 'content-type': 'application/json; charset=utf-8' };
        response.writeHead(status, { ...type, ...headers });
        response.end(JSON.stringify(value));
      };
      const fault = api.fault({ method: request.method ?? '', path: url.pathname });
      if (fault !== undefined) {
        const { status, message = 'a bad day', headers = {} } = fault;
        return answer(status, { message }, headers);
      }
      if (
        request.headers.authorization === undefined ||
        request.headers['user-agent'] === undefined
      )
        return answer(403, { message: 'Forbidden' });
      if (request.method === 'GET' && url.pathname === '/repos/studio/film/issues/7/comments') {
        const [page, size] = [
          Number(url.searchParams.get('page') ?? 1),
          Math.min(Number(url.searchParams.get('per_page') ?? 30), api.pageSize),
        ];
        const next = page * size < comments.length;
        return answer(
          200,
          comments.slice((page - 1) * size, page * size),
          next ? { link: `<${url.pathname}?page=${page + 1}>; rel="next"` } : {},
        );
      }
      if (request.method === 'GET' && url.pathname === '/repos/studio/film/issues') {
        const [creator, state] = [url.searchParams.get('creator'), url.searchParams.get('state')];
        return answer(
          200,
          issues
            .filter(({ user }) => creator === null || user.login === creator)
            .filter((issue) => state === 'all' || issue.state === (state ?? 'open'))
            .toReversed(),
        );
      }
      const named = /^\/repos\/studio\/film\/environments\/([\w-]+)$/.exec(url.pathname)?.[1];
      if (request.method === 'GET' && named !== undefined) {
        const rules = environments.get(named);
        return rules === undefined
          ? answer(404, { message: 'Not Found' })
          : answer(200, { name: named, protection_rules: rules });
      }
      if (request.method === 'POST' && url.pathname === '/graphql')
        return answer(200, { data: { viewer: { login: api.login } } });
      // The token of a workflow or an app is no user.
      if (url.pathname === '/user') return answer(403, { message: 'Resource not accessible' });
      const schedule = /^\/repos\/studio\/film\/actions\/workflows\/([\w.-]+)\/(\w+)$/.exec(
        url.pathname,
      );
      if (schedule !== null) {
        const [, file = '', what] = schedule;
        writes.push(`${request.method} ${what} ${file}`);
        if (what === 'enable' || what === 'disable') enabled.set(file, what === 'enable');
        return void response.writeHead(204).end();
      }
      const change = await changeOf(request);
      const { body = '' } = change;
      writes.push(`${request.method} ${url.pathname}`);
      if (api.readOnly) return answer(403, { message: 'Resource not accessible by integration' });
      if (body.length > MOST_CHARACTERS)
        return answer(422, { message: 'Body is too long (maximum is 65536 characters)' });
      if (request.method === 'POST' && url.pathname === '/repos/studio/film/issues/7/comments') {
        const made = { id: 1000 + comments.length, body, user: { login: api.login } };
        comments.push(made);
        return answer(201, made);
      }
      if (request.method === 'POST' && url.pathname === '/repos/studio/film/issues') {
        const { title = '' } = change;
        const user = { login: api.login };
        const made: Issue = { number: issues.length + 1, title, body, state: 'open', user };
        issues.push(made);
        return answer(201, made);
      }
      const issue = issues.find(
        ({ number }) => url.pathname === `/repos/studio/film/issues/${number}`,
      );
      if (request.method === 'PATCH' && issue !== undefined)
        return answer(200, Object.assign(issue, change));
      const edited = comments.find(
        ({ id }) => url.pathname === `/repos/studio/film/issues/comments/${id}`,
      );
      if (request.method !== 'PATCH' || edited === undefined)
        return answer(404, { message: 'Not Found' });
      edited.body = body;
      return answer(200, edited);
    })();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return Object.assign(api, {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    [Symbol.asyncDispose]: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  });
}

async function changeOf(
  request: IncomingMessage,
): Promise<Partial<Pick<Issue, 'title' | 'body' | 'state'>>> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return JSON.parse(Buffer.concat(chunks).toString('utf8')) as Partial<Issue>;
}
