/** Characters to glyphs: in which font each is drawn, joined and placed as its script asks. */
import type { TextFont } from './fonts.ts';
import { type Directed, type DirectedRun, runsFromTheLeft } from './direction.ts';
import type { Harfbuzz } from './harfbuzz.ts';

/** In em, from the left end of the line, y downwards. */
export interface Glyph {
  readonly x: number;
  readonly y: number;
  /** SVG path data, y upwards, so many units to an em. */
  readonly outline: string;
  readonly unitsPerEm: number;
}
export interface Shaped {
  readonly glyphs: readonly Glyph[];
  /** In em. */
  readonly width: number;
}

/** For characters that no font here has: the frame of a box. */
const BOX: Glyph & { readonly width: number } = {
  x: 0,
  y: 0,
  outline: 'M60,-40L560,-40L560,740L60,740ZM115,15L115,685L505,685L505,15Z',
  unitsPerEm: 1000,
  width: 0.62,
};

/** Draws nothing: joins, or chooses between two forms of the character before. */
export const INVISIBLE = /^(?:\u061c|[\u200c-\u200f]|\ufe0e|\ufe0f)$/;
/** Drawn as an emoji although another font has it too, such as the digit of a keycap. */
const EMOJI = /[\p{Emoji_Presentation}\ufe0f\u20e3]/u;

/** A unit that is drawn as one: a letter with its marks, an emoji of several characters. */
const GRAPHEMES = new Intl.Segmenter('en', { granularity: 'grapheme' });
export const graphemes = (text: string): string[] =>
  Array.from(GRAPHEMES.segment(text), ({ segment }) => segment);

/** A font that has all of it, else the first that has its letter. */
function fontOf(grapheme: string, fonts: readonly TextFont[]): TextFont | undefined {
  const points = Array.from(grapheme)
    .filter((character) => !INVISIBLE.test(character))
    .map((character) => character.codePointAt(0) ?? 0);
  const [first = 0] = points;
  const isEmoji = EMOJI.test(grapheme);
  const has = (font: TextFont): boolean => points.every((point) => font.has(point));
  return (
    fonts.find((font) => isEmoji && font.name === 'emoji' && has(font)) ??
    fonts.find(has) ??
    fonts.find((font) => font.has(first))
  );
}

interface FontRun {
  readonly font: TextFont | undefined;
  text: string;
}

/** Pieces of one font each, in the order in which they are read. */
function fontRuns(text: string, fonts: readonly TextFont[]): readonly FontRun[] {
  const runs: FontRun[] = [];
  for (const grapheme of graphemes(text)) {
    const last = runs.at(-1);
    const font = fontOf(grapheme, fonts);
    if (last !== undefined && last.font === font && font !== undefined) last.text += grapheme;
    else runs.push({ font, text: grapheme });
  }
  return runs;
}

/** The glyphs of a line, from the left. */
export type Shape = (line: Directed, fonts: readonly TextFont[]) => Shaped;

export function shaper({ Buffer, BufferFlag, Direction, shape }: Harfbuzz): Shape {
  const buffer = new Buffer();

  const shapeRun = ({ font, text }: FontRun, { isRightToLeft }: DirectedRun): Shaped => {
    if (font === undefined) return { glyphs: [BOX], width: BOX.width };
    buffer.reset();
    buffer.addText(text);
    buffer.setDirection(isRightToLeft ? Direction.RTL : Direction.LTR);
    // Without it the language of the machine may choose between glyphs.
    buffer.setLanguage('en');
    buffer.setFlags(BufferFlag.REMOVE_DEFAULT_IGNORABLES);
    buffer.guessSegmentProperties();
    shape(font.font, buffer);
    const { unitsPerEm } = font;
    const glyphs: Glyph[] = [];
    let at = 0;
    for (const glyph of buffer.getGlyphInfosAndPositions()) {
      const { xAdvance = 0, xOffset = 0, yOffset = 0 } = glyph;
      const outline = font.outline(glyph.codepoint);
      if (outline !== '')
        glyphs.push({
          x: (at + xOffset) / unitsPerEm,
          y: -yOffset / unitsPerEm,
          outline,
          unitsPerEm,
        });
      at += xAdvance;
    }
    return { glyphs, width: at / unitsPerEm };
  };

  return (line, fonts) => {
    const glyphs: Glyph[] = [];
    let width = 0;
    for (const direction of runsFromTheLeft(line)) {
      const runs = [...fontRuns(line.text.slice(direction.start, direction.end), fonts)];
      for (const run of direction.isRightToLeft ? runs.reverse() : runs) {
        const shaped = shapeRun(run, direction);
        for (const glyph of shaped.glyphs) glyphs.push({ ...glyph, x: glyph.x + width });
        width += shaped.width;
      }
    }
    return { glyphs, width };
  };
}
