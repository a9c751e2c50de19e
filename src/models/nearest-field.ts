/** The documented field that an unknown one was probably meant to be. */

/**
 * The same words in another order (`prompt_negative`), a beginning (`watermark` of
 * `watermark_info`), or a few slips of the finger away (`durration`).
 */
export function nearestField(name: string, candidates: readonly string[]): string | undefined {
  const plain = name.toLowerCase();
  const words = wordsOf(name);
  const reordered = candidates.find((candidate) => wordsOf(candidate) === words);
  if (reordered !== undefined || name.length > 40) return reordered;
  const allowance = Math.min(3, Math.ceil(name.length / 4));
  let best: { readonly candidate: string; readonly slips: number } | undefined;
  for (const candidate of candidates) {
    const slips = editDistance(plain, candidate);
    if (slips <= allowance && (best === undefined || slips < best.slips))
      best = { candidate, slips };
  }
  if (best !== undefined) return best.candidate;
  const longer = candidates.filter((candidate) => candidate.startsWith(`${plain}_`));
  return longer.length === 1 ? longer[0] : undefined;
}

/** `promptNegative`, `prompt-negative` and `negative_prompt` are the same words. */
const wordsOf = (name: string): string =>
  name
    .replace(/([a-z])([A-Z])/g, '$1_$2')
    .toLowerCase()
    .split(/[-_ ]+/)
    .sort()
    .join(' ');

/**
 * Damerau-Levenshtein distance of two short texts: neighbours that are swapped count as one slip.
 */
function editDistance(from: string, to: string): number {
  let twoAbove: readonly number[] = [];
  let above = Array.from({ length: to.length + 1 }, (_, index) => index);
  for (let row = 1; row <= from.length; row++) {
    const current = [row];
    for (let column = 1; column <= to.length; column++) {
      const replaced = (above[column - 1] ?? 0) + (from[row - 1] === to[column - 1] ? 0 : 1);
      const isSwap =
        row > 1 &&
        column > 1 &&
        from[row - 1] === to[column - 2] &&
        from[row - 2] === to[column - 1];
      const swapped = isSwap ? (twoAbove[column - 2] ?? 0) + 1 : replaced;
      current.push(
        Math.min(replaced, swapped, (above[column] ?? 0) + 1, (current[column - 1] ?? 0) + 1),
      );
    }
    [twoAbove, above] = [above, current];
  }
  return above[to.length] ?? 0;
}
