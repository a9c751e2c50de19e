/**
 * Facts about the terminal that an output is printed on. Nothing here asks the process: the
 * command does.
 */
import fastStringWidth from 'fast-string-width';
import picocolors from 'picocolors';

export interface Terminal {
  /** Columns; output stays within it if the words allow. */
  readonly width: number;
  readonly color: boolean;
  /**
   * A person looks at it. Default false: a pipe or a log, where a line that a program may look for
   * stays one line.
   */
  readonly screen?: boolean;
}

export type Paint = ReturnType<typeof picocolors.createColors>;
export const paint = ({ color }: Pick<Terminal, 'color'>): Paint => (color ? colored : plainPaint);
const colored = picocolors.createColors(true);
const plainPaint = picocolors.createColors(false);

/** Cells on a terminal; colour codes count nothing, CJK and emoji two. */
export const cells = (text: string): number => fastStringWidth(text);

let segmenter: Intl.Segmenter | undefined;

/** What a reader sees as one character each. */
export function graphemesOf(text: string): string[] {
  if (isNarrow(text)) return text.split('');
  // To make the first one costs more than a short command does in all.
  segmenter ??= new Intl.Segmenter(undefined, { granularity: 'grapheme' });
  return Array.from(segmenter.segment(text), ({ segment }) => segment);
}

/**
 * At most `width` cells, the last of them `…` where something was cut. For text without colour
 * codes.
 */
export function clip(text: string, width: number): string {
  if (text.length <= width && isNarrow(text)) return text;
  if (cells(text) <= width) return text;
  let out = '';
  let used = 0;
  for (const segment of graphemesOf(text.slice(0, width * 16))) {
    const wide = cells(segment);
    if (used + wide > width - 1) break;
    out += segment;
    used += wide;
  }
  return `${out}…`;
}

const isNarrow = (text: string): boolean => /^[\u0020-\u007E]*$/.test(text);

export const padEnd = (text: string, width: number): string =>
  text + ' '.repeat(Math.max(0, width - cells(text)));

/**
 * Broken at blanks, and inside words that are wider than a line. Every line but the first begins
 * with `indent`.
 */
export function wrap(text: string, width: number, indent = ''): string {
  const room = Math.max(20, width - cells(indent));
  const lines: string[] = [];
  let line = '';
  let used = 0;
  for (const word of text.split(' ').flatMap((word) => chopped(word, room))) {
    const wide = cells(word);
    if (line !== '' && used + 1 + wide > room) {
      lines.push(line.trimEnd());
      line = word;
      used = wide;
    } else {
      line = line === '' ? word : `${line} ${word}`;
      used += wide + (used === 0 ? 0 : 1);
    }
  }
  return [...lines, line].join(`\n${indent}`);
}

/** Parts joined by `, `, broken only between them where they fit a line. */
export function wrapParts(parts: readonly string[], width: number, indent = ''): string {
  const lines: string[] = [];
  for (const [index, part] of parts.entries()) {
    const text = index === parts.length - 1 ? part : `${part},`;
    const joined = lines.length === 0 ? text : `${lines.at(-1)} ${text}`;
    if (lines.length > 0 && cells(indent) + cells(joined) <= width) lines.splice(-1, 1, joined);
    else lines.push(text);
  }
  return lines.map((line) => wrap(line, width, indent)).join(`\n${indent}`);
}

/** Only text without blanks, such as Chinese or a long link, is ever cut. */
function chopped(word: string, room: number): string[] {
  // A word with colour codes is left to the terminal: cutting it could cut a code.
  if (word.includes('\u001B') || cells(word) <= room) return [word];
  const parts: string[] = [];
  let part = '';
  let used = 0;
  for (const segment of graphemesOf(word)) {
    const wide = cells(segment);
    if (used + wide > room) {
      parts.push(part);
      part = '';
      used = 0;
    }
    part += segment;
    used += wide;
  }
  return [...parts, part];
}

/** One column of {@link columns}. */
export interface Column {
  readonly align?: 'left' | 'right';
  /** Cells at most; longer values are cut with `…`. */
  readonly max?: number;
  readonly style?: (text: string) => string;
}

/**
 * Aligned columns, two blanks apart, without borders and without blanks at the ends of lines.
 * Values are text without colour codes.
 */
export function columns(rows: readonly (readonly string[])[], layout: readonly Column[]): string[] {
  const shown = rows.map((row) =>
    row.map((value, index) => clip(value, layout[index]?.max ?? Number.POSITIVE_INFINITY)),
  );
  const widths = layout.map((_, index) =>
    shown.reduce((widest, row) => Math.max(widest, cells(row[index] ?? '')), 0),
  );
  return shown.map((row) => {
    const parts = layout.map((column, index) => {
      const value = row[index] ?? '';
      const blanks = ' '.repeat((widths[index] ?? 0) - cells(value));
      const painted = column.style === undefined || value === '' ? value : column.style(value);
      return column.align === 'right' ? blanks + painted : painted + blanks;
    });
    return parts
      .filter((_, index) => (widths[index] ?? 0) > 0)
      .join('  ')
      .trimEnd();
  });
}
