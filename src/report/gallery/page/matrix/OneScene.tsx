/** A narrow window: one scene at a time, its models side by side to be swiped. */
import type { JSX } from 'preact';
import { DownIcon, UpIcon } from '../icons.tsx';
import { review } from '../state/page.ts';
import { shownColumns, shownRows } from '../state/view.ts';
import { windowWidth } from '../state/window-size.ts';
import { CellContent } from './Cell.tsx';
import { cellEvents } from './cell-events.ts';
import { frameHeight, takesOf } from './layout.ts';
import { sceneAt, showScene } from './shown-scene.ts';
import { SceneHeader } from './SceneHeader.tsx';
import { QuietButton } from '../QuietButton.tsx';

export function OneScene(): JSX.Element | null {
  const rows = shownRows.value;
  const at = sceneAt.value;
  const row = rows[at];
  if (row === undefined) return null;
  const go = (by: number): void => showScene(rows[at + by]);
  const columns = shownColumns.value.filter((column) => takesOf(row, column).length > 0);
  const width = Math.min(windowWidth.value - 48, 460);
  return (
    <div class="one-scene">
      <nav class="scene-steps" aria-label="Scenes">
        <QuietButton disabled={at === 0} onClick={() => go(-1)}>
          <UpIcon />
          Previous
        </QuietButton>
        <span>
          {at + 1} of {rows.length}
        </span>
        <QuietButton disabled={at === rows.length - 1} onClick={() => go(1)}>
          Next
          <DownIcon />
        </QuietButton>
      </nav>
      <section class="scene-text" aria-label="Scene">
        <SceneHeader row={row} isInTabOrder />
      </section>
      {/* A new scene begins with its first model. */}
      <ul {...cellEvents} class="swipe" key={row.index} tabIndex={0} aria-label="Models">
        {columns.map((column) => (
          <li
            class="card"
            key={column}
            style={{ width: `${width}px`, '--frame': `${frameHeight(row, width)}px` }}
          >
            <bdi class="alias">{review.columns[column]?.alias}</bdi>
            <CellContent row={row} column={column} takes={takesOf(row, column)} isEntry />
          </li>
        ))}
      </ul>
    </div>
  );
}
