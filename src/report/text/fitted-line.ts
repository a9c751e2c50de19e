/**
 * One line of a screen out of parts, never wider than it may be: parts are left out, then clipped.
 */
import { cells, clip } from './terminal.ts';

export interface Part {
  readonly text: string;
  readonly style?: (text: string) => string;
  /** If there is no room, the highest is dropped first; absent: never dropped. */
  readonly drop?: number;
}

/** `gap` stands between two parts. Parts without text are left out. */
export function fittedLine(parts: readonly Part[], width: number, gap = '  '): string {
  let kept = parts.filter(({ text }) => text !== '');
  const wide = (): number =>
    kept.reduce((sum, { text }) => sum + cells(text), 0) +
    Math.max(0, kept.length - 1) * cells(gap);
  while (wide() > width) {
    const most = Math.max(...kept.map(({ drop }) => drop ?? 0));
    if (most === 0) break;
    const at = kept.findLastIndex(({ drop }) => drop === most);
    kept = kept.filter((_, index) => index !== at);
  }
  let room = width;
  let line = '';
  for (const [index, { text, style = String }] of kept.entries()) {
    const before = index === 0 ? '' : gap;
    room -= cells(before);
    if (room <= 0) break;
    const shown = clip(text, room);
    line += before + style(shown);
    room -= cells(shown);
  }
  return line;
}
