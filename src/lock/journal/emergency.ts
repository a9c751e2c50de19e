/**
 * For when the journal or the lock cannot be written: what is known of paid tasks goes to another
 * place, as lines that a person can copy into a shell, and as entries that are added automatically
 * by the next command that writes the lock.
 */
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import type { RenderId, TaskId } from '../../ids.ts';
import type { Files } from '../../ports/files/files.ts';
import { answersOf } from '../attempt.ts';
import type { Lock } from '../file/format.ts';
import type { LockPaths } from '../file/paths.ts';
import type { JournalEvent } from './events.ts';
import { decodeLine, encodeLine } from './journal-line.ts';

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
      result.task !== undefined && answersOf(result).awaitsClip !== undefined
        ? [recoverLine(project, id, result.task)]
        : [],
    ),
  );

export interface Dump {
  /** For people: commands, and comments that begin with `#`. */
  readonly lines: readonly string[];
  /**
   * For the next command: entries of the lock that are on no disk yet, and attempts that were not
   * sent although the journal may have their intent.
   */
  readonly entries: readonly JournalEvent[];
}

/** Beside the journal first: there the next command on any machine finds it. */
const foldersOf = (paths: LockPaths): readonly string[] => [paths.folder, tmpdir()];
const nameOf = (paths: LockPaths): string => basename(paths.lock, '.lock.json');
/** Names the lock that the entries are of: in the folder of temporary files lie those of others. */
const lockLine = (paths: LockPaths): string => `# lock ${JSON.stringify(paths.lock)}`;
/** Kinds of {@link Dump.entries}. */
const TAKEN_IN: ReadonlySet<JournalEvent['kind']> = new Set(['received', 'withdrawn']);
const MOST_BYTES = 64 * 1024 * 1024;

/**
 * Writes the dump where it may survive: beside the journal, else in the folder of temporary files.
 * Returns the path, or `undefined` if no place took it: then the screen is all there is. `owner`
 * tells it from the dump of another run.
 */
export async function writeDump(
  files: Files,
  paths: LockPaths,
  owner: string,
  { lines, entries }: Dump,
): Promise<string | undefined> {
  const text = [
    '# Tasks that were paid for when a disk failed. The next rushes command that writes the lock takes them in.',
    '# By hand: run these lines in the project, then: rushes collect',
    ...lines,
    lockLine(paths),
    ...entries.map((entry) => `# ${encodeLine(entry).trimEnd()}`),
    '',
  ].join('\n');
  for (const folder of foldersOf(paths)) {
    const path = join(folder, `rushes-${nameOf(paths)}-${owner}.txt`);
    if ((await files.writeAtomic(path, text)).ok) return path;
  }
  return undefined;
}

export interface FoundDumps {
  /** To be removed once the lock holds what they say. */
  readonly paths: readonly string[];
  readonly entries: readonly JournalEvent[];
}

/**
 * The dumps of runs whose disk failed, for this lock. Only files of this user: any user can put one
 * into the folder of temporary files.
 */
export async function readDumps(files: Files, paths: LockPaths): Promise<FoundDumps> {
  const found: { readonly paths: string[]; readonly entries: JournalEvent[] } = {
    paths: [],
    entries: [],
  };
  const [start, end] = [`rushes-${nameOf(paths)}-`, '.txt'] as const;
  for (const folder of foldersOf(paths)) {
    const listed = await files.list(folder, start, end);
    for (const name of listed.ok ? [...listed.value].sort() : []) {
      const path = join(folder, name);
      if (!(await files.isOwnFile(path, MOST_BYTES))) continue;
      const read = await files.read(path);
      const lines = read.ok ? new TextDecoder().decode(read.value).split('\n') : [];
      if (!lines.includes(lockLine(paths))) continue;
      found.paths.push(path);
      for (const line of lines) {
        const event = line.startsWith('# {') ? decodeLine(line.slice(2)) : '';
        if (typeof event !== 'string' && TAKEN_IN.has(event.kind)) found.entries.push(event);
      }
    }
  }
  return found;
}
