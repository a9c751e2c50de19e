/** What a command could not write at its end, and how it says so. */
import { EXIT, EXIT_CODES, worstExit } from '../../plan/exit.ts';

/** What could not be written at the end. */
export type Unwritten =
  | {
      /** Whose lock it is. */
      readonly manifest: string;
      readonly message: string;
      /** The file that has what the lock holds of paid work, as commands that put it back. */
      readonly savedTo?: string;
    }
  /** The remote did not take what the spend record of this machine has. */
  | { readonly record: string; readonly message: string };

/** For people, without a line break at its end. */
export function unwrittenText(one: Unwritten): string {
  if ('record' in one)
    return `${one.message}\n  Everything that was paid for is in the locks and in ${one.record} of this machine.`;
  const { manifest, message, savedTo } = one;
  const saved =
    savedTo === undefined
      ? ''
      : `\n  Its paid results are in ${savedTo}, as commands that restore them.`;
  return `the lock of ${manifest} could not be written: ${message}${saved}`;
}

/** The exit code of a command that ended with `exit`, and could not write these. */
export function exitWith(exit: number, unwritten: readonly Unwritten[]): number {
  const codes = unwritten.map((one) => ('record' in one ? EXIT.unreachable : EXIT.needsPerson));
  const own = EXIT_CODES.find(({ code }) => code === exit)?.code;
  return own === undefined ? exit : worstExit([own, ...codes]);
}
