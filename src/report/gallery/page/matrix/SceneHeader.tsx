/** The head of a row: the scene, its prompt as the manifest has it now, its tags. */
import type { JSX } from 'preact';
import type { Row } from '../model/review.ts';
import { MOST_COMPARED } from '../model/view.ts';
import { takesOf } from './layout.ts';
import { itemShown } from './take-shown.ts';
import { compare, shownColumns, toggle } from '../state/view.ts';

interface SceneHeaderProps {
  readonly row: Row;
  /** In the matrix, Tab goes through one cell alone. */
  readonly isInTabOrder?: boolean;
}

/** The clips of the scene that the filters show, one of each model. */
function CompareScene({ row, isInTabOrder = false }: SceneHeaderProps): JSX.Element | null {
  const items = shownColumns.value.flatMap((column) => {
    const item = itemShown(row, column, takesOf(row, column));
    return item?.render.clip?.src === undefined ? [] : [item];
  });
  if (items.length < 2) return null;
  return (
    <button
      type="button"
      class="compare-scene"
      tabIndex={isInTabOrder ? 0 : -1}
      onClick={() => compare(items)}
    >
      Compare {Math.min(items.length, MOST_COMPARED)}
    </button>
  );
}

export function SceneHeader({ row, isInTabOrder = false }: SceneHeaderProps): JSX.Element {
  const { scene, project, prompt } = row;
  return (
    <>
      {project === undefined ? null : <bdi class="project">{project}</bdi>}
      <bdi class="scene-name">{scene.id}</bdi>
      {prompt === '' ? null : (
        <div class="prompt-room">
          <p class="prompt" dir="auto" title={prompt}>
            {prompt}
          </p>
        </div>
      )}
      {scene.tags.length === 0 ? null : (
        <div class="tags">
          {scene.tags.slice(0, 4).map((tag) => (
            <button
              type="button"
              class="tag"
              key={tag}
              tabIndex={isInTabOrder ? 0 : -1}
              onClick={() => toggle('tag', tag)}
            >
              {tag}
            </button>
          ))}
        </div>
      )}
      <CompareScene row={row} isInTabOrder={isInTabOrder} />
    </>
  );
}
