/**
 * The committed fonts, unpacked when a text needs them and then kept: the machine does not need
 * to have fonts.
 */
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { brotliDecompressSync } from 'node:zlib';
import type { Font } from 'harfbuzzjs';
import type { Harfbuzz } from './harfbuzz.ts';

export interface TextFont {
  readonly name: FontName;
  /** For HarfBuzz. */
  readonly font: Font;
  readonly unitsPerEm: number;
  /** Whether it has a glyph for the code point. */
  has(codePoint: number): boolean;
  /** SVG path data in units of the font, y upwards; empty for a space. */
  outline(glyph: number): string;
}

/** File of each: see assets/fonts/README.md. */
const FONTS = {
  latin: 'noto-sans-latin-400',
  bold: 'noto-sans-latin-600',
  latinExt: 'noto-sans-latin-ext-400',
  vietnamese: 'noto-sans-vietnamese-400',
  greek: 'noto-sans-greek-400',
  cyrillic: 'noto-sans-cyrillic-400',
  arabic: 'noto-sans-arabic-arabic-400',
  hebrew: 'noto-sans-hebrew-hebrew-400',
  thai: 'noto-sans-thai-thai-400',
  devanagari: 'noto-sans-devanagari-devanagari-400',
  korean: 'noto-sans-kr-korean-400',
  japanese: 'noto-sans-jp-japanese-400',
  chinese: 'noto-sans-sc-chinese-simplified-400',
  symbols: 'noto-sans-symbols-symbols-400',
  emoji: 'noto-emoji-emoji-400',
  mono: 'ibm-plex-mono-latin-500',
} as const;
export type FontName = keyof typeof FONTS;

const opened = new Map<FontName, TextFont>();

/**
 * Some 1 ms for a small font, 15 ms for Chinese; at once the second time. Throws only when the
 * package is incomplete.
 */
export function openFont({ Blob, Face, Font }: Harfbuzz, name: FontName): TextFont {
  const known = opened.get(name);
  if (known !== undefined) return known;
  const bytes = brotliDecompressSync(readFileSync(join(fontFolder(), `${FONTS[name]}.ttf.br`)));
  const face = new Face(new Blob(bytes));
  const font = new Font(face);
  const has = new Map<number, boolean>();
  const outlines = new Map<number, string>();
  const textFont: TextFont = {
    name,
    font,
    unitsPerEm: face.upem,
    has: (codePoint) =>
      remembered(has, codePoint, () => font.nominalGlyph(codePoint) !== undefined),
    outline: (glyph) => remembered(outlines, glyph, () => font.glyphToPath(glyph)),
  };
  opened.set(name, textFont);
  return textFont;
}

/** A call into WebAssembly costs more than this. */
function remembered<T>(known: Map<number, T>, key: number, make: () => T): T {
  const found = known.get(key);
  if (found !== undefined) return found;
  const made = make();
  known.set(key, made);
  return made;
}

/** `assets/fonts` of this package, wherever the code was built or bundled to. */
function fontFolder(): string {
  for (let folder = dirname(fileURLToPath(import.meta.url)); ; folder = dirname(folder)) {
    const fonts = join(folder, 'assets', 'fonts');
    if (existsSync(fonts)) return fonts;
    if (dirname(folder) === folder)
      throw new Error('the folder assets/fonts of this package is missing: install it again');
  }
}

/** Scripts that one font draws, and characters by which a text needs it. */
const SCRIPTS: readonly (readonly [FontName, RegExp])[] = [
  ['latinExt', /[\u0100-\u024f\u1e00-\u1e9f\u2000-\u20cf\u2c60-\u2c7f\ua720-\ua7ff]/],
  ['vietnamese', /[\u0102-\u01b0\u1ea0-\u1ef9\u20ab]/],
  ['greek', /\p{Script=Greek}/u],
  ['cyrillic', /\p{Script=Cyrillic}/u],
  // With the punctuation that scripts share, such as the Arabic comma.
  ['arabic', /\p{Script_Extensions=Arabic}/u],
  ['hebrew', /[\p{Script=Hebrew}\u20aa]/u],
  ['thai', /[\u0e00-\u0e7f]/],
  ['devanagari', /\p{Script_Extensions=Devanagari}/u],
  ['korean', /\p{Script=Hangul}/u],
];

/**
 * The fonts that a text needs, in the order in which they are asked for a character. Chinese
 * characters are drawn the Japanese way beside kana and the Chinese way otherwise; the Korean font
 * has none.
 */
export function fontsFor(text: string): readonly FontName[] {
  const names: FontName[] = ['latin'];
  for (const [name, characters] of SCRIPTS) if (characters.test(text)) names.push(name);
  if (/[\u3040-\u30ff]/.test(text)) names.push('japanese');
  // Full-width forms and CJK punctuation come with either of the big fonts.
  if (
    /\p{Script=Han}/u.test(text) ||
    (/[\u3000-\u303f\uff00-\uffef]/.test(text) &&
      names.every((name) => name !== 'japanese' && name !== 'korean'))
  ) {
    names.push('chinese');
  }
  if (/[\u2190-\u2bff]/.test(text)) names.push('symbols');
  if (/(?![©®™])\p{Extended_Pictographic}|[\p{Regional_Indicator}\ufe0f\u20e3]/u.test(text))
    names.push('emoji');
  return names;
}
