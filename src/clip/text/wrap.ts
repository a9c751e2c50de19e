/** Text of any language into lines. */
import { directed, type Directed, part } from './direction.ts';
import { graphemes, INVISIBLE } from './shape.ts';

/** More than fills any slate: a prompt may be long, a slate is not. */
const MOST_CHARACTERS = 10_000;

/**
 * A text as it can be drawn: composed, without control characters, and without those that only
 * reverse what stands after them.
 */
export function drawable(text: string): string {
  let out = '';
  const whole = text.slice(0, MOST_CHARACTERS).normalize('NFC').replaceAll(/\r\n?/g, '\n');
  for (const character of whole) {
    if (character === '\n') out += '\n';
    else if (/\s/u.test(character)) out += ' ';
    // Joiners, marks of direction and the look of an emoji have a meaning in the text.
    else if (INVISIBLE.test(character)) out += character;
    else if (!/[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Variation_Selector}]/u.test(character)) out += character;
  }
  return out;
}

/** Never at the beginning of a line. */
const CLOSING = /^[\s、。，．・：；」』】）！？,.!?:;)\]}’”…%ๆฯ]/u;
/**
 * Chinese and Japanese are written without spaces and break anywhere; Thai breaks between words,
 * which a dictionary tells apart; Korean has spaces, and breaks there.
 */
const TOKENS =
  /[\u2e80-\u312f\u3190-\u9fff\uf900-\ufaff\uff00-\uffef]|[\u0e00-\u0e7f]+|\s+|[^\s\u0e00-\u0e7f\u2e80-\u312f\u3190-\u9fff\uf900-\ufaff\uff00-\uffef]+/gu;
const THAI = /^[\u0e00-\u0e7f]/;
const THAI_WORDS = new Intl.Segmenter('th', { granularity: 'word' });

function* piecesOf(paragraph: string): Generator<string> {
  for (const [token] of paragraph.matchAll(TOKENS)) {
    if (!THAI.test(token)) yield token;
    else for (const { segment } of THAI_WORDS.segment(token)) yield segment;
  }
}

/** In em. */
export type Measure = (text: Directed) => number;

/**
 * Wraps drawable text to a width in em. A word that is wider than a line is broken. At most `most`
 * lines; a rest becomes "…".
 */
export function wrap(
  text: string,
  { width, most }: { readonly width: number; readonly most: number },
  measure: Measure,
): { readonly lines: readonly Directed[]; readonly complete: boolean } {
  const lines: Directed[] = [];
  for (const paragraph of text.split('\n')) {
    // A prompt may be long; a slate is not.
    if (lines.length > most) break;
    lines.push(...linesOf(directed(paragraph), { width, most: most + 1 - lines.length }, measure));
  }
  while (lines.length > 1 && lines.at(-1)?.text === '') lines.pop();
  const last = lines[most - 1];
  if (lines.length <= most || last === undefined) return { lines, complete: true };
  return { lines: [...lines.slice(0, most - 1), ellipsis(last, width, measure)], complete: false };
}

/** Of one paragraph; no more than `most` are looked for. */
function linesOf(
  paragraph: Directed,
  { width, most }: { readonly width: number; readonly most: number },
  measure: Measure,
): readonly Directed[] {
  const lines: Directed[] = [];
  let [start, at, filled] = [0, 0, 0];
  const line = (): Directed => trimmed(part(paragraph, start, at));
  for (const token of piecesOf(paragraph.text)) {
    const wide = measure(part(paragraph, at, at + token.length));
    for (const piece of wide > width ? graphemes(token) : [token]) {
      const end = at + piece.length;
      const pieceWidth = piece === token ? wide : measure(part(paragraph, at, end));
      if (filled + pieceWidth > width && at > start && !CLOSING.test(piece)) {
        lines.push(line());
        [start, filled] = [at, 0];
      }
      if (at === start && piece.trim() === '') start = end;
      else filled += pieceWidth;
      at = end;
    }
    if (lines.length >= most) return lines;
  }
  return [...lines, line()];
}

const trimmed = (line: Directed): Directed => part(line, 0, line.text.trimEnd().length);

function ellipsis(line: Directed, width: number, measure: Measure): Directed {
  const letters = graphemes(line.text);
  const { base } = line;
  for (;;) {
    const kept = trimmed(part(line, 0, letters.join('').length));
    const cut = {
      text: `${kept.text}…`,
      levels: Uint8Array.from([...kept.levels, base]),
      base,
    };
    if (letters.length === 0 || measure(cut) <= width) return cut;
    letters.pop();
  }
}
