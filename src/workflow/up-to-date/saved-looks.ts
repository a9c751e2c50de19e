/**
 * What a command looked at, as JSON, and the look at all of it again. Nothing here is loaded but
 * Node's own modules: if there is nothing to do, a command does only this.
 */
import { hash } from 'node:crypto';
import { readdirSync, readFileSync, realpathSync, statSync } from 'node:fs';
import path from 'node:path';
import type { FileLook, KindLook, Looks } from '../../ports/files/recording-files.ts';
import { digestOfList, digestOfNames, namesAsked } from '../../ports/files/recording-files.ts';

/** Bytes, time of change, time of the last change of anything, inode, digest if it was read. */
type SavedFile = readonly [
  name: string,
  bytes: number,
  mtimeMs: number,
  changeTimeMs: number,
  inode: number,
  sha256?: string,
];

export interface SavedLooks {
  /** By folder: clips of one scene share theirs. */
  readonly files: Readonly<Record<string, readonly SavedFile[]>>;
  readonly kinds: Readonly<Record<string, KindLook>>;
  readonly lists: Readonly<Record<string, string>>;
  readonly names: Readonly<Record<string, string>>;
  readonly links: Readonly<Record<string, string>>;
}

export function saveLooks({ files, kinds, lists, names, links }: Looks): SavedLooks {
  const folders: Record<string, SavedFile[]> = Object.create(null) as Record<string, SavedFile[]>;
  for (const [file, look] of files) (folders[path.dirname(file)] ??= []).push(saveFile(file, look));
  return {
    files: folders,
    kinds: Object.fromEntries(kinds),
    lists: Object.fromEntries(lists),
    names: Object.fromEntries(names),
    links: Object.fromEntries(links),
  };
}

function saveFile(
  file: string,
  { bytes, mtimeMs, changeTimeMs, inode, sha256 }: FileLook,
): SavedFile {
  const name = path.basename(file);
  return sha256 === undefined
    ? [name, bytes, mtimeMs, changeTimeMs, inode]
    : [name, bytes, mtimeMs, changeTimeMs, inode, sha256];
}

/**
 * Times of files have steps, up to two seconds on some disks: a change within the same step as the
 * look would not show.
 */
const STEP_MS = 2_000;

/**
 * Whether everything is as it was, and nothing of it was touched at `savedAtMs` or shortly before.
 * Throws on looks that are not of the form of {@link SavedLooks}.
 */
export function isUnchanged(
  { files, kinds, lists, names, links }: SavedLooks,
  savedAtMs: number,
): boolean {
  for (const [file, kind] of Object.entries(kinds)) if (kindAt(file) !== kind) return false;
  for (const [file, real] of Object.entries(links)) if (realPathOf(file) !== real) return false;
  for (const [key, digest] of Object.entries(names)) if (namesOf(key) !== digest) return false;
  for (const [folder, digest] of Object.entries(lists)) if (listOf(folder) !== digest) return false;
  for (const [folder, inside] of Object.entries(files)) {
    for (const [name, bytes, mtimeMs, changeTimeMs, inode, sha256] of inside) {
      const file = folder.endsWith(path.sep) ? folder + name : folder + path.sep + name;
      const facts = statSync(file, { throwIfNoEntry: false });
      if (
        facts?.isFile() !== true ||
        facts.size !== bytes ||
        facts.mtimeMs !== mtimeMs ||
        facts.ctimeMs !== changeTimeMs ||
        facts.ino !== inode ||
        Math.max(mtimeMs, changeTimeMs) > savedAtMs - STEP_MS ||
        (sha256 !== undefined && hash('sha256', readFileSync(file), 'hex') !== sha256)
      )
        return false;
    }
  }
  return true;
}

function kindAt(file: string): KindLook {
  try {
    const facts = statSync(file, { throwIfNoEntry: false });
    if (facts === undefined) return 'absent';
    return facts.isFile() ? 'file' : facts.isDirectory() ? 'folder' : 'other';
  } catch {
    return 'absent';
  }
}

function realPathOf(file: string): string {
  try {
    return realpathSync(file);
  } catch {
    return '';
  }
}

function listOf(folder: string): string | undefined {
  try {
    return digestOfList(readdirSync(folder, { withFileTypes: true }));
  } catch {
    return undefined;
  }
}

function namesOf(key: string): string | undefined {
  const { folder, start, end } = namesAsked(key);
  try {
    return digestOfNames(
      readdirSync(folder).filter((name) => name.startsWith(start) && name.endsWith(end)),
    );
  } catch {
    return undefined;
  }
}
