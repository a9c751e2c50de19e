/** The exit codes, as `rushes --help`, the docs and the last line of a run explain them. */
import { EXIT_CODES } from '../../plan/exit.ts';
import { wrap } from './terminal.ts';

export const exitMeaning = (exit: number): string =>
  EXIT_CODES.find(({ code }) => code === exit)?.means ?? 'an error inside rushes itself';

/** For `--help`: a line per code. */
export const exitCodesTerminal = (width: number): string =>
  EXIT_CODES.map(
    ({ code, means }) => `  ${String(code).padStart(3)}  ${wrap(means, width, '       ')}\n`,
  ).join('');
