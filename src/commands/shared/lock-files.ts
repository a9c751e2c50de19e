/**
 * Manifests for commands that work from locks alone: a broken or missing manifest is one warning,
 * its lock is read all the same.
 */
import { stat } from 'node:fs/promises';
import path from 'node:path';
import { hasErrors } from '../../diagnostic.ts';
import { pathsOf } from '../../lock/file/paths.ts';
import type { Project } from '../../scene.ts';
import type { ManifestFile } from '../books.ts';
import { asDraft } from '../draft.ts';
import { type Io, UsageError } from './io.ts';
import { findManifests, shown } from './load-projects.ts';

export interface LockFileOfManifest extends ManifestFile {
  /** If the manifest was read, and could be. */
  readonly project?: Project;
}

export interface LockFilesOptions {
  readonly draft?: boolean;
  /** Leave the manifests unread: a large one takes longer to read than its lock. Default false. */
  readonly unread?: boolean;
}

export async function lockFiles(
  io: Io,
  named: readonly string[],
  options: LockFilesOptions,
): Promise<readonly LockFileOfManifest[]> {
  const manifests = await withOrphanedLocks(io, named, options);
  const found: LockFileOfManifest[] = [];
  for (const manifest of manifests) {
    const manifestPath = path.resolve(io.cwd, manifest);
    if (options.unread === true && (await isFile(manifestPath))) {
      found.push({ manifest, manifestPath });
      continue;
    }
    const { loadManifest } = await import('../../manifest/read.ts');
    const { project, diagnostics } = await loadManifest(manifest, { cwd: io.cwd });
    if (project === undefined || hasErrors(diagnostics)) {
      const first = diagnostics.find(({ severity }) => severity === 'error');
      io.stderr.write(
        `rushes: warning: ${manifest} cannot be read (${first?.message ?? 'rushes validate says why'}); going by its lock alone\n`,
      );
    }
    found.push({
      manifest,
      manifestPath,
      ...(project === undefined
        ? {}
        : { project: options.draft === true ? asDraft(project) : project }),
    });
  }
  return found;
}

/**
 * The manifests, and what the manifests of locks without one were called: a lock whose manifest was
 * deleted still holds paid work.
 */
export async function withOrphanedLocks(
  io: Io,
  named: readonly string[],
  options: { readonly draft?: boolean },
): Promise<readonly string[]> {
  const { glob } = await import('tinyglobby');
  const folder = path.resolve(io.cwd, 'manifests');
  const locks =
    named.length > 0
      ? []
      : await glob(['*.lock.json'], {
          cwd: folder,
          onlyFiles: true,
          expandDirectories: false,
        }).catch(() => []);
  const manifests = new Set<string>();
  try {
    for (const manifest of await findManifests(io, named)) manifests.add(manifest);
  } catch (error) {
    if (!(error instanceof UsageError) || locks.length === 0) throw error;
  }
  const known = new Set(
    [...manifests].map((manifest) => pathsOf(path.resolve(io.cwd, manifest), options).lock),
  );
  for (const lock of locks) {
    const absolute = path.join(folder, lock);
    if (!known.has(absolute) && (await stat(absolute)).isFile())
      manifests.add(shown(io, absolute.replace(/\.lock\.json$/, '.yaml')));
  }
  return [...manifests];
}

const isFile = (file: string): Promise<boolean> =>
  stat(file).then(
    (facts) => facts.isFile(),
    () => false,
  );
