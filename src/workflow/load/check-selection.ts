/** Whether the selectors of a command that goes by locks select anything; free of effects. */
import type { Diagnostic } from '../../diagnostic.ts';
import type { Lock } from '../../lock/file/format.ts';
import type { Filter } from '../../plan/options.ts';
import { idsOfScene } from '../../plan/resolve/render-ids.ts';
import { nothingSelected, type Selectable } from '../../plan/select/nothing-selected.ts';
import type { Project } from '../../scene.ts';
import {
  entriesWithTags,
  type LockFileOfManifest,
  type LockFilesOptions,
  manifestsOfLocks,
} from './manifests-of-locks.ts';
import type { Surroundings } from '../open/surroundings.ts';

export interface SelectionOptions extends Pick<LockFilesOptions, 'draft'> {
  /** Globs of the filter that are arguments and not values of `--only`, for messages. */
  readonly bare?: readonly string[];
}

/**
 * An error for each selector that fits neither an entry of the locks nor a render of the manifests,
 * which may not have been rendered yet. The manifests are read only where the locks have none.
 */
export async function selectionProblems(
  at: Pick<Surroundings, 'cwd' | 'env'>,
  files: readonly LockFileOfManifest[],
  lockOf: (manifest: string) => Lock,
  filter: Filter,
  { draft, bare }: SelectionOptions = {},
): Promise<readonly Diagnostic[]> {
  const entries = files.flatMap((file): readonly Selectable[] =>
    entriesWithTags(lockOf(file.manifest), file),
  );
  if (nothingSelected(entries, filter).length === 0) return [];
  const whole = await manifestsOfLocks(
    at,
    files.map(({ manifest }) => manifest),
    { draft },
  );
  const renders = whole.flatMap(({ manifest, project }) =>
    project === undefined ? [] : rendersOf(manifest, project),
  );
  // A manifest that cannot be read may have any tag.
  const known = whole.some(({ unreadable }) => unreadable !== undefined)
    ? { ...filter, tags: [] }
    : filter;
  return nothingSelected([...renders, ...entries], known, bare);
}

const rendersOf = (manifest: string, project: Project): readonly Selectable[] =>
  project.scenes.flatMap((scene) =>
    idsOfScene(scene, project).map((id) => ({ manifest, id, tags: scene.tags })),
  );
