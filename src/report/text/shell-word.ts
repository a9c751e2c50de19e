/** Words of commands that are shown on a screen. */
import { commandWord } from '../../command-words.ts';
import { terminalLine } from './escape.ts';

/** One word of a command line to be copied: quoted only where a shell would read it differently. */
export const shellWord = (word: string): string => commandWord(terminalLine(word));
