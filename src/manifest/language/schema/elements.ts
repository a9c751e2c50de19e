/** People, places and things: the cast of a manifest, and the elements of a scene. */
import * as z from 'zod';
import type { GatewayName } from '../../../ids.ts';
import { name, picture } from './values.ts';

/** Gateways whose models take elements made beforehand, by their ids. */
const ELEMENT_ID_GATEWAYS = ['evolink'] as const satisfies readonly GatewayName[];

const elementIds = z
  .strictObject(
    Object.fromEntries(
      ELEMENT_ID_GATEWAYS.map((gateway) => [
        gateway,
        z
          .string()
          .min(1)
          .optional()
          .meta({ description: 'The id that this gateway gave it.', examples: ['1234567890'] }),
      ]),
    ),
  )
  .optional()
  .meta({
    description: 'Ids of elements made beforehand, by gateway.',
    examples: [{ evolink: '1234567890' }],
  });

const imagesLike = (example: readonly string[]) =>
  z
    .array(picture)
    .min(1)
    .optional()
    .meta({
      description:
        'Pictures, the first one frontal: paths relative to this file, or https:// links.',
      examples: [[...example]],
    });

export const element = z
  .strictObject({
    name: name.meta({ description: 'Its name; @name in a prompt means it.', examples: ['dog'] }),
    description: z
      .string()
      .optional()
      .meta({
        description: 'Its appearance.',
        examples: ['A small brown dog with a red collar'],
      }),
    images: imagesLike(['refs/dog-front.png', 'refs/dog-side.png']),
    ids: elementIds,
  })
  .meta({
    title: 'Element',
    description: 'A person or thing that stays the same from shot to shot.',
  });

const castMember = z
  .strictObject({
    description: z
      .string()
      .min(1)
      .optional()
      .meta({
        description:
          'Its appearance, in words that fit into a prompt: models without elements and references get them instead of @name.',
        examples: ['a lighthouse keeper in a yellow raincoat'],
      }),
    images: imagesLike(['cast/keeper-front.jpg', 'cast/keeper-side.jpg']),
    ids: elementIds,
  })
  .meta({ title: 'Cast member', description: 'A person, a place or a thing of the manifest.' });

/** Members by name; each is checked separately. */
export const castSchema = z.record(name, castMember);

/** Two elements of a scene have two names. */
export function uniqueNames(
  payload: z.core.ParsePayload<readonly { readonly name: string }[]>,
): void {
  const seen = new Set<string>();
  for (const [index, { name: text }] of payload.value.entries()) {
    if (seen.has(text)) {
      const message = `is the name of two elements`;
      payload.issues.push({
        code: 'custom',
        input: text,
        path: [index, 'name'],
        message,
        params: { code: 'wrong-value', hint: 'Give each element its own name.' },
      });
    }
    seen.add(text);
  }
}
