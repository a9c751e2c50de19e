/** The changes of a branch, in the wording that every output uses. */
import type { BaseDifference, RenderDifference } from '../../plan/compare/with-base.ts';
import { groupBy } from './plan-groups.ts';
import { count, money } from '../text/format.ts';

const WORDS = [
  'new',
  'changed',
  'to be made again',
  'renamed',
  'removed',
  'rendered on this branch',
] as const;

export function wordOf({ kind, before, after }: RenderDifference): (typeof WORDS)[number] {
  switch (kind) {
    case 'added':
      return 'new';
    case 'rendered':
      return 'rendered on this branch';
    case 'state':
      return before?.render.id === after?.render.id ? 'to be made again' : 'renamed';
    case 'changed':
    case 'removed':
      return kind;
  }
}

/** `3 new, 2 changed, 1 removed`. */
export function kindWords(renders: readonly RenderDifference[]): string {
  const groups = groupBy(renders, wordOf);
  return WORDS.flatMap((word) => {
    const list = groups.get(word);
    return list === undefined ? [] : [`${count(list.length)} ${word}`];
  }).join(', ');
}

/** The cost of everything now, beside the cost without the branch. */
export function costWords({ before, after }: Pick<BaseDifference, 'before' | 'after'>): string {
  const now = money(after);
  const isSame =
    now ===
    money({ ...after, exact: before.exact, estimated: before.estimated, unknown: before.unknown });
  return isSame
    ? `This branch changes no cost: ${now} to render, as on the base`
    : `${now} to render, on the base ${money(before)}`;
}
