/** Elements that are made on the fly: a name, a description and pictures, the first one frontal. */
import type { SceneElement } from '../../scene.ts';
import type { From } from './from.ts';
import type { Translator } from '../translation.ts';

export function describedElements(
  given: readonly From<SceneElement>[],
  rule: string,
  into: Translator,
): void {
  const incomplete = given.flatMap(({ value: { description, images }, from }, index) => [
    ...(description === undefined ? [[index, 'description', from] as const] : []),
    ...(images === undefined ? [[index, 'images', from] as const] : []),
  ]);
  for (const [index, part, [word, ...path]] of incomplete) {
    into.refuse(word, `element ${JSON.stringify(given[index]?.value.name)} has no ${part}`, {
      path,
      rule,
      hint: 'Here an element is made on the fly: it needs a description and 2 to 4 images, the first one frontal.',
    });
  }
  if (incomplete.length > 0) return;
  into.set(
    'element_list',
    given.map(({ value: { name, description = '', images = [] } }) => ({
      name,
      description,
      element_input_urls: images,
    })),
    [given[0]?.from[0] ?? 'elements'],
    Object.fromEntries(
      given.flatMap(({ value: { images = [] }, from }, index) => [
        [`element_list.${index}`, from],
        [`element_list.${index}.name`, [...from, 'name']],
        [`element_list.${index}.description`, [...from, 'description']],
        [`element_list.${index}.element_input_urls`, [...from, 'images']],
        ...images.map(
          (_, image) =>
            [
              `element_list.${index}.element_input_urls.${image}`,
              [...from, 'images', image],
            ] as const,
        ),
      ]),
    ),
  );
}
