/** The head of a row: the scene, its prompt as the manifest has it now, its tags. */
import type { JSX } from 'preact';
import type { Row } from '../model/review.ts';
import { toggle } from '../state/view.ts';

export function SceneHeader({ row }: { readonly row: Row }): JSX.Element {
  const { scene, project, prompt } = row;
  return (
    <>
      {project === undefined ? null : <bdi class="project">{project}</bdi>}
      <bdi class="scene-name">{scene.id}</bdi>
      {prompt === '' ? null : (
        <p class="prompt" dir="auto" title={prompt}>
          {prompt}
        </p>
      )}
      {scene.tags.length === 0 ? null : (
        <div class="tags">
          {scene.tags.slice(0, 4).map((tag) => (
            <button
              type="button"
              class="tag"
              key={tag}
              tabIndex={-1}
              onClick={() => toggle('tag', tag)}
            >
              {tag}
            </button>
          ))}
        </div>
      )}
    </>
  );
}
