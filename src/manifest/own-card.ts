/** Model cards that a manifest brings along: `use: ./models/wan.yaml`. */
import type { Place } from '../diagnostic.ts';
import type { LocatedMap } from '../scene.ts';
import { check } from './language/check.ts';
import { cardSchema } from './language/card-schema.ts';
import { describe } from './values/located.ts';
import type { Report } from './values/problems.ts';
import type { Reader } from './values/reader.ts';
import { parseYaml } from './yaml/parse.ts';

/** Whether `use` names a file and not a model of the catalogue. */
export const namesCard = (use: string): boolean => /^\.{1,2}\/|\.ya?ml$/i.test(use);

/** The written card, of the right shape; `undefined` after reporting the problem. */
export function readCard(
  use: { readonly text: string; readonly place: Place },
  reader: Reader,
  folder: string,
  report: Report,
): LocatedMap | undefined {
  const file = reader.read(use.text, folder, 'manifest', use.place, report);
  if (file === undefined) return undefined;
  const root = parseYaml(file.source, report);
  if (root === undefined) return undefined;
  if (root.kind !== 'map') {
    report({
      code: 'wrong-type',
      message: `the model card is ${describe(root)}; expected a map`,
      place: root.place,
      hint: 'Write a first card with `rushes models new apimart/<model>`.',
    });
    return undefined;
  }
  return check({ schema: cardSchema, value: root, label: 'the model card' }, report)
    ? root
    : undefined;
}
