/**
 * The helper processes of this test process, each started when it is first asked for something. To
 * start a process costs in proportion to the memory of the one that starts it: programs and
 * repositories are for one that stays small, command lines for one that has loaded all of rushes.
 */
import { type ChildProcess, fork } from 'node:child_process';
import { inject } from 'vitest';
import type { Command, Reply, Request } from './helper-messages.ts';

type Send = (request: Request) => void;
let ids = 0;
const listeners = new Map<number, (reply: Reply) => void>();

function helper(): Send {
  let process: ChildProcess | undefined;
  const started = (): ChildProcess => {
    const child = fork(inject('helper'), { serialization: 'advanced', execArgv: [] });
    // It leaves with this process, and does not keep it.
    child.unref();
    child.channel?.unref();
    child.on('message', (reply: Reply) => listeners.get(reply.id)?.(reply));
    child.on('exit', (code) => {
      const message = `the helper process has left: ${code}`;
      for (const [id, listener] of listeners) listener({ kind: 'failed', id, message });
    });
    return child;
  };
  return (request) => void (process ??= started()).send(request);
}

const small = helper();
const loaded = helper();

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
  return begin(small, { kind: 'run', id: (ids += 1), command }, onOutput);
}

/** The command line of this repository in a helper process: a process of its own starts slower. */
export function startRushes(
  command: Omit<Command, 'program'>,
  onOutput: (text: string, stream: 'stdout' | 'stderr') => void,
): Started {
  return begin(loaded, { kind: 'rushes', id: (ids += 1), command }, onOutput);
}

function begin(
  send: Send,
  request: Extract<Request, { kind: 'run' | 'rushes' }>,
  onOutput: (text: string, stream: 'stdout' | 'stderr') => void,
): Started {
  const { id } = request;
  const ended = endOf(id, onOutput);
  send(request);
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
  small({ kind: 'serve', id, repositories });
  const { port } = (await listening) as Extract<Reply, { kind: 'listening' }>;
  return {
    port,
    grant: (token, mayWrite) => small({ kind: 'grant', id, token, mayWrite }),
    close: async () => {
      const closed = next('closed');
      small({ kind: 'close', id });
      await closed;
    },
  };
}
