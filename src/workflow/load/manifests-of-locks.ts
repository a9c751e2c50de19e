/**
 * Manifests for what works from locks alone: a broken or missing manifest is a warning, and its
 * lock is still read. Also the part of a lock that a filter names.
 */
import { stat } from 'node:fs/promises';
import path from 'node:path';
import { defined } from '../../defined.ts';
import { hasErrors } from '../../diagnostic.ts';
import type { Lock } from '../../lock/file/format.ts';
import type { Filter } from '../../plan/options.ts';
import { inScope } from '../../plan/select/filters.ts';
import type { Selectable } from '../../plan/select/nothing-selected.ts';
import type { Project } from '../../scene.ts';
import { asDraft } from './as-draft.ts';
import type { ManifestFile } from '../open/ledger-problems.ts';
import type { Surroundings } from '../open/surroundings.ts';

export interface LockFileOfManifest extends ManifestFile {
  /** If the manifest was read, and could be. */
  readonly project?: Project;
  /** Why the manifest could not be read: there is its lock alone. */
  readonly unreadable?: string;
}

export interface LockFilesOptions {
  readonly draft?: boolean | undefined;
  /** Leave the manifests unread: a large one takes longer to read than its lock. Default false. */
  readonly unread?: boolean;
}

export async function manifestsOfLocks(
  { cwd, env }: Pick<Surroundings, 'cwd' | 'env'>,
  manifests: readonly string[],
  { draft, unread }: LockFilesOptions,
): Promise<readonly LockFileOfManifest[]> {
  const found: LockFileOfManifest[] = [];
  for (const manifest of manifests) {
    const manifestPath = path.resolve(cwd, manifest);
    if (unread === true && (await isFile(manifestPath))) {
      found.push({ manifest, manifestPath });
      continue;
    }
    // The room of manifests is loaded only where it is needed.
    const { loadManifest } = await import('../../manifest/read.ts');
    const { project, diagnostics } = await loadManifest(manifest, {
      cwd,
      env,
    });
    const unreadable =
      project === undefined || hasErrors(diagnostics)
        ? (diagnostics.find(({ severity }) => severity === 'error')?.message ??
          'rushes validate says why')
        : undefined;
    found.push({
      manifest,
      manifestPath,
      ...(project === undefined ? {} : { project: draft === true ? asDraft(project) : project }),
      ...defined({ unreadable }),
    });
  }
  return found;
}

/** Only tags are the manifest's to say: without one it need not be read. */
export const needsManifest = ({ tags = [] }: Filter): boolean => tags.length > 0;

/** The entries of a lock with the tags that the manifest, where it was read, gives their scenes. */
export function entriesWithTags(
  lock: Lock,
  { manifest, project }: Pick<LockFileOfManifest, 'manifest' | 'project'>,
): readonly Selectable[] {
  const tags = new Map<string, readonly string[]>(
    project?.scenes.map((scene) => [scene.id, scene.tags]),
  );
  return [...lock.renders.keys()].map((id) => ({
    manifest,
    id,
    tags: tags.get(id.slice(0, id.indexOf('/'))) ?? [],
  }));
}

export function lockInScope(
  lock: Lock,
  file: Pick<LockFileOfManifest, 'manifest' | 'project'>,
  filter: Filter,
): Lock {
  const wanted = inScope(filter, file.manifest);
  const ids = new Set(
    entriesWithTags(lock, file)
      .filter(wanted)
      .map(({ id }) => id),
  );
  return { renders: new Map([...lock.renders].filter(([id]) => ids.has(id))) };
}

const isFile = (file: string): Promise<boolean> =>
  stat(file).then(
    (facts) => facts.isFile(),
    () => false,
  );
