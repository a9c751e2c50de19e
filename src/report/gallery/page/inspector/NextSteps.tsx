/** The commands that lead on from here, to be copied. */
import { Fragment, type JSX } from 'preact';
import { CopyButton } from '../CopyButton.tsx';
import type { Item } from '../model/review.ts';

/** A line breaks at spaces: `--only` that is cut after its hyphens reads as two words. */
const unbroken = (command: string): JSX.Element[] =>
  command.split(' ').map((word, index) => (
    <Fragment key={index}>
      {index > 0 ? ' ' : ''}
      <span class="word">{word}</span>
    </Fragment>
  ));

export function NextSteps({ item }: { readonly item: Item }): JSX.Element | null {
  const { next } = item.render;
  if (next === undefined) return null;
  return (
    <section>
      <h3>Next</h3>
      <ul class="commands">
        {next.commands.map((command) => (
          <li key={command}>
            <code>{unbroken(command)}</code>
            <CopyButton text={command} />
          </li>
        ))}
      </ul>
      {next.caution === undefined ? null : <p class="caution">{next.caution}</p>}
    </section>
  );
}
