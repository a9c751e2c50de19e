/**
 * A real S3 server on loopback (s3rver, which checks signatures) behind a front that counts what
 * passes and can do what a bucket does on a bad day.
 */
import crypto from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import {
  Agent,
  createServer,
  type IncomingMessage,
  request as forward,
  type ServerResponse,
} from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import S3rver from '@20minutes/s3rver';

/*
 * s3rver makes its continuation tokens with single DES, which OpenSSL 3 no longer has. Triple DES
 * with the same key three times is the same cipher.
 */
const { createCipheriv, createDecipheriv } = crypto;
const triple = (key: crypto.CipherKey): Buffer => Buffer.concat([key, key, key] as Buffer[]);
crypto.createCipheriv = ((algorithm: string, key: crypto.CipherKey, iv: crypto.BinaryLike) =>
  algorithm === 'des'
    ? createCipheriv('des-ede3-cbc', triple(key), iv)
    : createCipheriv(algorithm, key, iv)) as typeof createCipheriv;
crypto.createDecipheriv = ((algorithm: string, key: crypto.CipherKey, iv: crypto.BinaryLike) =>
  algorithm === 'des'
    ? createDecipheriv('des-ede3-cbc', triple(key), iv)
    : createDecipheriv(algorithm, key, iv)) as typeof createDecipheriv;

export const BUCKET = 'clips-of-a-studio';
export const KEY = 'S3RVER';

/** What the front does instead of passing a request on. */
export type Fault =
  /** An S3 error document. */
  | {
      readonly status: number;
      readonly code?: string;
      readonly headers?: Readonly<Record<string, string>>;
    }
  /**
   * The connection is reset before an answer; after half of the answer's bytes; after all of them,
   * where no length was announced and the end is not marked; in the upload.
   */
  | 'reset'
  | 'cut-answer'
  | 'cut-end'
  | 'cut-upload';

interface Seen {
  readonly method: string;
  /** Path and query. */
  readonly target: string;
  readonly headers: IncomingMessage['headers'];
}

export interface S3Server {
  /** For AWS_ENDPOINT_URL_S3. */
  readonly url: string;
  readonly port: number;
  readonly seen: readonly Seen[];
  /** Bytes of all request bodies. */
  readonly uploadedBytes: () => number;
  /** Bytes of all answers' bodies to GETs of objects. */
  readonly downloadedBytes: () => number;
  /** Asked for each request, with how many of the same method and path came before. */
  fault: (request: Seen, before: number) => Fault | undefined;
  /** What the variables of a machine that uses it hold. */
  readonly env: Readonly<Record<string, string>>;
  close(): Promise<void>;
}

export async function s3Server(): Promise<S3Server> {
  const directory = await mkdtemp(join(tmpdir(), 'rushes-s3-'));
  const inner = new S3rver({
    address: '127.0.0.1',
    port: 0,
    silent: true,
    directory,
    vhostBuckets: false,
    configureBuckets: [{ name: BUCKET }],
  });
  const { port: innerPort } = await inner.run();
  // A busy machine asks again just when an idle connection is closed: no idle one is closed here.
  inner.httpServer.keepAliveTimeout = 0;
  const agent = new Agent({ keepAlive: true });
  const seen: Seen[] = [];
  const counts = new Map<string, number>();
  let up = 0;
  let down = 0;
  const server = createServer((request, response) => {
    const { method = '', url: target = '', headers } = request;
    const one = { method, target, headers };
    const same = `${method} ${target.split('?')[0]}`;
    const before = counts.get(same) ?? 0;
    counts.set(same, before + 1);
    seen.push(one);
    request.on('data', (chunk: Buffer) => (up += chunk.length));
    answer(one, before, request, response);
  });

  server.keepAliveTimeout = 0;

  function answer(
    one: Seen,
    before: number,
    request: IncomingMessage,
    response: ServerResponse,
  ): void {
    const fault = self.fault(one, before);
    if (fault === 'reset') {
      request.socket.resetAndDestroy();
      return;
    }
    if (fault === 'cut-upload') {
      request.once('data', () => request.socket.resetAndDestroy());
      return;
    }
    if (typeof fault === 'object') {
      request.resume();
      const body = `<?xml version="1.0"?><Error>${fault.code === undefined ? '' : `<Code>${fault.code}</Code>`}<Message>no</Message></Error>`;
      response.writeHead(fault.status, { 'content-type': 'application/xml', ...fault.headers });
      response.end(one.method === 'HEAD' ? undefined : body);
      return;
    }
    const passed = forward(
      {
        host: '127.0.0.1',
        port: innerPort,
        method: one.method,
        path: one.target,
        headers: one.headers,
        agent,
      },
      (answered) => {
        const { 'content-length': announced, ...unannounced } = answered.headers;
        response.writeHead(
          answered.statusCode ?? 500,
          fault === 'cut-end' ? unannounced : answered.headers,
        );
        const length = Number(announced ?? 0);
        let sent = 0;
        answered.on('data', (chunk: Buffer) => {
          if (one.method === 'GET' && one.target.includes('/clips/')) down += chunk.length;
          if (fault === 'cut-answer' && sent + chunk.length > length / 2) {
            response.write(chunk.subarray(0, Math.max(0, length / 2 - sent)), () =>
              request.socket.destroy(),
            );
            answered.destroy();
            return;
          }
          sent += chunk.length;
          const isCut = fault === 'cut-end' && sent === length;
          if (!response.write(chunk, () => isCut && request.socket.destroy())) answered.pause();
        });
        response.on('drain', () => answered.resume());
        answered.on('end', () => {
          if (fault !== 'cut-end') response.end();
        });
      },
    );
    passed.on('error', () => request.socket.destroy());
    request.on('error', () => passed.destroy());
    request.on('aborted', () => passed.destroy());
    request.pipe(passed);
  }

  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const { port } = server.address() as AddressInfo;
  const url = `http://127.0.0.1:${port}`;
  const self: S3Server = {
    url,
    port,
    seen,
    uploadedBytes: () => up,
    downloadedBytes: () => down,
    fault: () => undefined,
    env: {
      RUSHES_STORE: `s3://${BUCKET}/film`,
      AWS_ENDPOINT_URL_S3: url,
      AWS_ACCESS_KEY_ID: KEY,
      AWS_SECRET_ACCESS_KEY: KEY,
    },
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => {
        server.close(resolve);
      });
      agent.destroy();
      await inner.close();
      await rm(directory, { recursive: true, force: true });
    },
  };
  return self;
}
