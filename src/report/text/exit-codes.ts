/** The exit codes, as `rushes --help`, the docs and the last line of a run explain them. */
import type { ExitCode } from '../../plan/exit.ts';
import { wrap } from './terminal.ts';

export const EXIT_CODES = [
  { code: 0, means: 'everything is up to date' },
  { code: 1, means: 'at least one render failed, now or earlier and still held' },
  {
    code: 2,
    means: 'plan --detailed-exitcode: there is something to submit, attach, fetch or move',
  },
  { code: 3, means: '--frozen: the lock does not satisfy the manifest' },
  { code: 4, means: 'refused or stopped by the budget' },
  { code: 5, means: 'an ambiguous or lost task needs a person' },
  { code: 6, means: 'tasks are still pending, or renders not yet submitted: run again or collect' },
  { code: 7, means: 'clips are missing that only a new payment can bring back' },
  { code: 64, means: 'usage: the command line is wrong' },
  { code: 65, means: 'invalid manifest, row file, plan or lock' },
  { code: 69, means: 'gateway unreachable or balance empty' },
  { code: 77, means: 'API key missing or refused' },
  { code: 130, means: 'interrupted; resumable' },
] as const satisfies readonly { readonly code: ExitCode; readonly means: string }[];

export const exitMeaning = (exit: number): string =>
  EXIT_CODES.find(({ code }) => code === exit)?.means ?? 'an error inside rushes itself';

/** For `--help`: a line per code. */
export const exitCodesTerminal = (width: number): string =>
  EXIT_CODES.map(
    ({ code, means }) => `  ${String(code).padStart(3)}  ${wrap(means, width, '       ')}\n`,
  ).join('');
