/** Notes at a timecode of the clip: written beside the picture, kept with the decisions. */
import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { CrossIcon } from '../icons.tsx';
import type { Item } from '../model/review.ts';
import { decisionOf, setNotes } from '../state/decisions.ts';
import { seek, time } from '../playback/playback.ts';
import { framesPerSecond, timecode } from '../playback/timecode.ts';

/** Where a note is typed. */
export const NOTE_ID = 'note';

export function Notes({ item }: { readonly item: Item }): JSX.Element | null {
  const [text, setText] = useState('');
  const { clip } = item.render;
  if (clip === undefined) return null;
  const fps = framesPerSecond(clip);
  const notes = decisionOf(item)?.notes ?? [];
  const add = (): void => {
    if (text.trim() === '') return;
    const at = Math.round(time.value * 1000) / 1000;
    setNotes(
      item,
      [...notes, { at, text: text.trim() }].sort((a, b) => a.at - b.at),
    );
    setText('');
  };
  return (
    <section aria-label="Notes">
      <h3>Notes</h3>
      {notes.length === 0 ? null : (
        <ul class="notes">
          {notes.map((note) => (
            <li key={`${note.at} ${note.text}`}>
              <button type="button" class="note-time" onClick={() => seek(note.at)}>
                {timecode(note.at, fps)}
              </button>
              <span dir="auto">{note.text}</span>
              <button
                type="button"
                class="remove"
                aria-label="Remove this note"
                onClick={() =>
                  setNotes(
                    item,
                    notes.filter((other) => other !== note),
                  )
                }
              >
                <CrossIcon />
              </button>
            </li>
          ))}
        </ul>
      )}
      <form
        class="new-note"
        onSubmit={(event) => {
          event.preventDefault();
          add();
        }}
      >
        <input
          id={NOTE_ID}
          dir="auto"
          aria-label="A note at this frame"
          placeholder="A note at this frame"
          value={text}
          onInput={({ currentTarget }) => setText(currentTarget.value)}
          onKeyDown={(event) => {
            if (event.key !== 'Escape') return;
            event.stopPropagation();
            event.preventDefault();
            event.currentTarget.closest('dialog')?.querySelector<HTMLElement>('.stage')?.focus();
          }}
        />
        <button type="submit" class="quiet" disabled={text.trim() === ''}>
          Add
        </button>
      </form>
    </section>
  );
}
