/**
 * Repositories over HTTP, as GitHub answers: anybody reads, and a push needs the token of a job
 * that may write. The repository's own hooks refuse what rules refuse. Real git.
 */
import { spawn } from 'node:child_process';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createGunzip } from 'node:zlib';

/**
 * `repositories`: `owner/name` -> folder of the bare repository. `writers`: token -> whether it may
 * push.
 */
export function serveRepositories(
  repositories: ReadonlyMap<string, string>,
  writers: ReadonlyMap<string, boolean>,
): Server {
  const abilities = new Map<string, Buffer>();
  return createServer((request, response) => {
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
    answer(request, response, folder, rest.join('/'), abilities);
  });
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

/**
 * What `git http-backend` does (see gitprotocol-http(5)), with the two programs that it starts.
 * Each fetch begins with the question what this git can do: the answer is always the same, and
 * kept.
 */
function answer(
  request: IncomingMessage,
  response: ServerResponse,
  folder: string,
  rest: string,
  abilities: Map<string, Buffer>,
): void {
  const { headers, url = '' } = request;
  const asked = new URLSearchParams(url.split('?')[1] ?? '').get('service');
  const service = (rest === 'info/refs' ? asked : rest)?.replace(/^git-/, '') ?? '';
  if (service !== 'upload-pack' && service !== 'receive-pack')
    return void response.writeHead(404).end('Not Found');
  const protocol = String(headers['git-protocol'] ?? '');
  const lists = rest === 'info/refs';
  response.writeHead(200, {
    'content-type': `application/x-git-${service}-${lists ? 'advertisement' : 'result'}`,
    'cache-control': 'no-cache',
  });
  const isConstant = lists && service === 'upload-pack' && protocol === 'version=2';
  const known = isConstant ? abilities.get(protocol) : undefined;
  if (known !== undefined) return void response.end(known);
  const child = spawn(
    'git',
    [service, '--stateless-rpc', ...(lists ? ['--http-backend-info-refs'] : []), folder],
    {
      env: {
        PATH: process.env['PATH'],
        GIT_CONFIG_NOSYSTEM: '1',
        GIT_CONFIG_COUNT: '1',
        GIT_CONFIG_KEY_0: 'safe.directory',
        GIT_CONFIG_VALUE_0: '*',
        GIT_PROTOCOL: protocol,
        GIT_COMMITTER_NAME: 'x-access-token',
        GIT_COMMITTER_EMAIL: 'x-access-token@http',
        REMOTE_USER: 'x-access-token',
      },
      stdio: ['pipe', 'pipe', 'ignore'],
    },
  );
  child.on('error', () => response.destroy());
  child.stdin.on('error', () => undefined);
  if (lists) {
    child.stdin.end();
    if (!isConstant && protocol !== 'version=2') response.write(announced(service));
  } else if (headers['content-encoding'] === 'gzip') request.pipe(createGunzip()).pipe(child.stdin);
  else request.pipe(child.stdin);
  const said: Buffer[] = [];
  child.stdout.on('data', (chunk: Buffer) => {
    if (isConstant) said.push(chunk);
  });
  child.stdout.on('end', () => {
    if (isConstant) abilities.set(protocol, Buffer.concat(said));
  });
  child.stdout.pipe(response);
}

/** The first packet of a list of refs before version 2 of the protocol. */
function announced(service: string): string {
  const line = `# service=git-${service}\n`;
  return `${(line.length + 4).toString(16).padStart(4, '0')}${line}0000`;
}
