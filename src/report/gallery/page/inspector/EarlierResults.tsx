/** Earlier results of the render: clips that were paid for and are kept in the lock. */
import type { JSX } from 'preact';
import { Media } from '../matrix/media.tsx';
import { type Item, itemOf } from '../model/review.ts';
import { costWords, lengthWords, timeWords } from '../model/words.ts';
import { review } from '../state/page.ts';
import { resultName } from '../state/result-name.ts';
import { MOST_COMPARED } from '../model/view.ts';
import { compare, open, opened } from '../state/view.ts';
import { QuietButton } from '../QuietButton.tsx';

export function EarlierResults({ item }: { readonly item: Item }): JSX.Element | null {
  const current = review.byKey.get(item.key.replace(/~(?:\d+|base)$/, '')) ?? item;
  const keys = [
    ...(current.render.base === undefined ? [] : ['base']),
    ...(current.render.earlier ?? []).flatMap(({ task }, index) =>
      // The other commit's result is mostly one of them.
      task !== undefined && task === current.render.base?.task ? [] : [String(index + 1)],
    ),
  ];
  const earlier = keys.flatMap((key) => itemOf(review, `${current.key}~${key}`) ?? []);
  if (earlier.length === 0) return null;
  const playable = [...earlier, current].filter(({ render }) => render.clip?.src !== undefined);
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
                <b>{one === current ? 'current' : resultName(one)}</b>
                <span>{resultWords(one)}</span>
              </span>
            </button>
          </li>
        ))}
      </ul>
      {playable.length > 1 ? (
        <QuietButton onClick={() => compare(playable)}>
          Compare {Math.min(playable.length, MOST_COMPARED)}
        </QuietButton>
      ) : null}
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
