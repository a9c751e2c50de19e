/**
 * A small process that starts others for the tests, and serves their repositories. To start a
 * process costs in proportion to the memory of the one that starts it: twenty times more from a
 * test runner than from here.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { serveRepositories } from './git-http.ts';
import type { Reply, Request } from './helper-messages.ts';

const children = new Map<number, ChildProcess>();
/** Of command lines in this process. */
const handlers = new Map<number, Set<(signal: 'SIGINT' | 'SIGTERM') => void>>();
const servers = new Map<number, { server: Server; writers: Map<string, boolean> }>();

const reply = (message: Reply): void => void process.send?.(message);

process.on('message', (request: Request) => {
  switch (request.kind) {
    case 'run':
      return run(request);
    case 'rushes':
      return void rushes(request);
    case 'signal':
      if (request.signal === 'SIGINT' || request.signal === 'SIGTERM')
        for (const handler of handlers.get(request.id) ?? []) handler(request.signal);
      return void children.get(request.id)?.kill(request.signal);
    case 'serve':
      return serve(request);
    case 'grant':
      return void servers.get(request.id)?.writers.set(request.token, request.mayWrite);
    case 'close': {
      const { server } = servers.get(request.id) ?? {};
      servers.delete(request.id);
      server?.close(() => reply({ kind: 'closed', id: request.id }));
      server?.closeAllConnections();
    }
  }
});
process.on('disconnect', () => process.exit());

function run({ id, command }: Extract<Request, { kind: 'run' }>): void {
  const { program, args, cwd, env } = command;
  const child = spawn(program, [...args], { cwd, env, stdio: ['ignore', 'pipe', 'pipe'] });
  children.set(id, child);
  for (const stream of ['stdout', 'stderr'] as const)
    child[stream].on('data', (bytes: Buffer) => reply({ kind: 'output', id, stream, bytes }));
  child.on('error', ({ message }) => reply({ kind: 'failed', id, message }));
  child.on('close', (code, signal) => {
    children.delete(id);
    reply({ kind: 'ended', id, code, signal });
  });
}

async function rushes({ id, command }: Extract<Request, { kind: 'rushes' }>): Promise<void> {
  const [{ runProgram }, { systemClock }] = await Promise.all([
    import('../../../../src/commands/program.ts'),
    import('../../../../src/ports/clock.ts'),
  ]);
  const own = new Set<(signal: 'SIGINT' | 'SIGTERM') => void>();
  handlers.set(id, own);
  const output = (stream: 'stdout' | 'stderr') => ({
    write: (text: string) => reply({ kind: 'output', id, stream, bytes: Buffer.from(text) }),
    isTTY: false,
    columns: 80,
  });
  const { args, cwd, env } = command;
  const io = {
    env,
    cwd,
    stdout: output('stdout'),
    stderr: output('stderr'),
    clock: systemClock,
    onSignal: (handler: (signal: 'SIGINT' | 'SIGTERM') => void) => {
      own.add(handler);
      return () => void own.delete(handler);
    },
    exitNow: () => undefined,
  };
  try {
    reply({ kind: 'ended', id, code: await runProgram(args, io), signal: null });
  } catch (error) {
    const message = error instanceof Error ? (error.stack ?? error.message) : String(error);
    reply({ kind: 'failed', id, message });
  } finally {
    handlers.delete(id);
  }
}

function serve({ id, repositories }: Extract<Request, { kind: 'serve' }>): void {
  const writers = new Map<string, boolean>();
  const server = serveRepositories(repositories, writers);
  servers.set(id, { server, writers });
  server.listen(0, '127.0.0.1', () =>
    reply({ kind: 'listening', id, port: (server.address() as AddressInfo).port }),
  );
}
