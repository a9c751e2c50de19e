/**
 * Advance widths of a TrueType font, by character: the little of the format that wrapping a text
 * needs. Trusted files only.
 */
export interface FontMetrics {
  /** In em, or `undefined` when the font has no glyph for the code point. */
  advance(codePoint: number): number | undefined;
}

/** Offset of a table. */
function tableOf(font: Buffer, name: string): number {
  for (let index = 0, count = font.readUInt16BE(4); index < count; index++) {
    const entry = 12 + 16 * index;
    if (font.toString('latin1', entry, entry + 4) === name) return font.readUInt32BE(entry + 8);
  }
  throw new Error(`the font has no table ${name}`);
}

const FAMILY_NAME = 1;
/** Gives the font another family name, in place; it must not be longer than the old one. */
export function renameFamily(font: Buffer, family: string): void {
  const table = tableOf(font, 'name');
  const strings = table + font.readUInt16BE(table + 4);
  const name = Buffer.from(family, 'utf16le').swap16();
  for (let index = 0, count = font.readUInt16BE(table + 2); index < count; index++) {
    const record = table + 6 + 12 * index;
    if (font.readUInt16BE(record + 6) !== FAMILY_NAME) continue;
    if (font.readUInt16BE(record + 8) < name.length)
      throw new Error(`the family name "${family}" is too long`);
    font.writeUInt16BE(name.length, record + 8);
    name.copy(font, strings + font.readUInt16BE(record + 10));
  }
}

export function readFontMetrics(font: Buffer): FontMetrics {
  const table = (name: string): number => tableOf(font, name);
  const unitsPerEm = font.readUInt16BE(table('head') + 18);
  const widths = font.readUInt16BE(table('hhea') + 34);
  const hmtx = table('hmtx');
  const glyphOf = readCharacterMap(font, table('cmap'));
  return {
    advance(codePoint) {
      const glyph = glyphOf(codePoint);
      return glyph === 0
        ? undefined
        : font.readUInt16BE(hmtx + 4 * Math.min(glyph, widths - 1)) / unitsPerEm;
    },
  };
}

/** Format 12 where there is one (all of Unicode), else format 4 (the basic plane). 0: no glyph. */
function readCharacterMap(font: Buffer, cmap: number): (codePoint: number) => number {
  let basic: number | undefined;
  for (let index = 0, count = font.readUInt16BE(cmap + 2); index < count; index++) {
    const offset = cmap + font.readUInt32BE(cmap + 8 + 8 * index);
    const format = font.readUInt16BE(offset);
    if (format === 12) return (codePoint) => glyphInGroups(font, offset, codePoint);
    if (format === 4) basic ??= offset;
  }
  if (basic === undefined) throw new Error('the font has no character map of format 4 or 12');
  const segments = basic;
  return (codePoint) => glyphInSegments(font, segments, codePoint);
}

function glyphInGroups(font: Buffer, table: number, codePoint: number): number {
  let low = 0;
  let high = font.readUInt32BE(table + 12) - 1;
  while (low <= high) {
    const middle = (low + high) >> 1;
    const group = table + 16 + 12 * middle;
    const first = font.readUInt32BE(group);
    if (codePoint < first) high = middle - 1;
    else if (codePoint > font.readUInt32BE(group + 4)) low = middle + 1;
    else return font.readUInt32BE(group + 8) + codePoint - first;
  }
  return 0;
}

function glyphInSegments(font: Buffer, table: number, codePoint: number): number {
  if (codePoint > 0xffff) return 0;
  const doubled = font.readUInt16BE(table + 6);
  let low = 0;
  let high = doubled / 2 - 1;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (font.readUInt16BE(table + 14 + 2 * middle) < codePoint) low = middle + 1;
    else high = middle;
  }
  const start = table + 16 + doubled + 2 * low;
  const first = font.readUInt16BE(start);
  if (codePoint < first || codePoint > font.readUInt16BE(table + 14 + 2 * low)) return 0;
  const delta = font.readUInt16BE(start + doubled);
  const rangeAt = start + 2 * doubled;
  const range = font.readUInt16BE(rangeAt);
  if (range === 0) return (codePoint + delta) & 0xffff;
  const glyph = font.readUInt16BE(rangeAt + range + 2 * (codePoint - first));
  return glyph === 0 ? 0 : (glyph + delta) & 0xffff;
}
