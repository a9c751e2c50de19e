/**
 * Rules about the length of texts, the same for every model but for their numbers. Lengths are
 * Unicode code points (R33).
 */
import type { JsonObject } from '../../scene.ts';
import { codePoints, list, objects, text } from '../fields.ts';
import type { BodyPath } from '../model.ts';
import type { Breach } from '../rule.ts';
import { fieldName } from '../format-value.ts';

/** A breach if the text is longer than `most` code points. */
export function* tooLong(
  path: BodyPath,
  value: string | undefined,
  most: number,
): Generator<Breach> {
  // A text of n UTF-16 units has at most n code points: most texts need no counting.
  if (value === undefined || value.length <= most) return;
  const points = codePoints(value);
  if (points > most)
    yield {
      path,
      message: `${fieldName(path)} has ${points} characters, more than ${most} (Unicode code points)`,
    };
}

/** The prompts of the shots in `parent.multi_prompt`, with their paths. */
export function* shotPrompts(
  parent: JsonObject | undefined,
  path: BodyPath,
): Generator<readonly [BodyPath, string]> {
  for (const [index, shot] of objects(
    parent === undefined ? undefined : list(parent, 'multi_prompt'),
  )) {
    const prompt = text(shot, 'prompt');
    if (prompt !== undefined) yield [[...path, 'multi_prompt', index, 'prompt'], prompt];
  }
}
