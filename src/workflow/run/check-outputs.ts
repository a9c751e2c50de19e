/**
 * Whether the clips of a plan could be put where they belong: looked at before money is spent on
 * them.
 */
import { access, constants } from 'node:fs/promises';
import path from 'node:path';
import type { Diagnostic } from '../../diagnostic.ts';
import type { RenderId } from '../../ids.ts';
import { isPaidFor, type Plan } from '../../plan/plan.ts';
import { isNameTooLong } from '../../ports/files/files.ts';
import { systemSyncFiles } from '../../ports/files/sync-files.ts';
import { staysInside } from '../../run/task/delivery/landing.ts';

/**
 * One error for each thing that stands in the way of output paths: a folder where the clip belongs,
 * a file where a folder belongs, or a link that leads out of the project, where no clip is ever
 * written.
 */
export async function blockedOutputs({ projects }: Plan): Promise<readonly Diagnostic[]> {
  const places = new Places();
  const found = new Map<string, Diagnostic & { readonly renders: RenderId[] }>();
  for (const { project, renders } of projects) {
    for (const { render, action } of renders) {
      if (!isPaidFor(action) && action.kind !== 'attach' && action.kind !== 'fetch') continue;
      const inTheWay = await places.inTheWay(render.target, project.root);
      if (inTheWay === undefined) continue;
      const name =
        path.relative(project.root, inTheWay.path).split(path.sep).join('/') ||
        'the project folder';
      const known = found.get(inTheWay.path);
      if (known !== undefined) known.renders.push(render.id);
      else {
        found.set(inTheWay.path, {
          code: 'output-blocked',
          severity: 'error',
          message: `the clip of ${render.id} cannot be written: ${name} ${inTheWay.why}`,
          place: render.place,
          hint: inTheWay.hint ?? `Move ${name} away, or set another \`output:\`.`,
          renders: [render.id],
        });
      }
    }
  }
  return [...found.values()];
}

const SHORTER = 'Use a shorter scene id or alias.';

interface Blocked {
  readonly path: string;
  readonly why: string;
  readonly hint?: string;
}

/**
 * What is known of a folder is not asked of the disk again: a first run has thousands of clips in
 * as many folders, none of which is there.
 */
class Places {
  readonly #nearest = new Map<string, Place>();
  readonly #blocked = new Map<string, Promise<Blocked | undefined>>();

  async inTheWay(target: string, root: string): Promise<Blocked | undefined> {
    const folder = path.dirname(target);
    for (const part of [folder, target])
      if (isNameTooLong(path.basename(part)))
        return { path: part, why: 'has a name that is too long for this machine', hint: SHORTER };
    const place = this.#nearestTo(folder, root);
    const { path: at, isFolder } = place;
    let blocked = this.#blocked.get(at);
    if (blocked === undefined) {
      blocked = isFolder
        ? blockedFolder(at, root)
        : Promise.resolve({ path: at, why: 'is not a folder' });
      this.#blocked.set(at, blocked);
    }
    const inTheWay = await blocked;
    if (inTheWay !== undefined || at !== folder) return inTheWay;
    return systemSyncFiles.kindOf(target) === 'folder'
      ? { path: target, why: 'is a folder' }
      : undefined;
  }

  /**
   * The folder itself, or the nearest above it that exists. The project's root counts as existing.
   */
  #nearestTo(folder: string, root: string): Place {
    const known = this.#nearest.get(folder);
    if (known !== undefined) return known;
    const place = this.#look(folder, root);
    this.#nearest.set(folder, place);
    return place;
  }

  #look(folder: string, root: string): Place {
    if (!folder.startsWith(root) || folder === root) return { path: root, isFolder: true };
    const above = path.dirname(folder);
    const nearest = this.#nearestTo(above, root);
    if (nearest.path !== above || !nearest.isFolder) return nearest;
    const kind = systemSyncFiles.kindOf(folder);
    return kind === undefined ? nearest : { path: folder, isFolder: kind === 'folder' };
  }
}

interface Place {
  readonly path: string;
  readonly isFolder: boolean;
}

/** Why no clip can be written below an existing folder. */
async function blockedFolder(folder: string, root: string): Promise<Blocked | undefined> {
  if (folder !== root && !(await staysInside(root, path.join(folder, 'clip.mp4'))))
    return { path: folder, why: 'leads out of the project' };
  return (await isWritable(folder)) ? undefined : { path: folder, ...NOT_WRITABLE };
}

const NOT_WRITABLE = {
  why: 'is not writable',
  hint: 'Give this user the right to write there, or set another `output:`.',
};

/** Whether this user may make files in the folder. */
const isWritable = (folder: string): Promise<boolean> =>
  access(folder, constants.W_OK | constants.X_OK).then(
    () => true,
    () => false,
  );
