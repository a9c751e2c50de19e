/** The one scene that a narrow window shows. */
import { computed } from '@preact/signals';
import type { Row } from '../model/review.ts';
import { sceneName, setScene, shownRows } from '../state/view.ts';

/** Unique among the scenes of several manifests. */
const nameOf = ({ project, scene }: Row): string =>
  project === undefined ? scene.id : `${project}:${scene.id}`;

/** Its index among the rows that the filters show. */
export const sceneAt = computed(() =>
  Math.max(
    0,
    shownRows.value.findIndex((row) => nameOf(row) === sceneName.value),
  ),
);

export function showScene(row: Row | undefined): void {
  if (row !== undefined && row !== shownRows.value[sceneAt.value]) setScene(nameOf(row));
}
