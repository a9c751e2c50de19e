/**
 * The committed fonts, unpacked when a text needs them and then kept: a machine that renders needs
 * none of its own.
 */
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { brotliDecompressSync } from 'node:zlib';
import { type FontMetrics, readFontMetrics, renameFamily } from './font-metrics.ts';

export interface SlateFont extends FontMetrics {
  /** As SVG names it. */
  readonly family: string;
  readonly bytes: Uint8Array;
}

/** File of each, and a family name of our own; see assets/fonts/README.md. */
const FONTS = {
  latin: ['noto-sans-latin-400', 'Slate-lat'],
  bold: ['noto-sans-latin-600', 'Slate-bld'],
  latinExt: ['noto-sans-latin-ext-400', 'Slate-ext'],
  vietnamese: ['noto-sans-vietnamese-400', 'Slate-vie'],
  greek: ['noto-sans-greek-400', 'Slate-grk'],
  cyrillic: ['noto-sans-cyrillic-400', 'Slate-cyr'],
  korean: ['noto-sans-kr-korean-400', 'Slate-kor'],
  japanese: ['noto-sans-jp-japanese-400', 'Slate-jpn'],
  chinese: ['noto-sans-sc-chinese-simplified-400', 'Slate-chn'],
  mono: ['ibm-plex-mono-latin-500', 'Slate-mon'],
} as const;
type FontName = keyof typeof FONTS;

const opened = new Map<FontName, SlateFont>();

/**
 * Some 1 ms for a small font, 11 ms for Chinese; at once the second time. Throws only when the
 * package is incomplete.
 */
export function openFont(name: FontName): SlateFont {
  const known = opened.get(name);
  if (known !== undefined) return known;
  const [file, family] = FONTS[name];
  const bytes = brotliDecompressSync(readFileSync(join(fontFolder(), `${file}.ttf.br`)));
  // Five of the files are all called "Noto Sans", and the renderer would never look beyond the
  // first of them.
  renameFamily(bytes, family);
  const font: SlateFont = { family, bytes, ...readFontMetrics(bytes) };
  opened.set(name, font);
  return font;
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

/**
 * The fonts that a text needs, in the order in which they are asked for a character. Chinese
 * characters are drawn the Japanese way beside kana and the Chinese way otherwise; the Korean font
 * has none.
 */
export function fontsFor(text: string): readonly SlateFont[] {
  const names: FontName[] = ['latin'];
  if (/[\u0100-\u024f\u1e00-\u1e9f\u2000-\u20cf\u2c60-\u2c7f\ua720-\ua7ff]/.test(text))
    names.push('latinExt');
  if (/[\u0102-\u01b0\u1ea0-\u1ef9\u20ab]/.test(text)) names.push('vietnamese');
  if (/\p{Script=Greek}/u.test(text)) names.push('greek');
  if (/\p{Script=Cyrillic}/u.test(text)) names.push('cyrillic');
  const kana = /[\u3040-\u30ff]/.test(text);
  if (/\p{Script=Hangul}/u.test(text)) names.push('korean');
  if (kana) names.push('japanese');
  // Full-width forms and CJK punctuation come with either of the big fonts.
  if (
    /\p{Script=Han}/u.test(text) ||
    (/[\u3000-\u303f\uff00-\uffef]/.test(text) &&
      names.every((name) => name !== 'japanese' && name !== 'korean'))
  ) {
    names.push('chinese');
  }
  return names.map(openFont);
}
