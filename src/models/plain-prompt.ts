/**
 * Prompts that every model treats alike: the text goes into the field `prompt` unchanged, and no
 * rule, price or clip depends on what it says. A rule of a new model that looks into such a prompt
 * belongs here too; a test holds every model to it.
 */

/** No limit of any model is shorter, not even one that is advice: UTF-16 units. */
const MAX_UNITS = 500;

/**
 * Not blank, not long, without references (`@name`, `<<<element_1>>>`), no link, and such that
 * UTF-8 can carry it.
 */
export const isPlainPrompt = (prompt: string): boolean =>
  prompt.length <= MAX_UNITS && /^(?!\s*$|https?:)[^@<\p{Surrogate}]*$/iu.test(prompt);
