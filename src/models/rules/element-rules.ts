/** Card rules for elements that are made on the fly: names, and `@name` in prompts. */
import type { JsonObject } from '../../scene.ts';
import { list, objects, text } from '../fields.ts';
import { quoted } from '../format-value.ts';
import type { ModelSettings } from '../model.ts';
import type { Breach } from '../rule.ts';
import type { Card } from '../card/card.ts';
import { promptsOf } from '../card/paths.ts';
import { referencesIn, elementHint, strayReferences } from '../text/references.ts';

export const elementBreaches = (
  aspect: 'unique' | 'mentioned',
  card: Card,
): ((body: JsonObject, settings: ModelSettings) => Iterable<Breach>) =>
  aspect === 'unique' ? repeated : (body, settings) => unmentioned(body, card, settings);

function* repeated(body: JsonObject): Generator<Breach> {
  const names = new Set<string>();
  for (const [index, element] of objects(list(body, 'element_list'))) {
    const name = text(element, 'name');
    if (name === undefined) continue;
    if (names.has(name))
      yield {
        path: ['element_list', index, 'name'],
        message: `two elements have the name ${quoted(name)}`,
      };
    names.add(name);
  }
}

function* unmentioned(body: JsonObject, card: Card, { hasCast }: ModelSettings): Generator<Breach> {
  const prompts = [...promptsOf(body, card)];
  const elements = objects(list(body, 'element_list')).flatMap(([index, element]) => {
    const name = text(element, 'name');
    return name === undefined || name === '' ? [] : [{ index, name }];
  });
  const names = [...new Set(elements.map(({ name }) => name))];
  const used = new Set<string>();
  for (const [path, prompt] of prompts) {
    if (!prompt.includes('@')) continue;
    for (const { name } of referencesIn(prompt, names)) used.add(name);
    if (hasCast === true) continue;
    for (const stray of strayReferences(prompt, names)) {
      yield {
        path,
        part: [stray.start, stray.end],
        message: `@${stray.name} names no element`,
        hint: elementHint(stray, names),
      };
    }
  }
  for (const { index, name } of elements) {
    if (!used.has(name))
      yield { path: ['element_list', index, 'name'], message: `no prompt mentions @${name}` };
  }
}
