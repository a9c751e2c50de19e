/**
 * Whether places for clips are inside of their project, for many clips: what is known of a folder
 * is not asked of the disk again for each clip in it.
 */
import { lstatSync } from 'node:fs';
import { realpath } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { isBelow } from './landing.ts';

/** For one run. A folder that is swapped for a link during the run is not noticed. */
export class ProjectFolders {
  /** Existing folders, by path, with their links resolved. */
  readonly #real = new Map<string, string>();

  /** As `staysInside` of landing.ts. */
  async contain(root: string, path: string): Promise<boolean> {
    const top = (await this.#realOf(root)) ?? root;
    const missing: string[] = [];
    for (let folder = dirname(path); ; folder = dirname(folder)) {
      const real = await this.#realOf(folder);
      if (real !== undefined || folder === dirname(folder))
        return isBelow(top, join(real ?? folder, ...missing, basename(path)));
      missing.unshift(basename(folder));
    }
  }

  /** `undefined` for a folder that does not exist. */
  async #realOf(folder: string): Promise<string | undefined> {
    const known = this.#real.get(folder);
    if (known !== undefined) return known;
    const above = this.#real.get(dirname(folder));
    const facts = above === undefined ? undefined : lookAt(folder);
    if (facts === 'absent') return undefined;
    const real =
      above !== undefined && facts === 'folder'
        ? join(above, basename(folder))
        : await realpath(folder).catch(() => undefined);
    if (real !== undefined) this.#real.set(folder, real);
    return real;
  }
}

function lookAt(path: string): 'folder' | 'absent' | 'other' {
  try {
    const facts = lstatSync(path, { throwIfNoEntry: false });
    if (facts === undefined) return 'absent';
    return facts.isDirectory() ? 'folder' : 'other';
  } catch {
    return 'other';
  }
}
