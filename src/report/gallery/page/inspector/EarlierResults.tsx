/** What the render came to before: clips that were paid for and are kept in the lock. */
import type { JSX } from 'preact';
import { Media } from '../matrix/media.tsx';
import { type Item, itemOf } from '../model/review.ts';
import { costWords, lengthWords, timeWords } from '../model/words.ts';
import { review } from '../state/page.ts';
import { open, opened } from '../state/view.ts';

export function EarlierResults({ item }: { readonly item: Item }): JSX.Element | null {
  const current = review.byKey.get(item.key.replace(/~\d+$/, '')) ?? item;
  const earlier = (current.render.earlier ?? []).flatMap((_, index) => {
    const one = itemOf(review, `${current.key}~${index + 1}`);
    return one === undefined ? [] : [one];
  });
  if (earlier.length === 0) return null;
  return (
    <section>
      <h3>Results of this render</h3>
      <ul class="results">
        {[current, ...earlier].map((one) => (
          <li key={one.key}>
            <button
              type="button"
              class="result"
              aria-current={one.key === opened.value?.key}
              onClick={() => open(one)}
            >
              <span class="thumb-frame">
                <Media item={one} />
              </span>
              <span>
                <b>{one === current ? 'current' : 'earlier'}</b>
                <span>{resultWords(one)}</span>
              </span>
            </button>
          </li>
        ))}
      </ul>
    </section>
  );
}

const resultWords = ({ render: { clip, completedAt, cost, error } }: Item): string =>
  [
    ...(completedAt === undefined ? [] : [timeWords(completedAt)]),
    ...(clip === undefined ? [] : [lengthWords(clip.seconds)]),
    ...(cost === undefined ? [] : [costWords(cost)]),
    ...(error === undefined ? [] : [error.kind]),
  ].join(' · ');
