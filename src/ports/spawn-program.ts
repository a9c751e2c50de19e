/** A program of this machine that decodes or draws: without any key, and for a limited time. */
import { spawn } from 'node:child_process';
import { childEnvironment } from './child-environment.ts';
import { endWithChild } from './end-with-child.ts';

export interface Ran {
  /** `null`: it was killed, also for taking too long; `undefined`: it cannot be started. */
  readonly code: number | null | undefined;
  /** The beginning of its standard error. */
  readonly text: string;
}

export interface RunLimits {
  readonly longestMs: number;
  /** Characters that are kept of standard error. Default 16 Ki. */
  readonly mostText?: number;
}

/** Never rejects. */
export function spawnProgram(
  program: string,
  args: readonly string[],
  { longestMs, mostText = 16 * 1024 }: RunLimits,
): Promise<Ran> {
  return new Promise((resolve) => {
    let text = '';
    const child = spawn(program, args, {
      stdio: ['ignore', 'ignore', 'pipe'],
      env: childEnvironment(process.env),
      // Not `timeout`: where the program is not there its timer would keep this process alive.
      signal: AbortSignal.timeout(longestMs),
      killSignal: 'SIGKILL',
      windowsHide: true,
    });
    endWithChild(child);
    child.stderr.setEncoding('utf8').on('data', (more: string) => {
      if (text.length < mostText) text += more;
    });
    // One that took too long is closed too, and that is its end.
    child.on('error', ({ name }) => {
      if (name !== 'AbortError') resolve({ code: undefined, text });
    });
    child.on('close', (code) => resolve({ code, text }));
  });
}

/** The first line of a program's output, short enough for a message. */
export const firstLine = (text: string): string =>
  (text.trim().split('\n', 1)[0] ?? '').slice(0, 200);
