/**
 * For when the journal or the lock cannot be written: the ids of paid tasks go to another place, as
 * lines that a person can copy into a shell.
 */
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { RenderId, TaskId } from '../../ids.ts';
import type { Files } from '../../ports/files.ts';
import type { Lock } from '../file/format.ts';

/**
 * `rushes recover film:crab/kling --adopt task_01`. Nothing in an id or a task means anything to a
 * shell.
 */
const recoverLine = (project: string, id: RenderId, task: TaskId): string =>
  `rushes recover ${project}:${id} --adopt ${task}`;

/**
 * One line for each task whose clip is not here yet. `project`: the manifest's name, `film` for
 * film.yaml.
 */
export const recoverLines = (project: string, lock: Lock): readonly string[] =>
  [...lock.renders].flatMap(([id, entry]) =>
    [entry, ...(entry.earlier ?? [])].flatMap((result) =>
      result.task !== undefined && result.clip === undefined && result.status !== 'failed'
        ? [recoverLine(project, id, result.task)]
        : [],
    ),
  );

/**
 * Writes the lines where they may survive: the folder of temporary files, or the first of `folders`
 * that takes them. Returns the path, or `undefined` if no place took them: then the screen is all
 * there is.
 */
export async function dumpLines(
  files: Files,
  name: string,
  lines: readonly string[],
  folders: readonly string[] = [tmpdir()],
): Promise<string | undefined> {
  const text = [
    '# Tasks that were paid for when a disk failed. Run these lines in the project, then: rushes collect',
    ...lines,
    '',
  ].join('\n');
  for (const folder of folders) {
    const path = join(folder, name);
    if ((await files.writeAtomic(path, text)).ok) return path;
  }
  return undefined;
}
