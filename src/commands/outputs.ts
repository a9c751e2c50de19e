/** Whether the clips of a plan could be put where they belong: looked at before money is spent on them. */
import { stat } from 'node:fs/promises';
import path from 'node:path';
import type { Diagnostic } from '../diagnostic.ts';
import type { Plan } from '../plan/plan.ts';

/** What stands in the way of an output path: a folder where the clip belongs, or a file where a folder belongs. */
export async function blockedOutputs({ projects }: Plan): Promise<readonly Diagnostic[]> {
  const folders = new Map<string, Promise<string | undefined>>();
  const found: Diagnostic[] = [];
  for (const { project, renders } of projects) {
    for (const { render, action } of renders) {
      if (action.kind !== 'submit' && action.kind !== 'attach' && action.kind !== 'fetch') continue;
      const folder = path.dirname(render.target);
      let blocked = folders.get(folder);
      if (blocked === undefined) folders.set(folder, (blocked = blockedFolder(folder, project.root)));
      const inTheWay = (await blocked) ?? ((await kindOf(render.target)) === 'folder' ? render.target : undefined);
      if (inTheWay === undefined) continue;
      const name = path.relative(project.root, inTheWay).split(path.sep).join('/');
      found.push({
        code: 'output-blocked',
        severity: 'error',
        message: `the clip of ${render.id} cannot be written: ${name} is ${inTheWay === render.target ? 'a folder' : 'no folder'}`,
        place: render.place,
        hint: `move ${name} away, or set another \`output:\``,
        renders: [render.id],
      });
    }
  }
  return found;
}

/** The nearest existing part of a path, if it is no folder. */
async function blockedFolder(folder: string, root: string): Promise<string | undefined> {
  for (let at = folder; at.startsWith(root) && at !== root; at = path.dirname(at)) {
    const kind = await kindOf(at);
    if (kind === 'folder') return undefined;
    if (kind === 'other') return at;
  }
  return undefined;
}

async function kindOf(file: string): Promise<'folder' | 'other' | undefined> {
  try {
    return (await stat(file)).isDirectory() ? 'folder' : 'other';
  } catch {
    return undefined;
  }
}
