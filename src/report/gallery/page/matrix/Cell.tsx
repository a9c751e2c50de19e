/** One scene on one model: the picture, the main facts, and its takes. */
import type { JSX } from 'preact';
import { CheckIcon, CrossIcon, NoteIcon, SoundIcon, StarIcon } from '../icons.tsx';
import { MarkBadges } from '../MarkBadges.tsx';
import type { Item, Row } from '../model/review.ts';
import {
  CHANGE_WORDS,
  costWords,
  lengthWords,
  spokenName,
  STATE_TONES,
  STATE_WORDS,
} from '../model/words.ts';
import { decisionOf } from '../state/decisions.ts';
import { isGone, troubleOf } from '../state/gone.ts';
import { review } from '../state/page.ts';
import { opinionWords } from '../state/reviews.ts';
import { compared } from '../state/view.ts';
import { Media } from './media.tsx';
import { itemShown } from './take-shown.ts';

interface CellProps {
  readonly row: Row;
  readonly column: number;
  readonly takes: readonly Item[];
  /** Whether the keyboard enters the matrix here; then Tab goes through the cell. */
  readonly isEntry: boolean;
}

export function CellContent({ row, column, takes, isEntry }: CellProps): JSX.Element | null {
  const item = itemShown(row, column, takes);
  if (item === undefined) return null;
  const { render } = item;
  const decision = decisionOf(item);
  const opinions = opinionWords(item);
  const isCompared = compared.value.includes(item);
  const words = [
    ...(decision?.pick === true ? ['picked'] : []),
    ...(decision?.reject === true ? ['rejected'] : []),
    ...(decision?.star === true ? ['starred'] : []),
  ];
  // Few elements, and listeners at the grid: a screen has some fifty cells, drawn again at each
  // key.
  return (
    <>
      <button
        type="button"
        class="frame"
        data-key={item.key}
        data-decided={words[0]}
        tabIndex={isEntry ? 0 : -1}
      >
        <span class="hidden">{spokenName(render, words, troubleOf(item))}</span>
        <Media item={item} key={item.key} />
        {badges(item)}
      </button>
      {render.clip?.src === undefined ? null : (
        <button
          type="button"
          class="choose"
          data-key={item.key}
          tabIndex={isEntry ? 0 : -1}
          aria-pressed={isCompared}
          aria-label={`Compare ${item.key}`}
        />
      )}
      <div class="facts">
        <span class="numbers">
          {render.clip === undefined ? null : lengthWords(render.clip.seconds)}
          {render.clip?.audio === true ? <SoundIcon /> : null}
          {render.cost === undefined ? null : <span>{costWords(render.cost)}</span>}
        </span>
        {opinions === '' && decision === undefined ? null : (
          <span class="decided">
            {opinions === '' ? null : <span title="Other reviewers">{opinions}</span>}
            {decision?.star === true ? <StarIcon /> : null}
            {(decision?.notes?.length ?? 0) > 0 ? <NoteIcon /> : null}
            {decision?.pick === true ? <CheckIcon /> : null}
            {decision?.reject === true ? <CrossIcon /> : null}
          </span>
        )}
      </div>
      {takes.length > 1 ? <Takes takes={takes} current={item} isEntry={isEntry} /> : null}
    </>
  );
}

/** Ready has no mark: only renders that need a look have one. */
function badges(item: Item): JSX.Element | null {
  const { render } = item;
  // Without one its state stands in its place.
  const hasPicture = render.clip?.src !== undefined && !isGone(item);
  const state =
    render.state !== 'ready' &&
    (hasPicture || (render.state !== 'damaged' && render.clip?.src !== undefined));
  if (!state && render.marks.length === 0 && render.change === undefined) return null;
  return (
    <span class="badges" aria-hidden="true">
      {render.change === undefined ? null : (
        <span
          class="badge since"
          title={`${CHANGE_WORDS[render.change]} since ${review.data.base}`}
        >
          {CHANGE_WORDS[render.change]}
        </span>
      )}
      {state ? (
        <span class="badge" data-tone={STATE_TONES[render.state]}>
          {STATE_WORDS[render.state]}
        </span>
      ) : null}
      <MarkBadges marks={render.marks} />
    </span>
  );
}

interface TakesProps extends Pick<CellProps, 'takes' | 'isEntry'> {
  readonly current: Item;
}

function Takes({ takes, current, isEntry }: TakesProps): JSX.Element {
  return (
    <div class="takes">
      {takes.map((item) => (
        <button
          type="button"
          key={item.key}
          class="take"
          data-key={item.key}
          tabIndex={isEntry ? 0 : -1}
          aria-pressed={item === current}
          data-tone={STATE_TONES[item.render.state]}
          data-picked={decisionOf(item)?.pick === true ? '' : undefined}
        >
          <span class="hidden">{spokenName(item.render, [])}</span>
          <span aria-hidden="true">{item.render.take}</span>
        </button>
      ))}
    </div>
  );
}
