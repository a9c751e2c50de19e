/**
 * From the words of a command line to loaded projects: which manifests, which vars, which errors.
 */
import path from 'node:path';
import { isManifestIn, isUnprintable } from '../../ids.ts';
import type { LoadedManifests } from '../../workflow/load/load-manifests.ts';
import type { SyncFiles } from '../../ports/files/sync-files.ts';
import { filesOf, shown } from '../../workflow/open/surroundings.ts';
import { type Io, UsageError } from './io.ts';
import { nameAndValue } from './options.ts';

/** Reads every manifest that the command line names, all errors of all of them at once. */
export async function loadProjects(
  io: Io,
  named: readonly string[],
  vars?: readonly string[],
): Promise<LoadedManifests> {
  const manifests = await findManifests(io, named);
  const given = parseVars(vars ?? []);
  // Commands that use only locks need only the names from here.
  const { loadManifests } = await import('../../workflow/load/load-manifests.ts');
  return loadManifests(io, manifests, { vars: given });
}

/** The named files; a named folder means the manifests in it; nothing named means `manifests/`. */
export async function findManifests(io: Io, named: readonly string[]): Promise<readonly string[]> {
  const found: string[] = [];
  for (const name of named.length === 0 ? ['manifests'] : named) {
    const absolute = path.resolve(io.cwd, name);
    const kind = filesOf(io).sync.kindOf(absolute);
    if (kind === 'folder') {
      const inside = manifestsIn(io, absolute);
      if (inside.length === 0)
        throw new UsageError(
          `no manifest (*.yaml) in ${shown(io, absolute)}`,
          'Name one, or run `rushes init` for a starter.',
        );
      found.push(...inside.map((file) => path.join(absolute, file)));
    } else if (kind === undefined && named.length === 0) {
      throw new UsageError(
        'no folder "manifests" here, and no manifest was named',
        'Name one, as in `rushes plan film.yaml`, or run `rushes init` for a starter.',
      );
    } else {
      // A file that is not there is reported by the manifest room, beside the errors of the others.
      found.push(absolute);
    }
  }
  return [...new Set(found)].map((file) => printable(shown(io, file)));
}

/** Gives the name back. */
export function printable(name: string): string {
  if (isUnprintable(name))
    throw new UsageError(
      `${JSON.stringify(name)} has a control character in its name`,
      'Rename the file.',
    );
  return name;
}

/** Sorted names of the manifests in a folder. */
function manifestsIn(io: Io, folder: string): readonly string[] {
  // Entries that are not files, or cannot be read, are reported when they are read. If they were
  // left out here, their renders would be missing without a message.
  return entriesOf(io, folder)
    .filter(({ name }) => isManifestIn(name))
    .map(({ name }) => name)
    .sort();
}

/** What is in a folder that the command line names. Throws a usage error. */
export function entriesOf(io: Io, folder: string): ReturnType<SyncFiles['entries']> {
  try {
    return filesOf(io).sync.entries(folder);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new UsageError(
      `the folder ${shown(io, folder)} cannot be read: ${why}`,
      'Let this user read it, or name a manifest in another folder.',
    );
  }
}

export const parseVars = (given: readonly string[]): ReadonlyMap<string, string> =>
  new Map(given.map(nameAndValue));

/** `40m`, `90s`, `1h30m`, `1.5h`: milliseconds. */
export function parseDuration(option: string, text: string): number {
  const match = /^(?:(\d+(?:\.\d+)?)h)?(?:(\d+(?:\.\d+)?)m)?(?:(\d+(?:\.\d+)?)s)?$/.exec(
    text.trim(),
  );
  const milliseconds =
    match === null
      ? 0
      : (Number(match[1] ?? 0) * 3600 + Number(match[2] ?? 0) * 60 + Number(match[3] ?? 0)) * 1000;
  if (!(milliseconds > 0))
    throw new UsageError(
      `${option} ${JSON.stringify(text)} is not a valid duration`,
      'Write it like 40m, 90s or 1h30m.',
    );
  return milliseconds;
}
