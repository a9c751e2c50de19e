/** The helper process of this test process: it is started when it is first asked for something. */
import { type ChildProcess, fork } from 'node:child_process';
import { inject } from 'vitest';
import type { Command, Reply, Request } from './helper-messages.ts';

let helper: ChildProcess | undefined;
let ids = 0;
const listeners = new Map<number, (reply: Reply) => void>();

function started(): ChildProcess {
  if (helper !== undefined) return helper;
  helper = fork(inject('helper'), { serialization: 'advanced', execArgv: [] });
  // It leaves with this process, and does not keep it.
  helper.unref();
  helper.channel?.unref();
  helper.on('message', (reply: Reply) => listeners.get(reply.id)?.(reply));
  helper.on('exit', (code) => {
    const message = `the helper process has left: ${code}`;
    for (const [id, listener] of listeners) listener({ kind: 'failed', id, message });
  });
  return helper;
}

const send = (request: Request): void => void started().send(request);

interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

export interface Started {
  readonly ended: Promise<Ended>;
  signal(signal: NodeJS.Signals): void;
}

/** Starts a process with this environment and no other. */
export function start(
  command: Command,
  onOutput: (text: string, stream: 'stdout' | 'stderr') => void,
): Started {
  const id = (ids += 1);
  const ended = endOf(id, onOutput);
  send({ kind: 'run', id, command });
  return { ended, signal: (signal) => send({ kind: 'signal', id, signal }) };
}

/** The command line of this repository in the helper process: a process of its own starts slower. */
export function startRushes(
  command: Omit<Command, 'program'>,
  onOutput: (text: string, stream: 'stdout' | 'stderr') => void,
): Started {
  const id = (ids += 1);
  const ended = endOf(id, onOutput);
  send({ kind: 'rushes', id, command });
  return { ended, signal: (signal) => send({ kind: 'signal', id, signal }) };
}

function endOf(
  id: number,
  onOutput: (text: string, stream: 'stdout' | 'stderr') => void,
): Promise<Ended> {
  return new Promise<Ended>((resolve, reject) => {
    listeners.set(id, (reply) => {
      if (reply.kind === 'output')
        return onOutput(Buffer.from(reply.bytes).toString('utf8'), reply.stream);
      listeners.delete(id);
      if (reply.kind === 'ended') resolve(reply);
      else if (reply.kind === 'failed') reject(new Error(reply.message));
    });
  });
}

/** What it printed on its standard output. Rejects, with what it said, when it fails. */
export async function output(command: Command): Promise<string> {
  const said = { stdout: '', stderr: '' };
  const { code } = await start(command, (text, stream) => (said[stream] += text)).ended;
  if (code === 0) return said.stdout;
  throw Object.assign(
    new Error(`${command.program} ${command.args.join(' ')}: exit ${code}\n${said.stderr}`),
    { code, ...said },
  );
}

export interface ServedRepositories {
  readonly port: number;
  grant(token: string, mayWrite: boolean): void;
  close(): Promise<void>;
}

export async function serve(
  repositories: ReadonlyMap<string, string>,
): Promise<ServedRepositories> {
  const id = (ids += 1);
  const next = async (kind: Reply['kind']): Promise<Reply> => {
    const reply = await new Promise<Reply>((resolve) => listeners.set(id, resolve));
    listeners.delete(id);
    if (reply.kind !== kind) throw new Error(`expected ${kind}: ${JSON.stringify(reply)}`);
    return reply;
  };
  const listening = next('listening');
  send({ kind: 'serve', id, repositories });
  const { port } = (await listening) as Extract<Reply, { kind: 'listening' }>;
  return {
    port,
    grant: (token, mayWrite) => send({ kind: 'grant', id, token, mayWrite }),
    close: async () => {
      const closed = next('closed');
      send({ kind: 'close', id });
      await closed;
    },
  };
}
