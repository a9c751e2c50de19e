/** Which way the characters of a text run: the Unicode Bidirectional Algorithm, by bidi-js. */
import bidiFactory, { type Bidi } from 'bidi-js';

/** A paragraph, or a part of one. */
export interface Directed {
  readonly text: string;
  /** One for each UTF-16 code unit: odd is right to left. */
  readonly levels: Uint8Array;
  /** Level of the paragraph: 1 where it begins at the right. */
  readonly base: number;
}

/** A character that is written from right to left. Without one, everything runs the other way. */
const RIGHT_TO_LEFT =
  /[\u0590-\u08ff\u200f\ufb1d-\ufdff\ufe70-\ufefc\u{10800}-\u{10fff}\u{1e800}-\u{1efff}]/u;

/** Its types put the function of this CommonJS package below `default`. It is not there. */
const makeBidi = bidiFactory as unknown as () => Bidi;
let bidi: Bidi | undefined;

/** Of a paragraph without line ends. */
export function directed(text: string): Directed {
  if (!RIGHT_TO_LEFT.test(text)) return { text, levels: new Uint8Array(text.length), base: 0 };
  bidi ??= makeBidi();
  // It looks at code units and takes each half of an emoji for a Latin letter; it is as neutral as
  // a star.
  const units = text.replaceAll(/[\u{10000}-\u{10ffff}]/gu, '\u2605\u2605');
  const { levels, paragraphs } = bidi.getEmbeddingLevels(units);
  return { text, levels, base: paragraphs[0]?.level ?? 0 };
}

/** The part from `start` to `end`, with the levels that it has in its paragraph. */
export const part = ({ text, levels, base }: Directed, start: number, end: number): Directed => ({
  text: text.slice(start, end),
  levels: levels.subarray(start, end),
  base,
});

/** Of one direction, between others. */
export interface DirectedRun {
  readonly start: number;
  readonly end: number;
  readonly isRightToLeft: boolean;
}

/** The runs of a line, from the left. */
export function runsFromTheLeft({ text, levels, base }: Directed): readonly DirectedRun[] {
  const runs: DirectedRun[] = [];
  for (let start = 0, end = 1; start < text.length; start = end, end = start + 1) {
    while (end < text.length && levels[end] === levels[start]) end += 1;
    runs.push({ start, end, isRightToLeft: (levels[start] ?? 0) % 2 === 1 });
  }
  if (bidi === undefined || runs.length < 2) return runs;
  const paragraph = { start: 0, end: text.length - 1, level: base };
  const order = bidi.getReorderedIndices(text, { levels, paragraphs: [paragraph] });
  const place = new Map(order.map((unit, index) => [unit, index]));
  return runs.sort((a, b) => (place.get(a.start) ?? 0) - (place.get(b.start) ?? 0));
}
