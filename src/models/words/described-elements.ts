/** Elements that are made on the fly: a name, a description and pictures, the first one frontal. */
import type { Words } from '../../scene.ts';
import type { Translator } from '../translation.ts';

export function describedElements(
  elements: NonNullable<Words['elements']>,
  rule: string,
  into: Translator,
): void {
  const incomplete = elements.flatMap(({ description, images }, index) => [
    ...(description === undefined ? [[index, 'description'] as const] : []),
    ...(images === undefined ? [[index, 'images'] as const] : []),
  ]);
  for (const [index, part] of incomplete) {
    into.refuse('elements', `element ${JSON.stringify(elements[index]?.name)} has no ${part}`, {
      path: [index],
      rule,
      hint: 'Here an element is made on the fly: it needs a description and 2 to 4 images, the first one frontal.',
    });
  }
  if (incomplete.length > 0) return;
  into.set(
    'element_list',
    elements.map(({ name, description = '', images = [] }) => ({
      name,
      description,
      element_input_urls: images,
    })),
    ['elements'],
    Object.fromEntries(
      elements.flatMap(({ images = [] }, index) => [
        [`element_list.${index}`, ['elements', index]],
        [`element_list.${index}.name`, ['elements', index, 'name']],
        [`element_list.${index}.description`, ['elements', index, 'description']],
        [`element_list.${index}.element_input_urls`, ['elements', index, 'images']],
        ...images.map(
          (_, image) =>
            [
              `element_list.${index}.element_input_urls.${image}`,
              ['elements', index, 'images', image],
            ] as const,
        ),
      ]),
    ),
  );
}
