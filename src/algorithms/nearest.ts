/** Did you mean …? One answer or none: a wrong guess is worse than no hint. */

/**
 * The candidate that was probably meant: the same letters in another case, order of words or
 * spelling, or a few typos away. `undefined` if nothing is near. Linear in the
 * number of candidates; long words are not compared.
 */
export function nearest(word: string, candidates: Iterable<string>): string | undefined {
  const wanted = normal(word);
  if (wanted === '' || word.length > LONGEST) return undefined;
  const allowed = wanted.length < 2 ? 0 : wanted.length < 5 ? 1 : wanted.length < 9 ? 2 : 3;
  const words = inOrder(wanted);
  let best: string | undefined;
  let bestSlips = allowed + 1;
  for (const candidate of candidates) {
    const normalised = normal(candidate);
    if (
      normalised === wanted ||
      (normalised.length === wanted.length && inOrder(normalised) === words)
    )
      return candidate;
    if (Math.abs(normalised.length - wanted.length) >= bestSlips) continue;
    const found = editDistance(wanted, normalised, bestSlips);
    if (found < bestSlips) [best, bestSlips] = [candidate, found];
  }
  return best;
}

const LONGEST = 80;
/**
 * What was probably meant is looked for so often in one manifest: a search among thousands of names
 * for each of thousands of problems takes minutes.
 */
export const MOST_SEARCHES = 100;
/** As most keys are: nothing to make alike. */
const PLAIN = /^[a-z0-9_]*$/;

/** `aspectRatio`, `Aspect-Ratio` and `aspect_ratio` are one word. */
const normal = (word: string): string =>
  PLAIN.test(word)
    ? word
    : word
        .replace(/(\p{Ll})(\p{Lu})/gu, '$1_$2')
        .toLowerCase()
        .replaceAll(/[-\s]+/g, '_');

const inOrder = (word: string): string => word.split('_').sort().join('_');

/**
 * Damerau-Levenshtein distance (swapped neighbours count as one typo), given up at `bound`. Ends
 * that both words share cost nothing. Cells that are `bound` or more from the diagonal cannot be on
 * the way, and are not looked at.
 */
export function editDistance(from: string, to: string, bound: number): number {
  if (Math.abs(from.length - to.length) >= bound) return bound;
  let start = 0;
  while (start < from.length && from[start] === to[start]) start++;
  let [rows, columns] = [from.length - start, to.length - start];
  while (rows > 0 && columns > 0 && from[start + rows - 1] === to[start + columns - 1]) {
    rows--;
    columns--;
  }
  if (rows === 0 || columns === 0) return Math.min(bound, rows + columns);
  let twoAbove: number[] = [];
  let above: number[] = [];
  let current: number[] = [];
  for (let column = 0; column <= columns; column++) above.push(column);
  for (let row = 1; row <= rows; row++) {
    const letter = from[start + row - 1];
    const first = Math.max(1, row - bound + 1);
    const last = Math.min(columns, row + bound - 1);
    current[first - 1] = first === 1 ? row : bound;
    if (last < columns) current[last + 1] = bound;
    let least = current[first - 1] ?? bound;
    for (let column = first; column <= last; column++) {
      const same = letter === to[start + column - 1];
      let cost = Math.min(
        (above[column - 1] ?? 0) + (same ? 0 : 1),
        (above[column] ?? 0) + 1,
        (current[column - 1] ?? 0) + 1,
      );
      if (
        row > 1 &&
        column > 1 &&
        letter === to[start + column - 2] &&
        from[start + row - 2] === to[start + column - 1]
      ) {
        cost = Math.min(cost, (twoAbove[column - 2] ?? 0) + 1);
      }
      current[column] = cost;
      least = Math.min(least, cost);
    }
    if (least >= bound) return bound;
    [twoAbove, above, current] = [above, current, twoAbove];
  }
  return Math.min(bound, above[columns] ?? bound);
}
