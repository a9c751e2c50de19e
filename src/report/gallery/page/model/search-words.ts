/** The text that free search words are looked for in, in lower case, made when first needed. */
import type { Item } from './review.ts';

const words = new WeakMap<Item, string>();
/** By prompt: the models of a scene mostly share one, and it is the longest text of all. */
const prompts = new Map<string, string>();

/** Whether the word occurs in what the page says of the render. `word`: in lower case. */
export const isInWords = (item: Item, word: string): boolean =>
  wordsOf(item).includes(word) || promptOf(item).includes(word);

function wordsOf(item: Item): string {
  const known = words.get(item);
  if (known !== undefined) return known;
  const { alias, model, because, error, mismatch = [] } = item.render;
  const made = [item.key, alias, model, ...item.scene.tags, because, error?.message, ...mismatch]
    .filter((text) => text !== undefined && text !== '')
    .join('\n')
    .toLowerCase();
  words.set(item, made);
  return made;
}

function promptOf({ prompt }: Item): string {
  const known = prompts.get(prompt);
  if (known !== undefined) return known;
  const made = prompt.toLowerCase();
  prompts.set(prompt, made);
  return made;
}
