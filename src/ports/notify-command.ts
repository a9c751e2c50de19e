/** A command of the user that gets the result of a run: a chat message, a sound, a script. */
import { spawn } from 'node:child_process';
import { childEnvironment } from './child-environment.ts';
import { endWithChild } from './end-with-child.ts';

/** Longer than any message takes; a run that is over must not hang. */
const LONGEST_MS = 30_000;
const MOST_TEXT = 4096;

export interface NotifyOptions {
  /** Absolute: where it runs. */
  readonly cwd: string;
  /** Keys are taken out of it. */
  readonly env: Readonly<Record<string, string | undefined>>;
}

/**
 * Runs the command in the shell of the system with `json` on its standard input. Resolves to why it
 * failed, in half a sentence; `undefined`: it did not. Never rejects.
 */
export function notifyByCommand(
  command: string,
  json: string,
  { cwd, env }: NotifyOptions,
): Promise<string | undefined> {
  return new Promise((resolve) => {
    let text = '';
    const child = spawn(command, {
      shell: true,
      cwd,
      env: childEnvironment(env),
      stdio: ['pipe', 'ignore', 'pipe'],
      timeout: LONGEST_MS,
      killSignal: 'SIGKILL',
      windowsHide: true,
    });
    // A command that does not read its input closes it.
    child.stdin.on('error', () => undefined);
    child.stdin.end(json);
    endWithChild(child);
    child.stderr.setEncoding('utf8').on('data', (more: string) => {
      if (text.length < MOST_TEXT) text += more;
    });
    child.on('error', (error) => resolve(error.message));
    child.on('close', (code, signal) => {
      if (code === 0) return resolve(undefined);
      const said = text.trim().split('\n')[0] ?? '';
      const how = signal === null ? `ended with exit code ${code}` : `was stopped (${signal})`;
      resolve(`${how}${said === '' ? '' : `: ${said}`}`);
    });
  });
}
