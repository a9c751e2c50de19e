/**
 * The world around one command, as an argument: tests hand in their own, `cli.ts` hands in the
 * process.
 */
import type { Processes } from '../../lock/run-lock/processes.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Files } from '../../ports/files/files.ts';
import type { RemoteRecordPlace } from '../../workflow/open/surroundings.ts';

export interface Output {
  /** Words for people: on a screen, lines that are too wide are broken. */
  readonly write: (text: string) => void;
  /** Data, unchanged on a screen too. Default: {@link write}. */
  readonly writeData?: (text: string) => void;
  readonly isTTY: boolean;
  /** Width in cells; 80 where it is unknown. */
  readonly columns: number;
  readonly rows?: number | undefined;
  /** The terminal itself, for a live view. */
  readonly stream?: NodeJS.WritableStream;
}

interface Input {
  readonly isTTY: boolean;
  /** Shows the question on standard error; `undefined`: interrupted, or the input has ended. */
  readonly ask: (question: string) => Promise<string | undefined>;
}

/** `SIGHUP`: the terminal is closed, or the connection to it. */
export type StopSignal = 'SIGINT' | 'SIGTERM' | 'SIGHUP';

export interface Io {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Absolute. */
  readonly cwd: string;
  /** Documents and other requested output. */
  readonly stdout: Output;
  /** People's words: progress, warnings, errors. */
  readonly stderr: Output;
  /** Absent: no question can be asked. */
  readonly stdin?: Input | undefined;
  readonly clock: Clock;
  /** Called with slow work that must finish before anything else. Default: not reported. */
  readonly waiting?: (message: string) => void;
  /**
   * Calls back for signals that ask for an end until the returned function is called; for SIGHUP
   * once, because a closed terminal sends it more than once.
   */
  readonly onSignal: (handler: (signal: StopSignal) => void) => () => void;
  /** The end, at once: a second SIGINT. */
  readonly exitNow: (code: number) => void;
  /** Default: the disk of this machine. */
  readonly files?: Files | undefined;
  /** Default: the processes of this machine. */
  readonly processes?: Processes | undefined;
  /** Where the spend record lives beside this machine: `--record`, or the action. */
  readonly remoteRecord?: RemoteRecordPlace | undefined;
  /**
   * Call when the command has nothing to do: until then, in epoch milliseconds, it would say the
   * same over the same files.
   */
  readonly nothingToDoUntil?: ((untilMs: number) => void) | undefined;
}

/** Data on standard output, such as JSON: byte for byte, also on a screen. */
export const writeData = ({ stdout }: Pick<Io, 'stdout'>, text: string): void =>
  (stdout.writeData ?? stdout.write)(text);

export { EXIT } from '../../plan/exit.ts';

/**
 * `NO_COLOR` (any value but an empty one) wins, then `FORCE_COLOR`, then whether the output is a
 * terminal.
 */
export function wantsColour(io: Io, output: Output): boolean {
  if ((io.env['NO_COLOR'] ?? '') !== '') return false;
  const forced = io.env['FORCE_COLOR'];
  if (forced !== undefined) return forced !== '0' && forced !== 'false';
  return output.isTTY;
}

/** A live view needs a terminal on which nothing else writes: not a pipe, not CI. */
export const wantsLiveView = (io: Io): boolean =>
  io.stderr.isTTY && (io.env['CI'] ?? '') === '' && io.env['TERM'] !== 'dumb';

/** One sentence for a usage error; the exit code is 64. */
export class UsageError extends Error {
  readonly hint: string | undefined;
  constructor(message: string, hint?: string) {
    super(message);
    this.name = 'UsageError';
    this.hint = hint;
  }
}
