import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** One answer of the server, or one way in which it does not answer. */
export type Reply =
  | {
      readonly status?: number;
      readonly headers?: Readonly<Record<string, string>>;
      readonly json: unknown;
    }
  | {
      readonly status?: number;
      readonly headers?: Readonly<Record<string, string>>;
      readonly text: string;
    }
  | {
      readonly status?: number;
      readonly headers?: Readonly<Record<string, string>>;
      readonly bytes: Uint8Array;
    }
  /**
   * Reads the request, then: closes; resets; breaks off inside the headers; breaks off inside the
   * body; never answers; stops inside the body.
   */
  | { readonly fault: 'close' | 'reset' | 'cut-headers' | 'cut-body' | 'hang' | 'hang-body' };

interface Seen {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
  /** Remote port: tells whether two requests shared a connection. */
  readonly port: number | undefined;
}

export interface ScriptedServer {
  /** Without a trailing slash. */
  readonly url: string;
  readonly seen: readonly Seen[];
  /** Answers are given in order; the last one is given again and again. */
  readonly answer: (...replies: readonly Reply[]) => void;
  /** Resolves when a request that came after this call has been read. */
  readonly nextRequest: () => Promise<void>;
  readonly connections: () => Promise<number>;
  readonly close: () => Promise<void>;
}

/** A real server on loopback that says exactly what the test wrote down. */
export async function scriptedServer(): Promise<ScriptedServer> {
  const seen: Seen[] = [];
  let queue: Reply[] = [];
  let waiting: (() => void)[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const { method = '', url: path = '', headers, socket } = request;
      seen.push({
        method,
        path,
        headers,
        body: Buffer.concat(chunks).toString('utf8'),
        port: socket.remotePort,
      });
      const reply = queue.length > 1 ? queue.shift() : queue[0];
      play(reply ?? { status: 501, text: 'the test wrote no answer' }, response);
      for (const resume of waiting.splice(0)) resume();
    });
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    seen,
    answer: (...replies) => {
      queue = [...replies];
    },
    nextRequest: () =>
      new Promise((resolve) => {
        waiting.push(resolve);
      }),
    connections: () =>
      new Promise((resolve, reject) => {
        server.getConnections((error, count) => (error === null ? resolve(count) : reject(error)));
      }),
    close: async () => {
      waiting = [];
      server.closeAllConnections();
      await new Promise((resolve) => {
        server.close(resolve);
      });
    },
  };
}

function play(reply: Reply, response: ServerResponse): void {
  const { socket } = response;
  if ('fault' in reply) {
    switch (reply.fault) {
      case 'close':
        socket?.end();
        return;
      case 'reset':
        socket?.resetAndDestroy();
        return;
      case 'cut-headers':
        socket?.end('HTTP/1.1 200 OK\r\nContent-Type: appl');
        return;
      case 'cut-body':
        response.writeHead(200, { 'content-type': 'application/json', 'content-length': '1000' });
        response.write('{"code":200,', () => socket?.destroy());
        return;
      case 'hang':
        return;
      case 'hang-body':
        response.writeHead(200, { 'content-type': 'application/json', 'content-length': '1000' });
        response.write('{"code":200,');
        return;
    }
  }
  // Its clock is the test's: an answer has a date only where a test gives it one.
  response.sendDate = false;
  const text =
    'json' in reply ? JSON.stringify(reply.json) : 'text' in reply ? reply.text : reply.bytes;
  response.writeHead(reply.status ?? 200, { 'content-type': 'application/json', ...reply.headers });
  response.end(text);
}

/** A port of loopback that refuses connections: it was just given back. */
export async function refusingUrl(): Promise<string> {
  const server = await scriptedServer();
  await server.close();
  return server.url;
}
