/** The documented field that an unknown one probably stands for. */
import { editDistance } from '../algorithms/nearest.ts';

/**
 * The same words in another order (`prompt_negative`), a beginning (`watermark` of
 * `watermark_info`), or a few typos away (`durration`).
 */
export function nearestField(name: string, candidates: readonly string[]): string | undefined {
  const plain = name.toLowerCase();
  const words = wordsOf(name);
  const reordered = candidates.find((candidate) => wordsOf(candidate) === words);
  if (reordered !== undefined || name.length > 40) return reordered;
  const allowance = Math.min(3, Math.ceil(name.length / 4));
  let best: { readonly candidate: string; readonly slips: number } | undefined;
  for (const candidate of candidates) {
    const bound = best?.slips ?? allowance + 1;
    const slips = editDistance(plain, candidate, bound);
    if (slips < bound) best = { candidate, slips };
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
