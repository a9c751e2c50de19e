/**
 * Whether the clips of a plan could be put where they belong: looked at before money is spent on
 * them.
 */
import { access, constants, stat } from 'node:fs/promises';
import path from 'node:path';
import type { Diagnostic } from '../../diagnostic.ts';
import type { RenderId } from '../../ids.ts';
import { isPaidFor, type Plan } from '../../plan/plan.ts';
import { staysInside } from '../../run/task/delivery/landing.ts';

/**
 * One error for each thing that stands in the way of output paths: a folder where the clip belongs,
 * a file where a folder belongs, or a link that leads out of the project, where no clip is ever
 * written.
 */
export async function blockedOutputs({ projects }: Plan): Promise<readonly Diagnostic[]> {
  const folders = new Map<string, Promise<Blocked | undefined>>();
  const found = new Map<string, Diagnostic & { readonly renders: RenderId[] }>();
  for (const { project, renders } of projects) {
    for (const { render, action } of renders) {
      if (!isPaidFor(action) && action.kind !== 'attach' && action.kind !== 'fetch') continue;
      const folder = path.dirname(render.target);
      let blocked = folders.get(folder);
      if (blocked === undefined)
        folders.set(folder, (blocked = blockedFolder(folder, project.root)));
      const inTheWay: Blocked | undefined =
        (await blocked) ??
        ((await kindOf(render.target)) === 'folder'
          ? { path: render.target, why: 'is a folder' }
          : undefined);
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

interface Blocked {
  readonly path: string;
  readonly why: string;
  readonly hint?: string;
}

/** The nearest existing part of a path, if no clip can be written below it. */
async function blockedFolder(folder: string, root: string): Promise<Blocked | undefined> {
  for (let at = folder; at.startsWith(root) && at !== root; at = path.dirname(at)) {
    const kind = await kindOf(at);
    if (kind === 'folder') {
      if (!(await staysInside(root, path.join(at, 'clip.mp4'))))
        return { path: at, why: 'leads out of the project' };
      return (await isWritable(at)) ? undefined : { path: at, ...NOT_WRITABLE };
    }
    if (kind === 'other') return { path: at, why: 'is not a folder' };
  }
  return (await isWritable(root)) ? undefined : { path: root, ...NOT_WRITABLE };
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

async function kindOf(file: string): Promise<'folder' | 'other' | undefined> {
  try {
    return (await stat(file)).isDirectory() ? 'folder' : 'other';
  } catch {
    return undefined;
  }
}
