/** Shots that are written into the prompt of the turbo models: `Shot 1, 3, a door opens;`. */
import type { RuleRow } from '../card/card.ts';
import { codePoints, field, text } from '../fields.ts';

const MOST = 6;
const LONGEST = 512;
/**
 * Number and seconds; the words stand behind, to the next semicolon. Signs of half or full width.
 */
const HEAD = /(?:\bshot|镜头)\s*\d{1,2}\s*[,，]\s*(\d{1,4}(?:\.\d{1,3})?)\s*[,，]/iu;

interface ShotLine {
  readonly seconds: number;
  readonly words: string;
}

/**
 * Piece by piece: one expression for all would look at the rest of a long prompt from each shot.
 */
const linesIn = (prompt: string): readonly ShotLine[] =>
  prompt
    .split(/[;；]/)
    .slice(0, -1)
    .flatMap((piece) => {
      const head = HEAD.exec(piece);
      return head === null
        ? []
        : [{ seconds: Number(head[1]), words: piece.slice(head.index + head[0].length) }];
    });

/** KT13 and EU7: the model reads such lines, and says nothing when they do not fit. */
export const shotLinesRow = (rule: string, mark: 'documented' | 'observed'): RuleRow => ({
  rule,
  text: `Shots in the prompt (Shot 1, 3, words;): at most ${MOST}, 1 second and ${LONGEST} characters each, together as long as the clip.`,
  verdict: 'warn',
  mark,
  *breaches(body) {
    const lines = linesIn(text(body, 'prompt') ?? '');
    if (lines.length === 0) return;
    const seconds = lines.map((line) => line.seconds);
    // Thousandths are the finest that a line can say: 1 and 1.1 and 2.2 and 1.7 are 6.
    const sum = Math.round(seconds.reduce((all, one) => all + one, 0) * 1000) / 1000;
    const { duration = 5 } = { duration: field(body, 'duration') };
    const problem =
      lines.length > MOST
        ? `${lines.length} shots, and the model takes ${MOST}`
        : seconds.some((one) => one < 1)
          ? 'a shot of less than 1 second'
          : lines.some(({ words }) => codePoints(words.trim()) > LONGEST)
            ? `a shot of more than ${LONGEST} characters`
            : typeof duration === 'number' && sum !== duration
              ? `shots of ${sum} seconds together, and duration is ${duration}`
              : undefined;
    if (problem !== undefined) yield { path: ['prompt'], message: `prompt holds ${problem}` };
  },
});
