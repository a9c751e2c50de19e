/**
 * Text of slates and contact sheets: every script is drawn, joined, broken and placed as it is
 * read.
 */
import { expect, test } from 'vitest';
import { drawStill } from '../../src/clip/slate/layout.ts';
import { rasterize } from '../../src/clip/slate/raster.ts';
import type { Glyph } from '../../src/clip/text/shape.ts';
import { type Line, loadTypesetter } from '../../src/clip/text/typesetter.ts';
import { drawable } from '../../src/clip/text/wrap.ts';

const TEXTS = {
  Korean: '해 질 녘의 조수 웅덩이',
  Japanese: '夕暮れの潮だまり。「光」',
  Chinese: '日落时分的潮池，灯塔闪烁',
  German: 'Größe über „Süßwasser“ — müde',
  Polish: 'Zażółć gęślą jaźń',
  Vietnamese: 'Tiếng Việt rất đẹp',
  Greek: 'Ελλάδα',
  Russian: 'Москва вечером',
  Arabic: 'ينظر السلطعون إلى الكاميرا، ثم يمشي؟ ٪٥٠',
  Persian: 'می‌خواهم پژواک گچ را ببینم',
  Hebrew: 'סרטן מביט אל המצלמה, שָׁלוֹם ₪',
  Thai: 'ปูมองขึ้นมาที่กล้องแล้วโบกมือ ฿',
  Hindi: 'एक केकड़ा कैमरे की ओर देखता है।',
  emoji: '🦀 👋🏽 👨‍👩‍👧 🏖️ 🇩🇪 1️⃣ ❤️ ☀',
  arrows: '→ ← ↔',
  mixed: 'Łódź, 東京タワー, 서울, Ελλάδα, שלום 🦀 السلطعون ปู',
} as const;

const SIZE = { width: 480, height: 270 };
const slate = async (prompt: string): Promise<Uint8Array> =>
  rasterize(await drawStill({ scene: '', model: 'm', prompt, details: [] }, SIZE));

/** Columns of the prompt's part of a slate that hold light pixels. */
function inkColumns(pixels: Uint8Array): readonly number[] {
  const columns = new Set<number>();
  for (let y = 105; y < 200; y++)
    for (let x = 0; x < SIZE.width; x++)
      if ((pixels[(y * SIZE.width + x) * 4] ?? 0) > 128) columns.add(x);
  return [...columns].sort((a, b) => a - b);
}

async function line(text: string): Promise<Line> {
  return (await loadTypesetter())(text).line(text);
}
const outlines = ({ shaped }: Line): readonly string[] =>
  shaped.glyphs.map(({ outline }) => outline);
/** Draws the same in every font. */
const boxes = async (text: string): Promise<number> => {
  const [box] = outlines(await line('\u{10ffff}'));
  return outlines(await line(text)).filter((one) => one === box).length;
};

test.each(Object.entries(TEXTS))('%s is drawn letter by letter, none missing', async (_, text) => {
  expect(drawable(text)).toBe(text);
  expect(await boxes(text)).toBe(0);
  for (const word of text.split(/\s+/u)) expect(await line(word)).toHaveProperty('text', word);
  for (const word of text.split(/\s+/u)) expect(outlines(await line(word))).not.toEqual([]);
});

test('a slate in each script has ink, and none looks like another', async () => {
  const drawn = new Map<string, string>();
  for (const [language, text] of Object.entries(TEXTS)) {
    const pixels = await slate(text);
    if (inkColumns(pixels).length > 20) drawn.set(Buffer.from(pixels).toString('base64'), language);
  }
  expect([...drawn.values()]).toEqual(Object.keys(TEXTS));
});

test('Arabic letters are joined, Devanagari and emoji are put together', async () => {
  const isolated = await Promise.all([...'سلط'].map(line));
  const joined = outlines(await line('سلط'));
  expect(joined).toHaveLength(3);
  for (const letter of isolated.flatMap(outlines)) expect(joined).not.toContain(letter);
  for (const together of ['क्ष', '👨‍👩‍👧', '👋🏽', '🇩🇪', '1️⃣'])
    expect(outlines(await line(together))).toHaveLength(1);
});

/** From the left. */
const placed = ({ shaped }: Line): readonly string[] =>
  [...shaped.glyphs].sort((a: Glyph, b: Glyph) => a.x - b.x).map(({ outline }) => outline);

test('lines that begin at the right are read from there, other words in them from the left', async () => {
  const [alef] = outlines(await line('א'));
  const [bet] = outlines(await line('ב'));
  const latin = outlines(await line('ab'));
  const hebrewFirst = await line('א ab ב');
  expect(hebrewFirst.isRightToLeft).toBe(true);
  expect(placed(hebrewFirst)).toEqual([bet, ...latin, alef]);
  const latinFirst = await line('ab אב');
  expect(latinFirst.isRightToLeft).toBe(false);
  expect(placed(latinFirst)).toEqual([...latin, bet, alef]);
  // An emoji has no direction of its own.
  expect((await line('🦀 שלום')).isRightToLeft).toBe(true);
  // Brackets open towards what they hold.
  expect(placed(await line('(א)'))).toEqual([
    ...outlines(await line('(')),
    alef,
    ...outlines(await line(')')),
  ]);
});

test('a prompt from right to left stands at the right edge of the slate', async () => {
  const [hebrew, latin] = [inkColumns(await slate('שלום')), inkColumns(await slate('crab'))];
  const margin = 19;
  expect(latin[0]).toBeLessThan(margin + 4);
  expect(latin.at(-1)).toBeLessThan(SIZE.width / 2);
  expect(hebrew.at(-1)).toBeGreaterThan(SIZE.width - margin - 4);
  expect(hebrew[0]).toBeGreaterThan(SIZE.width / 2);
});

test('a character without a glyph is a box, control characters vanish, letters are composed', async () => {
  expect(await boxes('sun বাংলা \u{10ffff} sea')).toBe(3);
  expect(inkColumns(await slate('বাংলা')).length).toBeGreaterThan(10);
  expect(drawable('a\u0000b\u202ec\u200bd\te\r\nf')).toBe('abcd e\nf');
  expect(drawable('Cafe\u0301')).toBe('Caf\u00e9');
});

test('lines keep to the width, break inside long words, and end in an ellipsis when there are too many', async () => {
  const text = `${'word '.repeat(40)}${'x'.repeat(300)} 潮だまりの蟹がカメラを見上げる。${' שלום'.repeat(30)}`;
  const type = (await loadTypesetter())(text);
  const overhang = type.line('。').shaped.width;
  for (const most of [3, 100]) {
    const { lines, complete } = type.lines(text, { width: 12, most });
    expect(complete).toBe(most === 100);
    expect(lines.length).toBeLessThanOrEqual(most);
    // A closing mark may hang over.
    for (const { shaped } of lines) expect(shaped.width).toBeLessThanOrEqual(12 + overhang);
    expect(lines.at(-1)?.text.endsWith('…')).toBe(most === 3);
  }
});

test('Thai breaks between words, emoji between pictures', async () => {
  const text = 'ปูมองขึ้นมาที่กล้องแล้วโบกมือ';
  const { lines } = (await loadTypesetter())(text).lines(text, { width: 5, most: 20 });
  expect(lines.length).toBeGreaterThan(2);
  const words = [...new Intl.Segmenter('th', { granularity: 'word' }).segment(text)];
  const ends = words.map(({ index, segment }) => index + segment.length);
  let at = 0;
  for (const { text: shown } of lines) {
    at += shown.length;
    expect(ends).toContain(at);
  }
  const families = '👨‍👩‍👧'.repeat(9);
  const wrapped = (await loadTypesetter())(families).lines(families, { width: 5, most: 20 });
  expect(wrapped.lines.map((one) => one.shaped.glyphs.length)).toEqual([3, 3, 3]);
});
