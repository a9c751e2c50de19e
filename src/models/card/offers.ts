/** Which values of a word a card offers, read off its table. */
import { defined } from '../../defined.ts';
import { RATIOS, RESOLUTIONS, type Ratio, type Resolution, type Word, WORDS } from '../../scene.ts';
import type { Offers } from '../model.ts';
import type { Binding, Card, Field, Scalar } from './card.ts';
import { fieldAt } from './conditions.ts';

export type CardOffers = Pick<Offers, 'duration' | 'resolution' | 'aspect_ratio'>;

export function offersOf(card: Card): Offers {
  const values = (word: Word): readonly Scalar[] => valuesOf(card.words[word], card);
  return {
    duration: values('duration').filter((value): value is number => Number(value) > 0),
    resolution: RESOLUTIONS.filter((one): one is Resolution => values('resolution').includes(one)),
    aspect_ratio: RATIOS.filter((one): one is Ratio => values('aspect_ratio').includes(one)),
    unsupported: WORDS.filter((word) => !Object.hasOwn(card.words, word)),
    ...defined({ promptCodePoints: card.longestPrompt }),
  };
}

function valuesOf(binding: Binding | true | undefined, { fields }: Card): readonly Scalar[] {
  if (binding === undefined || binding === true) return [];
  if (typeof binding === 'object' && binding.only !== undefined) return [binding.only];
  if (typeof binding === 'object' && binding.values !== undefined)
    return Object.keys(binding.values);
  const field = fieldAt(fields, typeof binding === 'string' ? binding : binding.field);
  return field === undefined ? [] : fieldValues(field);
}

function fieldValues(field: Field): readonly Scalar[] {
  if (field.type === 'choice') return field.values;
  if (field.type !== 'whole') return [];
  const { from = 1, to = 0 } = field;
  return Array.from({ length: Math.max(0, to - from + 1) }, (_, index) => from + index);
}
