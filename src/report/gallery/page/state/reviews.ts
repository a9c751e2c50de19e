/** Decisions of other people, from the files that the page was written with. */
import type { ReviewDecision } from '../../review-file.ts';
import type { Item } from '../model/review.ts';
import { review } from './page.ts';

export interface Opinion {
  readonly by: string;
  readonly decision: ReviewDecision;
}

export function opinionsOf({ render }: Item): readonly Opinion[] {
  const digest = render.clip?.sha256;
  if (digest === undefined) return [];
  return (review.data.reviews ?? []).flatMap(({ by, clips }, index) => {
    const decision = clips[digest];
    return decision === undefined
      ? []
      : [{ by: by === '' ? `reviewer ${index + 1}` : by, decision }];
  });
}

/** `2 ✓ 1 ✕`; empty if no other person reviewed the clip. */
export function opinionWords(item: Item): string {
  const opinions = opinionsOf(item);
  const count = (name: 'pick' | 'reject', sign: string): string[] => {
    const number = opinions.filter(({ decision }) => decision[name] === true).length;
    return number === 0 ? [] : [`${number} ${sign}`];
  };
  return [...count('pick', '✓'), ...count('reject', '✕')].join(' ');
}
