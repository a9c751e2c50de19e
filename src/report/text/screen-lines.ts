/**
 * The last step towards a screen: no line is wider than the terminal, and commands stay copyable.
 */
import { cells } from './terminal.ts';

// eslint-disable-next-line no-control-regex
const COLOUR = /\u001B\[[\d;]*m/g;
/** A line that is a command to be copied, perhaps after a few words: `next: rushes render …`. */
const COMMAND = /^\s*(?:[\w ,;/-]{1,60}:\s+|next\s+|→\s+)?rushes [a-z]/;
const SHORT_LEAD = 12;
const CONTINUED = ' \\';
/** Lines that a program reads back: see `run/accepted-line.ts`. */
const READ_BACK = '\u2063';

/**
 * Lines that are too wide are wrapped at blanks, indented by two; a command has a backslash at each
 * break, so that it can be copied. A word that is wider than a line, such as an id, is left
 * whole.
 */
export const fitScreen = (text: string, width: number): string =>
  text
    .split('\n')
    .map((line) => (cells(line) <= width || line.includes(READ_BACK) ? line : broken(line, width)))
    .join('\n');

function broken(line: string, width: number): string {
  const at = COMMAND.test(line.replace(COLOUR, '')) ? line.indexOf('rushes ') : -1;
  const words = at === -1 ? '' : line.slice(0, at).trimEnd();
  // A command that follows more than a word or two starts on a new line.
  if (cells(words.trim()) <= SHORT_LEAD) return brokenAtBlanks(line, width);
  const indent = ' '.repeat(cells(words) - cells(words.trimStart()) + 4);
  return [words, `${indent}${line.slice(at)}`]
    .map((part) => (cells(part) <= width ? part : brokenAtBlanks(part, width)))
    .join('\n');
}

function brokenAtBlanks(line: string, width: number): string {
  const plain = line.replace(COLOUR, '');
  const half = Math.floor(width / 2);
  const lead = /^ */.exec(plain)?.[0].length ?? 0;
  const indent = ' '.repeat(Math.min(lead + 2, half));
  const ending = COMMAND.test(plain) ? CONTINUED : '';
  const lines: string[] = [];
  let current = '';
  // Of a table that is too wide, the second column and later ones begin in the middle.
  const text = lead > half && line.startsWith(' '.repeat(lead)) ? line.slice(lead - half) : line;
  for (const word of text.split(' ')) {
    const joined = current === '' && lines.length === 0 && word === '' ? ' ' : current;
    const next = joined.trim() === '' ? `${joined}${word}` : `${joined} ${word}`;
    const isFirst = current.replace(COLOUR, '').trim() === '';
    if (isFirst || cells(next) + ending.length <= width) {
      // Blanks in front of the first word are the line's own indent.
      current = word === '' && isFirst ? `${current} ` : next;
      continue;
    }
    lines.push(`${current.trimEnd()}${ending}`);
    current = `${indent}${word}`;
  }
  return [...lines, current].join('\n');
}
