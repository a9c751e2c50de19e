/** Words of commands that are to be copied into a shell. */
import { terminalLine } from './escape.ts';

/** One word of a command line to be copied: quoted only where a shell would read it differently. */
export const shellWord = (word: string): string =>
  /^[\p{L}\p{M}\p{N}_./:@%+,][\p{L}\p{M}\p{N}_./:@%+,-]*$/u.test(word)
    ? word
    : `'${terminalLine(word).replaceAll("'", `'\\''`)}'`;
