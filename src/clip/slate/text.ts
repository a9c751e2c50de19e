/** Text of any language into lines of runs, each run in one font family. */
import type { SlateFont } from './fonts.ts';

interface Run {
  readonly family: string;
  readonly text: string;
  /** Distance from the beginning of the line, in em. */
  readonly at: number;
}
export interface Line {
  readonly runs: readonly Run[];
  /** In em. */
  readonly width: number;
}

/** Stands for a character that no font here can draw: emoji, arrows, scripts without a font. */
const NO_GLYPH = '\u00b7';
/** Never at the beginning of a line. */
const CLOSING = /^[\s、。，．・：；」』】）！？,.!?:;)\]}’”…%]/u;
/**
 * Chinese and Japanese are written without spaces and break anywhere; Korean has spaces, and breaks
 * there.
 */
const TOKENS =
  /[\u2e80-\u312f\u3190-\u9fff\uf900-\ufaff\uff00-\uffef]|\s+|[^\s\u2e80-\u312f\u3190-\u9fff\uf900-\ufaff\uff00-\uffef]+/gu;

/**
 * A text as it can be drawn: composed, without control characters, runs of undrawable characters as
 * one dot.
 */
export function drawable(text: string, fonts: readonly SlateFont[]): string {
  const has = (character: string): boolean =>
    fonts.some((font) => font.advance(character.codePointAt(0) ?? 0) !== undefined);
  let out = '';
  let dotted = false;
  for (const character of text.normalize('NFC').replaceAll(/\r\n?/g, '\n')) {
    if (character === '\n' || character === '\t') out += character === '\t' ? ' ' : '\n';
    else if (/[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Variation_Selector}]/u.test(character)) continue;
    else if (/\s/u.test(character)) out += ' ';
    else if (has(character)) out += character;
    else {
      if (!dotted) out += NO_GLYPH;
      dotted = true;
      continue;
    }
    dotted = false;
  }
  return out;
}

/** In em. */
export const measure = (text: string, fonts: readonly SlateFont[]): number =>
  [...text].reduce(
    (sum, character) =>
      sum + (fontOf(character, fonts)?.advance(character.codePointAt(0) ?? 0) ?? 1),
    0,
  );

const fontOf = (character: string, fonts: readonly SlateFont[]): SlateFont | undefined =>
  fonts.find((font) => font.advance(character.codePointAt(0) ?? 0) !== undefined);

/**
 * Wraps drawable text to a width in em. A word that is wider than a line is broken. At most `most`
 * lines; a rest becomes "…".
 */
export function wrap(
  text: string,
  width: number,
  most: number,
  fonts: readonly SlateFont[],
): { readonly lines: readonly Line[]; readonly complete: boolean } {
  const lines: string[] = [];
  for (const paragraph of text.split('\n')) {
    let line = '';
    let filled = 0;
    for (const [token] of paragraph.matchAll(TOKENS)) {
      for (const piece of measure(token, fonts) > width ? [...token] : [token]) {
        const wide = measure(piece, fonts);
        if (filled + wide > width && line !== '' && !CLOSING.test(piece)) {
          lines.push(line.trimEnd());
          line = '';
          filled = 0;
        }
        if (line === '' && piece.trim() === '') continue;
        line += piece;
        filled += wide;
      }
      // A prompt may be long; a slate is not.
      if (lines.length > most) break;
    }
    lines.push(line.trimEnd());
    if (lines.length > most) break;
  }
  while (lines.length > 1 && lines.at(-1) === '') lines.pop();
  const complete = lines.length <= most;
  const shown = complete
    ? lines
    : [...lines.slice(0, most - 1), ellipsis(lines[most - 1] ?? '', width, fonts)];
  return { lines: shown.map((line) => toLine(line, fonts)), complete };
}

function ellipsis(line: string, width: number, fonts: readonly SlateFont[]): string {
  const characters = [...line];
  while (characters.length > 0 && measure(`${characters.join('')}…`, fonts) > width)
    characters.pop();
  return `${characters.join('').trimEnd()}…`;
}

export function toLine(text: string, fonts: readonly SlateFont[]): Line {
  const runs: { family: string; text: string; at: number }[] = [];
  let at = 0;
  for (const character of text) {
    const last = runs.at(-1);
    const family = fontOf(character, fonts)?.family ?? fonts[0]?.family ?? '';
    if (last?.family === family) last.text += character;
    else runs.push({ family, text: character, at });
    at += measure(character, fonts);
  }
  return { runs, width: at };
}

const XML: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
};
export const escapeXml = (text: string): string =>
  text.replaceAll(/[&<>"]/g, (character) => XML[character] ?? character);

/**
 * SVG spans of a line, one per run, each at its own place: text that flows from one font into
 * another is shaped as one piece by the renderer, which then draws nothing at all where a letter
 * could be put together from two.
 */
export const spans = (line: Line, x: number, size: number): string =>
  line.runs
    .map(
      ({ family, text, at }) =>
        `<tspan x="${round(x + at * size)}" font-family="${family}">${escapeXml(text)}</tspan>`,
    )
    .join('');

const round = (value: number): number => Math.round(value * 1000) / 1000;
