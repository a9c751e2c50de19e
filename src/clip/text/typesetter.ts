/**
 * Text as outlines of glyphs in SVG, in the fonts of this package: the same picture on every
 * machine. The SVG renderer needs no font for them. With text it would draw nothing of a line that
 * mixes fonts, and it knows neither Thai line breaks nor the direction of Arabic.
 */
import { directed, type Directed } from './direction.ts';
import { type FontName, fontsFor, openFont, type TextFont } from './fonts.ts';
import { loadHarfbuzz } from './harfbuzz.ts';
import { type Shape, type Shaped, shaper } from './shape.ts';
import { drawable, wrap } from './wrap.ts';

/** Which font is asked first for a character. */
type Face = 'regular' | 'bold' | 'mono';

export interface Line {
  readonly text: string;
  /** Begins at the right. */
  readonly isRightToLeft: boolean;
  readonly shaped: Shaped;
}

export interface Typesetter {
  /** One line, not broken. */
  line(text: string, face?: Face): Line;
  /** At most `most` lines of `width` em; a rest becomes "…". */
  lines(
    text: string,
    room: { readonly width: number; readonly most: number },
    face?: Face,
  ): { readonly lines: readonly Line[]; readonly complete: boolean };
}

let loading: Promise<(text: string) => Typesetter> | undefined;

/**
 * Some 20 ms the first time. The function that it gives makes a typesetter for texts that stand
 * side by side: what is in one decides how characters of the others look that Chinese and Japanese
 * share.
 */
export function loadTypesetter(): Promise<(text: string) => Typesetter> {
  loading ??= (async () => {
    const harfbuzz = await loadHarfbuzz();
    const shape = shaper(harfbuzz);
    return (text) => {
      const fonts = fontsFor(text);
      const opened = (...first: FontName[]): readonly TextFont[] =>
        [...first, ...fonts].map((name) => openFont(harfbuzz, name));
      return typesetter(shape, { regular: opened(), bold: opened('bold'), mono: opened('mono') });
    };
  })();
  return loading;
}

function typesetter(shape: Shape, fonts: Readonly<Record<Face, readonly TextFont[]>>): Typesetter {
  const lineOf = (line: Directed, face: Face): Line => ({
    text: line.text,
    isRightToLeft: line.base % 2 === 1,
    shaped: shape(line, fonts[face]),
  });
  // A prompt is tried in several sizes: each word is measured once.
  const widths = new Map<string, number>();
  const measure = (text: Directed, face: Face): number => {
    const key = `${face} ${(text.levels[0] ?? 0) % 2} ${text.text}`;
    const known = widths.get(key);
    if (known !== undefined) return known;
    const { width } = shape(text, fonts[face]);
    widths.set(key, width);
    return width;
  };
  return {
    line: (text, face = 'regular') => lineOf(directed(drawable(text).replaceAll('\n', ' ')), face),
    lines: (text, room, face = 'regular') => {
      const { lines, complete } = wrap(drawable(text), room, (piece) => measure(piece, face));
      return { lines: lines.map((line) => lineOf(line, face)), complete };
    },
  };
}

export interface Place {
  /** Left end of the room. */
  readonly x: number;
  /** Base line. */
  readonly y: number;
  /** Of an em. */
  readonly size: number;
  readonly fill: string;
  /** A line that begins at the right ends there; default: it begins at `x` as others do. */
  readonly room?: number;
}

/** SVG of a line. */
export function lineSvg(
  { shaped, isRightToLeft }: Line,
  { x, y, size, fill, room }: Place,
): string {
  const left = isRightToLeft && room !== undefined ? x + room - shaped.width * size : x;
  const paths = shaped.glyphs.map((glyph) => {
    const scale = round(size / glyph.unitsPerEm, 1e7);
    const [at, down] = [left + glyph.x * size, y + glyph.y * size].map((value) =>
      round(value, 1e3),
    );
    return `<path transform="matrix(${scale} 0 0 ${-scale} ${at} ${down})" d="${glyph.outline}"/>`;
  });
  return `<g fill="${fill}">${paths.join('')}</g>`;
}

const round = (value: number, steps: number): number => Math.round(value * steps) / steps;
