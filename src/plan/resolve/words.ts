/** The portable words of a scene as plain values, as every model is asked to translate them. */
import { type LocatedMap, plain, RATIO_WORDS, WORDS, type Words } from '../../scene.ts';

/**
 * The manifest room has checked the shapes; words for ratios (`portrait`) become the ratios here.
 */
export function wordsOf(merged: LocatedMap): Words {
  const words: Record<string, unknown> = {};
  for (const word of WORDS) {
    const entry = merged.entries.get(word);
    if (entry !== undefined) words[word] = plain(entry.value);
  }
  const cast = merged.entries.get('cast');
  if (cast !== undefined) words['cast'] = plain(cast.value);
  const ratio = words['aspect_ratio'];
  if (typeof ratio === 'string' && Object.hasOwn(RATIO_WORDS, ratio))
    words['aspect_ratio'] = RATIO_WORDS[ratio as keyof typeof RATIO_WORDS];
  return words;
}
