/** The changes of a branch, in the wording that every output uses. */
import type { BaseDifference, RenderDifference } from '../../plan/compare/with-base.ts';
import { groupBy } from './plan-groups.ts';
import { count, money, qualified } from '../text/format.ts';

const WORDS = [
  'new',
  'changed',
  'changed but pinned at no cost',
  'to be made again',
  'renamed',
  'removed',
  'rendered on this branch',
] as const;

/** A pinned render is never made again, whatever changes. */
const isPinned = ({ after }: RenderDifference): boolean =>
  after?.action.kind === 'hold' && after.action.reason === 'pinned';

/** What the branch asks for otherwise, and is made again for it. */
export const changedOf = (renders: readonly RenderDifference[]): readonly RenderDifference[] =>
  renders.filter((render) => render.kind === 'changed' && !isPinned(render));

function wordOf(render: RenderDifference): (typeof WORDS)[number] {
  const { kind, from } = render;
  switch (kind) {
    case 'added':
      return 'new';
    case 'rendered':
      return 'rendered on this branch';
    case 'state':
      return from === undefined ? 'to be made again' : 'renamed';
    case 'changed':
      return isPinned(render) ? 'changed but pinned at no cost' : kind;
    case 'removed':
      return kind;
  }
}

/** Ids, with their manifests where the differences are of several. */
export function namesOf(
  renders: readonly RenderDifference[],
): (named: Pick<RenderDifference, 'manifest' | 'id'>) => string {
  const manifests = new Set(
    renders.flatMap(({ manifest, from }) => [manifest, from?.manifest ?? manifest]),
  );
  return ({ manifest, id }) => (manifests.size > 1 ? qualified(manifest, id) : id);
}

/** `old/kling -> crab/kling` for each that has only another name. */
export function renamesOf(renders: readonly RenderDifference[], arrow: string): readonly string[] {
  const nameOf = namesOf(renders);
  return renders.flatMap((render) =>
    render.from === undefined || wordOf(render) !== 'renamed'
      ? []
      : [`${nameOf(render.from)} ${arrow} ${nameOf(render)}`],
  );
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
