/**
 * A user's world: a project in a temporary folder, both gateways as one embedded gateway behind
 * real HTTP, and the command line. `rushes` runs it in this process, `cli` as a process of its own
 * (the built `dist/cli.js`).
 */
import { execFileSync, spawn } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Io, StopSignal } from '../../src/commands/shared/io.ts';
import { runProgram } from '../../src/commands/program.ts';
import type { GatewayEvent } from '../../src/local-gateway/books.ts';
import type { FaultScript } from '../../src/local-gateway/faults/script.ts';
import {
  type LocalGateway,
  type LocalGatewayOptions,
  startLocalGateway,
} from '../../src/local-gateway/server.ts';
import { catalogue } from '../../src/models/catalogue.ts';
import { type Clock, systemClock } from '../../src/ports/clock.ts';
import { sharedSlate } from '../local-gateway/shared-slates.ts';

export const REPOSITORY = fileURLToPath(new URL('../../', import.meta.url));
export const CLI = path.join(REPOSITORY, 'dist/cli.js');

export interface Ran {
  readonly exit: number;
  readonly out: string;
  readonly err: string;
}

interface RunOptions {
  /** Over the world's own; `undefined` takes a variable away. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** Below the project's folder. */
  readonly cwd?: string;
  /** In this process only: a person at a terminal, who gives this answer to any question. */
  readonly answer?: string;
  /** In this process only: both outputs are a terminal of that width. */
  readonly columns?: number;
  /** Gets everything that is said, as it is said, and may send signals. */
  readonly watch?: (said: string, signal: (name: StopSignal | 'SIGKILL') => void) => void;
  /** In a process of its own only: gets SIGKILL when this resolves. */
  readonly killAfter?: Promise<unknown>;
  /** In a process of its own only: for the shell's `ulimit`, such as `-f 8` or `-n 40`. */
  readonly limit?: string;
  /** In a process of its own only: the command that starts it. */
  readonly within?: readonly string[];
  /**
   * In a process of its own only: as a user for whom file modes hold. Where root runs the tests,
   * everything in the world's folder is that user's from then on.
   */
  readonly unprivileged?: boolean;
}

export interface World extends AsyncDisposable {
  readonly folder: string;
  readonly gateway: LocalGateway;
  readonly env: Readonly<Record<string, string>>;
  write(file: string, content: string | Uint8Array): Promise<void>;
  read(file: string): Promise<string>;
  rushes(argv: readonly string[], options?: RunOptions): Promise<Ran>;
  cli(argv: readonly string[], options?: RunOptions): Promise<Ran>;
  /** What came of `work`, with everything that the gateway was asked meanwhile. */
  requests<T>(
    work: Promise<T>,
  ): Promise<{ readonly ran: T; readonly events: readonly GatewayEvent[] }>;
}

/**
 * A clip that costs next to nothing to draw: for tests that do not look at it. It is not what was
 * asked, so runs say "not as asked".
 */
const SMALL = { width: 64, height: 36, seconds: 1 } as const;
export const smallClips = (
  fate: Partial<Extract<NonNullable<FaultScript['rules']>[number]['do'], { fault: 'fate' }>> = {},
) => ({ when: { step: 'task' }, do: { fault: 'fate', clip: SMALL, ...fate } }) as const;

export async function world(
  options: Partial<
    Pick<
      LocalGatewayOptions,
      'script' | 'taskSeconds' | 'seed' | 'keys' | 'callbacksTo' | 'onEvent' | 'clock'
    >
  > = {},
): Promise<World> {
  const folder = await mkdtemp(path.join(tmpdir(), 'rushes-cli-'));
  const gateway = await startLocalGateway({
    catalogue,
    taskSeconds: 0.02,
    draw: sharedSlate,
    keys: { apimart: ['key-of-apimart'], evolink: ['key-of-evolink'] },
    script: { rules: [smallClips()] },
    ...options,
  });
  const env = {
    APIMART_API_KEY: 'key-of-apimart',
    EVOLINK_API_KEY: 'key-of-evolink',
    APIMART_BASE_URL: gateway.baseUrls.apimart,
    EVOLINK_BASE_URL: gateway.baseUrls.evolink,
    EVOLINK_FILES_BASE_URL: gateway.filesUrl,
    RUSHES_POLL_MIN_MS: '10',
  };
  const write = async (file: string, content: string | Uint8Array): Promise<void> => {
    const absolute = path.join(folder, file);
    await mkdir(path.dirname(absolute), { recursive: true });
    await writeFile(absolute, content);
  };
  await write('package.json', '{}');
  return {
    folder,
    gateway,
    env,
    write,
    read: (file) => readFile(path.join(folder, file), 'utf8'),
    rushes: (argv, { cwd = '.', env: more, watch, answer, columns } = {}) =>
      inProcess(argv, {
        cwd: path.join(folder, cwd),
        env: { ...env, ...more },
        clock: options.clock,
        ...(columns === undefined ? {} : { columns }),
        ...(answer === undefined ? {} : { answer }),
        ...(watch === undefined ? {} : { watch }),
      }),
    cli: (
      argv,
      { cwd = '.', env: more, watch, killAfter, limit, within, unprivileged = false } = {},
    ) =>
      asProcess(argv, {
        cwd: path.join(folder, cwd),
        env: { PATH: process.env['PATH'], HOME: folder, ...env, ...more },
        ...(watch === undefined ? {} : { watch }),
        ...(killAfter === undefined ? {} : { killAfter }),
        ...(limit === undefined ? {} : { limit }),
        ...(within === undefined ? {} : { within }),
        ...(unprivileged ? { uid: unprivilegedOwnerOf(folder) } : {}),
      }),
    requests: async (work) => {
      const before = gateway.books().events.length;
      const ran = await work;
      const events = gateway.books().events.slice(before);
      // The end of an earlier task comes when it comes, and nobody asked for it.
      return { ran, events: events.filter(({ kind }) => kind !== 'settled') };
    },
    [Symbol.asyncDispose]: async () => {
      await gateway.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

type Where = Required<Pick<RunOptions, 'cwd' | 'env'>> &
  Pick<RunOptions, 'watch' | 'answer' | 'columns' | 'killAfter' | 'limit' | 'within'> & {
    readonly uid?: number | undefined;
    readonly clock?: Clock | undefined;
  };

/** Without a terminal, unless it is to have so many columns. */
async function inProcess(
  argv: readonly string[],
  { cwd, env, watch, answer, columns, clock = systemClock }: Where,
): Promise<Ran> {
  const said = { out: '', err: '' };
  const handlers = new Set<(signal: StopSignal) => void>();
  const output = (key: 'out' | 'err'): Io['stdout'] => ({
    write: (text) => {
      said[key] += text;
      watch?.(text, (name) => {
        for (const handler of handlers) if (name !== 'SIGKILL') handler(name);
      });
    },
    isTTY: columns !== undefined || (answer !== undefined && key === 'err'),
    columns: columns ?? 80,
  });
  const exit = await runProgram(argv, {
    env,
    cwd,
    stdout: output('out'),
    stderr: output('err'),
    clock,
    ...(answer === undefined
      ? {}
      : {
          stdin: {
            isTTY: true,
            ask: async (question: string) => {
              said.err += question;
              return answer;
            },
          },
        }),
    onSignal: (handler) => {
      handlers.add(handler);
      return () => void handlers.delete(handler);
    },
    exitNow: () => undefined,
  });
  return { exit, ...said };
}

const NOBODY = 65_534;

/** For root, who may read and write anything: another user, whose the folder is now. */
function unprivilegedOwnerOf(folder: string): number | undefined {
  if (process.getuid?.() !== 0) return undefined;
  execFileSync('chown', ['-R', `${NOBODY}:${NOBODY}`, folder]);
  return NOBODY;
}

function asProcess(
  argv: readonly string[],
  { cwd, env, watch, killAfter, limit, within, uid }: Where,
): Promise<Ran> {
  const command = [process.execPath, CLI, ...argv];
  const limited =
    limit === undefined
      ? command
      : ['/bin/sh', '-c', `ulimit ${limit} && exec "$0" "$@"`, ...command];
  // Elsewhere the folder may be another one.
  const [program = '', ...args] =
    within === undefined
      ? limited
      : [...within, '/bin/sh', '-c', 'cd "$0" && exec "$@"', cwd, ...limited];
  const child = spawn(program, args, {
    cwd,
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
    ...(uid === undefined ? {} : { uid, gid: uid }),
  });
  void killAfter?.then(() => child.kill('SIGKILL'));
  const said = { out: '', err: '' };
  for (const [key, stream] of [['out', child.stdout] as const, ['err', child.stderr] as const]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      said[key] += text;
      watch?.(text, (name) => void child.kill(name));
    });
  }
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    // A process that was killed has no code: 128 and the signal, as a shell says it.
    child.once('close', (code, signal) =>
      resolve({ exit: code ?? (signal === 'SIGKILL' ? 137 : 128), ...said }),
    );
  });
}

/** As one line: what is said, whatever the width that it was wrapped to. */
export const flat = (text: string): string => text.replaceAll(/\s+/g, ' ');
