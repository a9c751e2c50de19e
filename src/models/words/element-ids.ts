/**
 * Elements where the gateway takes ids of elements made beforehand, and prompts mention them by
 * number.
 */
import type { SceneElement, Words } from '../../scene.ts';
import type { From } from './from.ts';
import type { Translator } from '../translation.ts';
import { referencesIn, elementHint, strayReferences } from '../text/references.ts';
import { listedShots } from './shots.ts';

/** Elements that were made beforehand: their ids go into the body, in the order of the scene. */
export function translateElementIds(
  given: readonly From<SceneElement>[],
  rule: string,
  into: Translator,
): void {
  const ids = given.map(({ value }) => value.ids?.['evolink']);
  for (const { value, from } of given) {
    if (value.ids?.['evolink'] !== undefined) continue;
    const [word, ...path] = from;
    into.refuse(word, `element ${JSON.stringify(value.name)} has no id for EvoLink`, {
      path,
      rule,
      hint: 'Here elements are made beforehand (kling-custom-element): add ids: { evolink: <element id> }.',
    });
  }
  if (ids.includes(undefined)) return;
  into.setBelow(
    'model_params',
    'element_list',
    ids.map((id = '') => ({ element_id: id })),
    [given[0]?.from[0] ?? 'elements'],
    Object.fromEntries(
      given.flatMap(({ from }, index) => [
        [`model_params.element_list.${index}`, from],
        [`model_params.element_list.${index}.element_id`, [...from, 'ids', 'evolink']],
      ]),
    ),
  );
}

/** Once translated, a name is only a number: what is not meant by any prompt is found here. */
export function checkReferences(words: Words, names: readonly string[], into: Translator): void {
  const shots = (listedShots(words) ?? []).map(({ prompt }, index) => ({
    word: 'shots' as const,
    path: [index, 'prompt'],
    prompt,
  }));
  const prompts = [
    ...(words.prompt === undefined
      ? []
      : [{ word: 'prompt' as const, path: [], prompt: words.prompt }]),
    ...shots,
  ];
  const used = new Set<string>();
  for (const { word, path, prompt } of prompts) {
    for (const { name } of referencesIn(prompt, names)) used.add(name);
    // With a cast, names without a member are reported once for all models.
    if (words.cast !== undefined) continue;
    for (const stray of strayReferences(prompt, names)) {
      into.warn(word, `@${stray.name} names no element`, {
        path,
        part: [stray.start, stray.end],
        hint: elementHint(stray, names),
      });
    }
  }
  for (const [index, name] of names.entries()) {
    if (!used.has(name))
      into.warn('elements', `no prompt mentions @${name}`, { path: [index, 'name'] });
  }
}
