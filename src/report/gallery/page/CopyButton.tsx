/** Copies a text, and says so. */
import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { QuietButton } from './QuietButton.tsx';

export function CopyButton({
  text,
  label = 'Copy',
}: {
  readonly text: string;
  readonly label?: string;
}): JSX.Element {
  const [said, setSaid] = useState<string | undefined>(undefined);
  return (
    <QuietButton
      class="copy"
      onClick={() => {
        copy(text).then(
          () => setSaid('Copied'),
          () => setSaid('Not copied'),
        );
      }}
      onBlur={() => setSaid(undefined)}
    >
      <span role="status">{said ?? label}</span>
    </QuietButton>
  );
}

/** The clipboard is not given to every page that is opened from a disk: then a selection is. */
async function copy(text: string): Promise<void> {
  try {
    await navigator.clipboard.writeText(text);
  } catch {
    const area = document.createElement('textarea');
    area.value = text;
    // Inside of a dialog, or it could not be focused.
    (document.querySelector('dialog[open]') ?? document.body).append(area);
    area.select();
    // eslint-disable-next-line typescript/no-deprecated
    const done = document.execCommand('copy');
    area.remove();
    if (!done) throw new Error('the browser does not copy');
  }
}
