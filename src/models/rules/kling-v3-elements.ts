/** Elements of kling-v3 (R17 and R18 of the APIMart sheet). */
import type { JsonObject } from '../../scene.ts';
import { list, objects, text } from '../fields.ts';
import type { BodyPath } from '../model.ts';
import type { Rule } from '../rule.ts';
import { quoted } from '../format-value.ts';
import { shotPrompts } from '../shared/prompts.ts';
import { referencesIn, strayHint, strayReferences } from '../shared/references.ts';

export const klingV3ElementRules: readonly Rule[] = [
  {
    rule: 'R17',
    text: 'At most 3 elements, each with name, description and 2 to 4 images.',
    verdict: 'refuse',
    mark: 'seed',
    hint: 'Each element has a name, a description and 2 to 4 images, the first one frontal.',
    fields: [
      'element_list',
      'element_list.*',
      'element_list.*.name',
      'element_list.*.description',
      'element_list.*.element_input_urls',
      'element_list.*.element_input_urls.*',
    ],
  },
  {
    rule: 'R17',
    text: 'No two elements have one name.',
    verdict: 'warn',
    mark: 'assumption',
    about: ['element_list'],
    *breaches(body) {
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
    },
  },
  {
    rule: 'R18',
    text: 'Every @name in the prompts names an element, and every element is used.',
    verdict: 'warn',
    mark: 'assumption',
    *breaches(body) {
      const prompts = [...promptsOf(body)];
      const elements = objects(list(body, 'element_list')).flatMap(([index, element]) => {
        const name = text(element, 'name');
        return name === undefined || name === '' ? [] : [{ index, name }];
      });
      const names = [...new Set(elements.map(({ name }) => name))];
      const used = new Set<string>();
      for (const [path, prompt] of prompts) {
        if (!prompt.includes('@')) continue;
        for (const { name } of referencesIn(prompt, names)) used.add(name);
        for (const { name, start, end } of strayReferences(prompt, names)) {
          yield {
            path,
            part: [start, end],
            message: `@${name} names no element`,
            hint: strayHint(name, names),
          };
        }
      }
      for (const { index, name } of elements) {
        if (!used.has(name))
          yield { path: ['element_list', index, 'name'], message: `no prompt mentions @${name}` };
      }
    },
  },
];

function* promptsOf(body: JsonObject): Generator<readonly [BodyPath, string]> {
  const prompt = text(body, 'prompt');
  if (prompt !== undefined) yield [['prompt'], prompt];
  yield* shotPrompts(body, []);
}
