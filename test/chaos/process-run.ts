/**
 * One life of the real process: the built command, and a death at an instant that is counted in
 * events.
 */
import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { GatewayEvent } from '../../src/local-gateway/books.ts';
import { between, type Chance, pick } from './random-project.ts';

const CLI = fileURLToPath(new URL('../../dist/cli.js', import.meta.url));
/** Longer than any life should last. */
const LONGEST_MS = 120_000;

type Signal = 'SIGKILL' | 'SIGTERM' | 'SIGINT';

export interface Death {
  readonly signal: Signal;
  /**
   * What is counted: requests as the gateway sees them, or lines that the command writes to stdout.
   */
  readonly upon: 'submit' | 'ask' | 'download' | 'any' | 'line';
  readonly nth: number;
  /** How long after that event. 0: before its answer leaves. */
  readonly lagMs: number;
}

export function randomDeath(chance: Chance): Death {
  const upon = pick<Death['upon']>(chance, ['submit', 'submit', 'ask', 'download', 'any', 'line']);
  return {
    signal: pick<Signal>(chance, ['SIGKILL', 'SIGKILL', 'SIGKILL', 'SIGTERM', 'SIGINT']),
    upon,
    nth: between(chance, 1, upon === 'any' || upon === 'line' ? 14 : 4),
    lagMs: pick(chance, [0, 0, 1, 2, 5, 10, 25]),
  };
}

export interface Life {
  readonly argv: readonly string[];
  /** `null`: a signal ended it. */
  readonly exit: number | null;
  /** The signal that was sent, if its instant came. */
  readonly sent?: Signal;
  /** From the signal to the end. */
  readonly lingeredMs: number;
  readonly out: string;
  readonly err: string;
  /** It had to be ended because it would not end. */
  readonly hung: boolean;
}

export interface Lived {
  readonly done: Promise<Life>;
  /** To be called with every event of the gateway. */
  saw(event: GatewayEvent): void;
}

/** Moves the clock of a process. */
const laterBy = (ms: number): string =>
  `data:text/javascript,${encodeURIComponent(
    `const Real = Date; globalThis.Date = class extends Real { constructor(...a) { super(...(a.length === 0 ? [Real.now() + ${ms}] : a)); } static now() { return Real.now() + ${ms}; } };`,
  )}`;

export function live(
  argv: readonly string[],
  options: {
    readonly cwd: string;
    readonly env: Readonly<Record<string, string>>;
    readonly death?: Death;
    readonly laterMs: number;
  },
): Lived {
  const { death, laterMs } = options;
  const preload = laterMs === 0 ? [] : ['--import', laterBy(laterMs)];
  const child = spawn(process.execPath, [...preload, CLI, ...argv], {
    cwd: options.cwd,
    env: options.env,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let left = death?.nth ?? 0;
  let sentAt: number | undefined;
  let hung = false;
  const strike = (): void => {
    if (death === undefined || child.exitCode !== null || child.signalCode !== null) return;
    sentAt = performance.now();
    child.kill(death.signal);
  };
  const count = (): void => {
    left -= 1;
    if (left !== 0 || death === undefined) return;
    if (death.lagMs === 0) strike();
    else setTimeout(strike, death.lagMs);
  };
  const said = { out: '', err: '' };
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    said.out += text;
    if (death?.upon === 'line')
      for (let line = text.split('\n').length; line > 1; line -= 1) count();
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => void (said.err += text));
  const guard = setTimeout(() => {
    hung = true;
    child.kill('SIGKILL');
  }, LONGEST_MS);
  return {
    saw({ kind }) {
      const what = kind === 'batch' ? 'ask' : kind;
      if (death?.upon === 'any' ? kind !== 'settled' : death?.upon === what) count();
    },
    done: new Promise((resolve, reject) => {
      child.once('error', reject);
      child.once('close', (exit) => {
        clearTimeout(guard);
        const sent = sentAt === undefined || death === undefined ? {} : { sent: death.signal };
        const lingeredMs = sentAt === undefined ? 0 : performance.now() - sentAt;
        resolve({ argv, exit, lingeredMs, hung, ...said, ...sent });
      });
    }),
  };
}
