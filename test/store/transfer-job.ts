/** A machine that pushes or pulls, in a process of its own that can be measured and killed. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { build } from 'esbuild';
import type { LocalClip } from '../../src/store/push-clips.ts';

export const KEY = 'S3RVER';

export interface TransferJob {
  readonly kind: 'push' | 'pull' | 'plain-push' | 'plain-pull';
  readonly env: Readonly<Record<string, string>>;
  readonly clips: readonly LocalClip[];
}

export interface TransferTook {
  readonly seconds: number;
  /** Most memory of the whole process. */
  readonly peakBytes: number;
}

const BUILT = join(import.meta.dirname, '../../node_modules/.cache/rushes-transfer.mjs');

/** As users run it: without a loader of TypeScript, which alone takes as much memory again. */
export const buildTransfer = (): Promise<unknown> =>
  build({
    entryPoints: [join(import.meta.dirname, 'transfer-process.ts')],
    outfile: BUILT,
    bundle: true,
    packages: 'external',
    platform: 'node',
    format: 'esm',
    logLevel: 'warning',
  });

const start = (...args: readonly string[]): ChildProcess =>
  spawn(process.execPath, args, { stdio: ['pipe', 'pipe', 'inherit'] });

/** `undefined`: it was killed, with SIGKILL, when it had told of `killAfterClips`. */
export async function runTransfer(
  job: TransferJob,
  folder: string,
  killAfterClips = Number.POSITIVE_INFINITY,
): Promise<TransferTook | undefined> {
  const file = join(folder, 'job.json');
  await writeFile(file, JSON.stringify(job));
  const child = start(BUILT, file);
  const exited = once(child, 'exit');
  let clips = 0;
  let took: TransferTook | undefined;
  if (child.stdout === null) throw new Error('no output');
  for await (const line of createInterface(child.stdout)) {
    if (line.startsWith('{')) took = JSON.parse(line) as TransferTook;
    if (line === 'clip') clips += 1;
    if (took === undefined && clips >= killAfterClips) child.kill('SIGKILL');
  }
  const [code, signal] = (await exited) as [number | null, string | null];
  if (signal === 'SIGKILL') return undefined;
  if (code !== 0 || took === undefined) throw new Error(`${job.kind} ended with ${code}`);
  return took;
}

export interface ServerProcess extends AsyncDisposable {
  readonly env: Readonly<Record<string, string>>;
  /** Bytes of clips that passed so far. */
  passed(): Promise<{ readonly up: number; readonly down: number }>;
}

export async function serveS3(): Promise<ServerProcess> {
  const child = start('--import', 'tsx', join(import.meta.dirname, 'serve-s3.ts'));
  const exited = once(child, 'exit');
  const { stdin, stdout } = child;
  if (stdin === null || stdout === null) throw new Error('no pipes');
  const lines = createInterface(stdout)[Symbol.asyncIterator]();
  const next = async <T>(): Promise<T> => JSON.parse(String((await lines.next()).value)) as T;
  return {
    env: await next(),
    passed: () => {
      stdin.write('?\n');
      return next();
    },
    [Symbol.asyncDispose]: async () => {
      stdin.end();
      await exited;
    },
  };
}
