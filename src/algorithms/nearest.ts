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

/** Damerau-Levenshtein distance (swapped neighbours count as one typo), given up at `bound`. */
export function editDistance(from: string, to: string, bound: number): number {
  let twoAbove: number[] = [];
  let above = Array.from({ length: to.length + 1 }, (_, column) => column);
  for (let row = 1; row <= from.length; row++) {
    const current = [row];
    let least = row;
    for (let column = 1; column <= to.length; column++) {
      const same = from[row - 1] === to[column - 1];
      let cost = Math.min(
        (above[column - 1] ?? 0) + (same ? 0 : 1),
        (above[column] ?? 0) + 1,
        (current[column - 1] ?? 0) + 1,
      );
      if (
        row > 1 &&
        column > 1 &&
        from[row - 1] === to[column - 2] &&
        from[row - 2] === to[column - 1]
      ) {
        cost = Math.min(cost, (twoAbove[column - 2] ?? 0) + 1);
      }
      current.push(cost);
      least = Math.min(least, cost);
    }
    if (least >= bound) return bound;
    [twoAbove, above] = [above, current];
  }
  return above[to.length] ?? bound;
}
