/**
 * A git server over HTTP, as GitHub answers: anybody reads, and a push needs the token of a job that
 * may write. The repository's own hooks refuse what rules refuse. Real git (http-backend).
 */
import { spawn } from 'node:child_process';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';

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
  const writers = new Map<string, boolean>();
  const server = createServer((request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? '', 'http://git');
    const [, owner = '', name = '', ...rest] = pathname.split('/');
    const folder = repositories.get(`${owner}/${name.replace(/\.git$/, '')}`);
    if (folder === undefined) return void response.writeHead(404).end('Not Found');
    const writes =
      searchParams.get('service') === 'git-receive-pack' || rest.join('/') === 'git-receive-pack';
    const refusal = refusalOf(request, writes, writers);
    if (refusal !== undefined) {
      response.writeHead(refusal.status, { 'www-authenticate': 'Basic realm="GitHub"' });
      return void response.end(refusal.text);
    }
    answer(request, response, folder, rest.join('/'));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    grant: (mayWrite) => {
      const token = `ghs_${String(writers.size).padStart(36, '0')}`;
      writers.set(token, mayWrite);
      return token;
    },
    [Symbol.asyncDispose]: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function refusalOf(
  { rawHeaders, headers }: IncomingMessage,
  writes: boolean,
  writers: ReadonlyMap<string, boolean>,
): { readonly status: number; readonly text: string } | undefined {
  // GitHub refuses two, which a clone with credentials and a tool with its own would send.
  const given = rawHeaders.filter((name, at) => at % 2 === 0 && /^authorization$/i.test(name));
  if (given.length > 1) return { status: 400, text: 'Duplicate header: "Authorization"' };
  const basic = /^basic (.+)$/i.exec(headers.authorization ?? '')?.[1];
  const token = basic && Buffer.from(basic, 'base64').toString('utf8').split(':')[1];
  if (token !== undefined && !writers.has(token)) return { status: 401, text: 'Bad credentials' };
  if (!writes) return undefined;
  if (token === undefined) return { status: 401, text: 'No anonymous write access.' };
  return writers.get(token) === true
    ? undefined
    : { status: 403, text: 'Write access to repository not granted.' };
}

function answer(
  request: IncomingMessage,
  response: ServerResponse,
  folder: string,
  rest: string,
): void {
  const { method, headers, url = '' } = request;
  const backend = spawn('git', ['http-backend'], {
    env: {
      PATH: process.env['PATH'],
      GIT_CONFIG_NOSYSTEM: '1',
      GIT_CONFIG_COUNT: '2',
      GIT_CONFIG_KEY_0: 'http.receivepack',
      GIT_CONFIG_VALUE_0: 'true',
      GIT_CONFIG_KEY_1: 'safe.directory',
      GIT_CONFIG_VALUE_1: '*',
      GIT_PROJECT_ROOT: path.dirname(folder),
      GIT_HTTP_EXPORT_ALL: '1',
      PATH_INFO: `/${path.basename(folder)}/${rest}`,
      QUERY_STRING: url.split('?')[1] ?? '',
      REQUEST_METHOD: method ?? 'GET',
      CONTENT_TYPE: headers['content-type'] ?? '',
      ...(headers['content-length'] === undefined
        ? {}
        : { CONTENT_LENGTH: headers['content-length'] }),
      ...(headers['content-encoding'] === undefined
        ? {}
        : { HTTP_CONTENT_ENCODING: headers['content-encoding'] }),
      ...(headers['git-protocol'] === undefined
        ? {}
        : { GIT_PROTOCOL: String(headers['git-protocol']) }),
      REMOTE_USER: 'x-access-token',
    },
    stdio: ['pipe', 'pipe', 'ignore'],
  });
  backend.on('error', () => response.destroy());
  backend.stdin.on('error', () => undefined);
  request.pipe(backend.stdin);
  let head = Buffer.alloc(0);
  const readHead = (chunk: Buffer): void => {
    head = Buffer.concat([head, chunk]);
    const end = head.indexOf('\r\n\r\n');
    if (end < 0) return;
    backend.stdout.off('data', readHead);
    const lines = head.subarray(0, end).toString('utf8').split('\r\n');
    const status = Number(/^Status: (\d+)/im.exec(lines.join('\n'))?.[1] ?? 200);
    const answered = lines.flatMap((line) => {
      const [name = '', ...value] = line.split(': ');
      return /^status$/i.test(name) ? [] : [[name, value.join(': ')] as const];
    });
    response.writeHead(status, Object.fromEntries(answered));
    response.write(head.subarray(end + 4));
    backend.stdout.pipe(response);
  };
  backend.stdout.on('data', readHead);
}
