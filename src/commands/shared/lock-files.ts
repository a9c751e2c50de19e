/**
 * Manifests for commands that work from locks alone: a broken or missing manifest is one warning,
 * its lock is still read.
 */
import { stat } from 'node:fs/promises';
import path from 'node:path';
import { pathsOf } from '../../lock/file/paths.ts';
import type { Filter } from '../../plan/options.ts';
import { selectionProblems } from '../../workflow/load/check-selection.ts';
import {
  type LockFileOfManifest,
  type LockFilesOptions,
  manifestsOfLocks,
  needsManifest,
} from '../../workflow/load/manifests-of-locks.ts';
import type { ReadLocks } from '../../workflow/open/read-locks.ts';
import { shown } from '../../workflow/open/surroundings.ts';
import { type Io, UsageError } from './io.ts';
import { readOrPrint } from './ledgers.ts';
import { findManifests, printable } from './load-projects.ts';

export async function lockFiles(
  io: Io,
  named: readonly string[],
  options: LockFilesOptions,
): Promise<readonly LockFileOfManifest[]> {
  const manifests = await withOrphanedLocks(io, named, options);
  const files = await manifestsOfLocks(io, manifests, options);
  for (const { manifest, unreadable } of files) {
    if (unreadable === undefined) continue;
    io.stderr.write(
      `rushes: warning: ${manifest} cannot be read (${unreadable}); only its lock is used\n`,
    );
  }
  return files;
}

export interface SelectedLocks extends ReadLocks {
  readonly files: readonly LockFileOfManifest[];
}

/**
 * The locks as they are now, for a command that reads the part of them that `filter` names. A
 * selector that fits nothing is a usage error.
 */
export async function readSelected(
  io: Io,
  named: readonly string[],
  filter: Filter,
  options: Pick<LockFilesOptions, 'draft'> & {
    /** Read the manifests too, where they can be read. Default: only for tags in the filter. */
    readonly withManifests?: boolean;
  },
): Promise<SelectedLocks | { readonly exit: number }> {
  const files = await lockFiles(io, named, {
    ...options,
    unread: options.withManifests !== true && !needsManifest(filter),
  });
  const read = await readOrPrint(io, files, options);
  if ('exit' in read) return read;
  const [first, ...others] = await selectionProblems(io, files, read.lockOf, filter, options);
  if (first !== undefined)
    throw new UsageError([first, ...others].map(({ message }) => message).join('; '), first.hint);
  return { ...read, files };
}

/**
 * The manifests, and what the manifests of locks without one were called: a lock whose manifest was
 * deleted still holds paid work.
 */
export async function withOrphanedLocks(
  io: Io,
  named: readonly string[],
  { draft }: Pick<LockFilesOptions, 'draft'>,
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
    [...manifests].map(
      (manifest) => pathsOf(path.resolve(io.cwd, manifest), { draft: draft === true }).lock,
    ),
  );
  for (const lock of locks) {
    const absolute = path.join(folder, lock);
    if (!known.has(absolute) && (await stat(absolute)).isFile())
      manifests.add(printable(shown(io, absolute.replace(/\.lock\.json$/, '.yaml'))));
  }
  return [...manifests];
}
