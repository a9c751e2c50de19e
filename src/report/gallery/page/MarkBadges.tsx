/** Marks of a clip besides its state: not as asked, accepted, pinned, to be redone. */
import type { JSX } from 'preact';
import type { PageMark } from '../page-data.ts';
import { MARK_WORDS } from './model/words.ts';

export const MarkBadges = ({ marks }: { readonly marks: readonly PageMark[] }): JSX.Element => (
  <>
    {marks.map((mark) => (
      <span class="badge" data-tone={mark === 'mismatch' ? 'wait' : 'calm'} key={mark}>
        {MARK_WORDS[mark]}
      </span>
    ))}
  </>
);
