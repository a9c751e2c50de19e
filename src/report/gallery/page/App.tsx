/** The page: head, facets, clips; above them the player. */
import type { JSX } from 'preact';
import type { PageState } from '../page-data.ts';
import { shellWord } from '../../text/shell-word.ts';
import { Compare } from './compare/Compare.tsx';
import { Tray } from './compare/Tray.tsx';
import { DecisionsPanel } from './decisions/DecisionsPanel.tsx';
import { ClearFilters } from './filters/ClearFilters.tsx';
import { areFiltersOpen, Facets } from './filters/Facets.tsx';
import { Toolbar } from './filters/Toolbar.tsx';
import { HelpPanel } from './help/HelpPanel.tsx';
import { Matrix, NotPrinted } from './matrix/Matrix.tsx';
import { OneScene } from './matrix/OneScene.tsx';
import { QuietButton } from './QuietButton.tsx';
import { Player } from './player/Player.tsx';
import { storageFails } from './state/decisions.ts';
import { gone } from './state/gone.ts';
import { review } from './state/page.ts';
import { close, compareMode, opened, panel, shownRows, unknownOpen } from './state/view.ts';
import { isNarrow, isPrinting } from './state/window-size.ts';

export function App(): JSX.Element {
  return (
    <>
      <Toolbar />
      {review.items.length === 0 ? null : <FirstSteps />}
      <UnknownNotice />
      <GoneNotice />
      {storageFails.value ? (
        <p class="notice" role="status">
          This browser keeps nothing for this page: decisions and notes are lost when it is closed.
        </p>
      ) : null}
      <div class="below">
        {areFiltersOpen.value ? <Facets /> : null}
        <main>
          <NotPrinted />
          <Clips />
        </main>
      </div>
      <Tray />
      {opened.value === undefined ? null : <Player item={opened.value} />}
      {compareMode.value === undefined ? null : <Compare />}
      {panel.value === 'decisions' ? <DecisionsPanel /> : null}
      {panel.value === 'help' ? <HelpPanel /> : null}
    </>
  );
}

function Clips(): JSX.Element {
  if (review.items.length === 0) return <p class="nothing">The manifest has no renders yet.</p>;
  if (shownRows.value.length === 0)
    return (
      <div class="nothing">
        <p>No render fits these filters.</p>
        <ClearFilters />
      </div>
    );
  return isNarrow.value && !isPrinting.value ? <OneScene /> : <Matrix />;
}

const FRESH: ReadonlySet<PageState> = new Set(['waiting', 'skipped']);

/** The first notice of a page without clips. */
function FirstSteps(): JSX.Element | null {
  const { draft, projects } = review.data;
  if (review.items.some(({ render }) => render.clip !== undefined)) return null;
  // What failed is not sent again by these commands.
  if (review.items.some(({ render }) => !FRESH.has(render.state)))
    return (
      <p class="notice" role="status">
        No clips yet. Open a render to read what happened, and for the next command.
      </p>
    );
  const render = `rushes render ${projects.map(({ manifest }) => shellWord(manifest)).join(' ')}`;
  return (
    <p class="notice" role="status">
      No clips yet. <code>{`${render} --draft`}</code> makes free placeholders
      {draft ? null : (
        <>
          ; <code>{render}</code> renders for real, after a question about the price
        </>
      )}
      . Then write this page again.
    </p>
  );
}

/** A link to another version of this page. */
function UnknownNotice(): JSX.Element | null {
  if (unknownOpen.value === undefined) return null;
  return (
    <p class="notice" role="status">
      This page has no <bdi dir="ltr">{unknownOpen.value}</bdi>: it may have another name by now, or
      be on another version of this page. <QuietButton onClick={close}>Close</QuietButton>
    </p>
  );
}

function GoneNotice(): JSX.Element | null {
  const all = [...gone.value].filter(([{ render }]) => render.state !== 'damaged');
  const [first, trouble] =
    all.find(([, trouble]) => trouble === 'missing') ??
    all.find(([, trouble]) => trouble === 'silent') ??
    all[0] ??
    [];
  if (first === undefined) return null;
  const path = <code>{first.render.clip?.path}</code>;
  return (
    <p class="notice" role="status">
      {trouble === 'missing' ? (
        <>
          Clips are missing beside this page, such as {path}. Open the page where the clips are, or
          move them along with it.
        </>
      ) : trouble === 'silent' ? (
        <>
          Clips are missing beside this page, or this browser cannot play them, such as {path}. Look
          whether the file is there: if it is, open it in another program, or the page in another
          browser.
        </>
      ) : (
        <>
          This browser cannot play some of the clips, such as {path}. Open the file in another
          program, or the page in another browser.
        </>
      )}
    </p>
  );
}
