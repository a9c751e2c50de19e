/** Decisions of other reviewers about the clip. */
import type { JSX } from 'preact';
import type { ReviewDecision } from '../../review-file.ts';
import { partWords } from '../playback/part.ts';
import type { Item } from '../model/review.ts';
import { seek } from '../playback/playback.ts';
import { framesPerSecond, timecode } from '../playback/timecode.ts';
import { opinionsOf } from '../state/reviews.ts';

export function Reviews({ item }: { readonly item: Item }): JSX.Element | null {
  const opinions = opinionsOf(item);
  if (opinions.length === 0) return null;
  const fps = framesPerSecond(item.render.clip ?? {});
  return (
    <section>
      <h3>Reviews</h3>
      {opinions.map(({ by, decision }) => (
        <div class="opinion" key={by}>
          <b>
            <bdi>{by}</bdi>
          </b>{' '}
          {verdict(decision)}
          <ul class="notes">
            {(decision.notes ?? []).map(({ at, text }) => (
              <li key={`${at} ${text}`}>
                <button type="button" class="note-time" onClick={() => seek(at)}>
                  {timecode(at, fps)}
                </button>
                <span dir="auto">{text}</span>
              </li>
            ))}
          </ul>
        </div>
      ))}
    </section>
  );
}

const verdict = ({ pick, reject, star, ...part }: ReviewDecision): string =>
  [
    ...(pick === true ? [`picked ${partWords(part)}`.trim()] : []),
    ...(reject === true ? ['rejected'] : []),
    ...(star === true ? ['starred'] : []),
  ].join(', ');
