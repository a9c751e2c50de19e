/** The part of a lock that the filters of a command name. */
import type { RenderId } from '../../ids.ts';
import type { Lock } from '../../lock/file/format.ts';
import { inScope } from '../../plan/select/filters.ts';
import type { LockFileOfManifest } from './lock-files.ts';
import { filterOf, type SharedOptions } from '../flags/options.ts';

/** Only tags are the manifest's to say: without one it need not be read. */
export const needsManifest = ({ tag }: SharedOptions): boolean => tag !== undefined;

export function lockInScope(
  lock: Lock,
  file: LockFileOfManifest | undefined,
  manifest: string,
  options: SharedOptions,
): Lock {
  const tags = new Map<string, readonly string[]>(
    file?.project?.scenes.map((scene) => [scene.id, scene.tags]),
  );
  const wanted = inScope(filterOf(options), manifest);
  const tagsOf = (id: RenderId): readonly string[] => tags.get(id.slice(0, id.indexOf('/'))) ?? [];
  return { renders: new Map([...lock.renders].filter(([id]) => wanted({ id, tags: tagsOf(id) }))) };
}
