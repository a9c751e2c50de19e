/** The decisions, as commands to copy, and as a file to send or to take over. */
import { computed, signal } from '@preact/signals';
import type { JSX } from 'preact';
import { decodeReview, encodeReview } from '../../review-file.ts';
import { CopyButton } from '../CopyButton.tsx';
import { Dialog } from '../Dialog.tsx';
import { commandsOf } from '../model/review-commands.ts';
import { countWords } from '../model/words.ts';
import { allDecided, ownReview, takeReview } from '../state/decisions.ts';
import { review } from '../state/page.ts';
import { closePanel } from '../state/view.ts';
import { QuietButton } from '../QuietButton.tsx';

const by = signal('');
const redo = signal(false);
const pin = signal(false);
const said = signal('');

const commands = computed(() =>
  commandsOf(allDecided.value, { redo: redo.value, pin: pin.value, by: by.value }),
);

export function DecisionsPanel(): JSX.Element {
  return (
    <Dialog class="panel" label="Decisions" onClose={closePanel}>
      <header class="panel-head">
        <h2>Decisions</h2>
        <QuietButton onClick={closePanel}>Close</QuietButton>
      </header>
      <p>{summary()}</p>
      <label class="field">
        Your name
        <input
          value={by.value}
          placeholder="written into the lock with --by"
          onInput={({ currentTarget }) => {
            by.value = currentTarget.value;
          }}
        />
      </label>
      {allDecided.value.length === 0 ? (
        <p class="caution">
          Nothing is decided yet. Open a clip and pick <kbd>P</kbd>, reject <kbd>X</kbd> or star{' '}
          <kbd>S</kbd> it, or write a note <kbd>N</kbd>.
        </p>
      ) : review.data.draft ? (
        <p class="caution">
          These are the clips of a draft: decisions go into a lock once they are rendered for real.
        </p>
      ) : (
        <Commands />
      )}
      <Files />
    </Dialog>
  );
}

function summary(): string {
  const all = allDecided.value.map(({ decision }) => decision);
  const count = (name: 'pick' | 'reject' | 'star'): number =>
    all.filter((decision) => decision[name] === true).length;
  const notes = all.reduce((sum, decision) => sum + (decision.notes?.length ?? 0), 0);
  return `${count('pick')} picked · ${count('reject')} rejected · ${count('star')} starred · ${countWords(notes, 'note')}`;
}

function Commands(): JSX.Element {
  const text = commands.value.join('\n');
  return (
    <section>
      <h3>Commands</h3>
      <label class="check">
        <input
          type="checkbox"
          checked={pin.value}
          onChange={() => {
            pin.value = !pin.value;
          }}
        />
        pin what is picked: never rendered again
      </label>
      <label class="check">
        <input
          type="checkbox"
          checked={redo.value}
          onChange={() => {
            redo.value = !redo.value;
          }}
        />
        redo what is rejected: the next run pays for a new clip
      </label>
      {text === '' ? (
        <p class="caution">
          {allDecided.value.every(({ decision }) => decision.pick ?? decision.reject)
            ? 'The lock says all of this already.'
            : 'Nothing to write into the lock: stars, and notes without a pick or a reject, stay in this browser and in its files.'}
        </p>
      ) : (
        <>
          <pre class="command-lines" tabIndex={0} aria-label="Commands">
            {text}
          </pre>
          <CopyButton text={`${text}\n`} label="Copy commands" />
        </>
      )}
    </section>
  );
}

function Files(): JSX.Element {
  return (
    <section>
      <h3>As a file</h3>
      <div class="file-buttons">
        <QuietButton onClick={download}>Export</QuietButton>
        <label class="quiet">
          Import
          <input
            class="hidden"
            type="file"
            accept=".json,application/json"
            onChange={({ currentTarget }) => {
              const [file] = currentTarget.files ?? [];
              file?.text().then(take, () => {
                said.value = 'The file cannot be read.';
              });
              currentTarget.value = '';
            }}
          />
        </label>
        <span role="status">{said.value}</span>
      </div>
      <p class="caution">
        Several people&apos;s files on one page: <code>rushes gallery --reviews a.json b.json</code>
      </p>
    </section>
  );
}

function take(text: string): void {
  const file = decodeReview(text);
  if (file === undefined) said.value = 'This file is not a review of rushes.';
  else {
    const { taken, left } = takeReview(file);
    const others = left === 0 ? '' : ` ${left} of clips that this page does not show.`;
    said.value = `${countWords(taken, 'decision')} taken over.${others}`;
  }
}

function download(): void {
  const blob = new Blob([encodeReview(ownReview(by.value.trim()))], { type: 'application/json' });
  const link = document.createElement('a');
  link.href = URL.createObjectURL(blob);
  link.download = `${review.data.title}.review.json`;
  link.click();
  URL.revokeObjectURL(link.href);
}
