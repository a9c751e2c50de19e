/**
 * A line of a source with a caret under the smallest wrong thing, right under tabs, CJK and emoji.
 */
import type { Place } from '../../diagnostic.ts';
import { terminalLine } from '../text/escape.ts';
import { cells, clip, graphemesOf, paint, type Terminal } from '../text/terminal.ts';

const TAB = '    ';

export interface FrameOptions extends Terminal {
  /** Blanks in front of every line of the frame. */
  readonly indent: string;
  /** Also show the line above, so that a reader sees which scene this is. */
  readonly context: boolean;
  readonly tone: 'red' | 'yellow' | 'cyan';
}

/**
 * The lines of the frame; none of a file that is not there or has nothing in it. A range over
 * several lines is marked to the end of its first.
 */
export function codeFrame(
  place: Place,
  { width, color, indent, context, tone }: FrameOptions,
): string[] {
  const c = paint({ color });
  const { source } = place;
  if (source.text === '') return [];
  const from = source.position(place.start);
  const to = source.position(Math.max(place.end, place.start));
  const text = source.line(from.line);
  const end = to.line === from.line ? to.column - 1 : text.trimEnd().length;
  const gutter = String(from.line).length;
  const room = Math.max(20, width - indent.length - gutter - 4);

  const above = context && from.line > 1 ? source.line(from.line - 1) : '';
  const shown = windowed(text, from.column - 1, Math.max(end, from.column - 1), room);
  const number = (line: number | undefined): string =>
    c.dim(`${indent}${String(line ?? '').padStart(gutter)} │ `);
  return [
    ...(above.trim() === '' ? [] : [number(from.line - 1) + c.dim(clip(visible(above), room))]),
    number(from.line) + shown.before + c[tone](shown.marked) + shown.after,
    number(undefined) +
      ' '.repeat(cells(shown.before)) +
      c[tone]('^'.repeat(Math.max(1, cells(shown.marked)))),
  ];
}

const visible = (text: string): string =>
  terminalLine(text.replaceAll('\t', TAB).replace(/^\uFEFF/, ''));

/**
 * The line cut to `room` cells with the marked part in sight: as much of the line before it as fits
 * beside it, since the beginning says which key this is, then the marked part, then what follows.
 */
function windowed(
  line: string,
  start: number,
  end: number,
  room: number,
): { before: string; marked: string; after: string } {
  // A prompt can be a line of megabytes: only the neighbourhood is ever measured.
  const from = Math.max(0, start - 4 * room);
  const before = visible(line.slice(from, start));
  const marked = clip(
    visible(line.slice(start, Math.min(end, start + 4 * room))),
    Math.max(10, room - Math.min(cells(before), room >> 1)),
  );
  const left = room - cells(marked);
  const head =
    from === 0 && cells(before) <= left
      ? before
      : clipStart(before, Math.max(1, Math.min(left, room >> 1)));
  const rest = left - cells(head);
  const after = rest <= 1 ? '' : clip(visible(line.slice(end, end + 4 * room)), rest);
  return { before: head, marked, after };
}

function clipStart(text: string, width: number): string {
  const parts = graphemesOf(text);
  let used = 1;
  let at = parts.length;
  while (at > 0 && used + cells(parts[at - 1] ?? '') <= width) used += cells(parts[--at] ?? '');
  return at === 0 ? text : `…${parts.slice(at).join('')}`;
}
