/** The exit codes, as `rushes --help`, the docs and the last line of a run explain them. */
import { EXIT, EXIT_CODES } from '../../plan/exit.ts';
import type { StopReason } from '../../run/events.ts';
import { wrap } from './terminal.ts';

/** The causes of a code that has several. */
const CAUSES: Readonly<Partial<Record<StopReason, string>>> = {
  unreachable: 'gateway unreachable',
  balance: 'balance empty',
  remote: 'git remote unreachable',
};

/** `stoppedBy`: of the run that ended so; where they are known, only the causes that are true. */
export function exitMeaning(exit: number, stoppedBy: readonly StopReason[] = []): string {
  const causes =
    exit === EXIT.unreachable ? stoppedBy.flatMap((reason) => CAUSES[reason] ?? []) : [];
  if (causes.length > 0) return causes.join(', ');
  return EXIT_CODES.find(({ code }) => code === exit)?.means ?? 'an error inside rushes itself';
}

/** For `--help`: a line per code. */
export const exitCodesTerminal = (width: number): string =>
  EXIT_CODES.map(
    ({ code, means }) => `  ${String(code).padStart(3)}  ${wrap(means, width, '       ')}\n`,
  ).join('');
