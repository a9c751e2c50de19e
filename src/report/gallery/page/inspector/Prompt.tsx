/** The prompt as it was sent, with what the manifest has changed in it since. */
import type { JSX } from 'preact';
import { wordDiff } from '../../../text/word-diff.ts';
import type { Item } from '../model/review.ts';

export function Prompt({
  item: { prompt, promptNow },
}: {
  readonly item: Item;
}): JSX.Element | null {
  if (prompt === '') return null;
  if (promptNow === undefined)
    return (
      <section>
        <h3>Prompt</h3>
        <p class="whole-prompt" dir="auto">
          {prompt}
        </p>
      </section>
    );
  return (
    <section>
      <h3>Prompt of this clip, and what the manifest has now</h3>
      <p class="whole-prompt" dir="auto">
        {wordDiff(prompt, promptNow).map(({ kind, text }, index) => {
          if (kind === 'same') return text;
          return kind === 'old' ? <del key={index}>{text}</del> : <ins key={index}>{text}</ins>;
        })}
      </p>
    </section>
  );
}
