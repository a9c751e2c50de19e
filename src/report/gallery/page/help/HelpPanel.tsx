/** Keys and search, over whatever is shown. */
import { Fragment, type JSX } from 'preact';
import { Dialog } from '../Dialog.tsx';
import { closePanel } from '../state/view.ts';
import { COMPARE_KEYS, PAGE_KEYS, PLAYER_KEYS, SEARCH_TOKENS } from './key-list.ts';
import { QuietButton } from '../QuietButton.tsx';

const SECTIONS = [
  ['On the page', PAGE_KEYS],
  ['Search', SEARCH_TOKENS],
  ['In the player', PLAYER_KEYS],
  ['Comparing', COMPARE_KEYS],
] as const;

export function HelpPanel(): JSX.Element {
  return (
    <Dialog class="panel help" label="Keys and search" onClose={closePanel}>
      <header class="panel-head">
        <h2>Keys and search</h2>
        <QuietButton onClick={closePanel}>Close</QuietButton>
      </header>
      <div class="help-sections">
        {SECTIONS.map(([title, lines]) => (
          <section key={title}>
            <h3>{title}</h3>
            <dl>
              {lines.map(([what, does]) => (
                <Fragment key={what}>
                  <dt>
                    <kbd>{what}</kbd>
                  </dt>
                  <dd>{does}</dd>
                </Fragment>
              ))}
            </dl>
          </section>
        ))}
      </div>
    </Dialog>
  );
}
