/** Paths as cards write them, and the prompts of a body. */
import type { JsonObject } from '../../scene.ts';
import { object, text } from '../fields.ts';
import type { BodyPath } from '../model.ts';
import { shotPrompts } from '../text/prompts.ts';
import type { Card, Shots } from './card.ts';

/** `image_urls.1` -> `['image_urls', 1]`. */
export const pathOf = (path: string): BodyPath =>
  path
    .replaceAll(/\[\w+\]/g, '')
    .split('.')
    .map((step) => (/^\d+$/.test(step) ? Number(step) : step));

/** The prompt and the prompts of the shots. */
export function* promptsOf(
  body: JsonObject,
  { shots }: Pick<Card, 'shots'>,
): Generator<readonly [BodyPath, string]> {
  const prompt = text(body, 'prompt');
  if (prompt !== undefined) yield [['prompt'], prompt];
  if (shots === undefined) return;
  const { inside } = shots;
  yield* shotPrompts(
    inside === undefined ? body : object(body, inside),
    inside === undefined ? [] : [inside],
  );
}

/** The object that holds the shot fields. */
export const shotParent = ({ inside }: Shots, body: JsonObject): JsonObject =>
  inside === undefined ? body : (object(body, inside) ?? {});

export const shotPath = ({ inside }: Shots, ...rest: BodyPath): BodyPath =>
  inside === undefined ? rest : [inside, ...rest];
