/**
 * Clips in the output folder of a project that no lock of the project names. What the spend record
 * knows of another branch is paid for there, and stays; so does the only copy of a clip that a lock
 * names elsewhere.
 */
import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { defined } from '../defined.ts';
import { fromLockPath } from '../lock/file/paths.ts';
import type { RenderId } from '../ids.ts';
import type { Lock } from '../lock/file/format.ts';
import type { Project } from '../scene.ts';
import type { Attempts } from '../record/attempts.ts';
import { systemFiles } from '../ports/files/files.ts';

export interface UnnamedClip {
  /** Absolute. */
  readonly file: string;
  readonly bytes: number;
  /** Why it stays: the branch whose clip it is. */
  readonly branch?: string;
  /** Why it stays: the render whose clip it is, which is not in its own place. */
  readonly clipOf?: RenderId;
}

export interface ClipSearch {
  /** Every lock that may name one of the clips, with its absolute path. */
  readonly locks: readonly { readonly lock: Lock; readonly lockPath: string }[];
  /** The record of the clone, and the branch that is checked out. */
  readonly attempts?: Attempts | undefined;
  readonly branch?: string | undefined;
}

const CLIP = /\.(?:mp4|mov|webm|mkv)$/i;

/**
 * In the folders of scenes only, `<output>/<project>/<scene>/`: films that were cut, pages and
 * drafts lie elsewhere. Links are not followed. Absolute.
 */
export async function clipsOnDisk({
  outputPath,
  name,
}: Pick<Project, 'outputPath' | 'name'>): Promise<readonly string[]> {
  const project = path.join(outputPath, name);
  const found: string[] = [];
  for (const scene of await foldersIn(project))
    found.push(...(await clipsIn(path.join(project, scene))));
  return found;
}

/** `clips`: of {@link clipsOnDisk}. */
export async function unnamedClips(
  clips: readonly string[],
  { locks, attempts, branch }: ClipSearch,
): Promise<readonly UnnamedClip[]> {
  const named = new Set<string>();
  const places = new Map<string, { readonly id: RenderId; readonly file: string }[]>();
  for (const { lock, lockPath } of locks)
    for (const [id, entry] of lock.renders)
      for (const { clip } of [entry, ...(entry.earlier ?? [])]) {
        if (clip === undefined) continue;
        const file = fromLockPath(lockPath, clip.path);
        named.add(file);
        places.set(clip.sha256, [...(places.get(clip.sha256) ?? []), { id, file }]);
      }
  const awayOf = async (sha256: string): Promise<RenderId | undefined> => {
    for (const { id, file } of places.get(sha256) ?? []) {
      const there = await systemFiles.hash(file);
      if (!there.ok || there.value.sha256 !== sha256) return id;
    }
    return undefined;
  };
  const branches = new Map(
    (attempts?.all() ?? []).flatMap(({ clip, branch: theirs }) =>
      clip === undefined || theirs === undefined || theirs === branch
        ? []
        : [[clip.sha256, theirs] as const],
    ),
  );
  const found: UnnamedClip[] = [];
  for (const file of clips) {
    if (named.has(file)) continue;
    const hashed = await systemFiles.hash(file);
    if (!hashed.ok) continue;
    const { sha256, bytes } = hashed.value;
    const clipOf = await awayOf(sha256);
    found.push({ file, bytes, ...defined({ branch: branches.get(sha256), clipOf }) });
  }
  return found;
}

const foldersIn = async (folder: string): Promise<readonly string[]> =>
  (await readdir(folder, { withFileTypes: true }).catch(() => []))
    .filter((one) => one.isDirectory() && !one.name.startsWith('.'))
    .map(({ name }) => name)
    .sort();

const clipsIn = async (folder: string): Promise<readonly string[]> =>
  (await readdir(folder, { withFileTypes: true, recursive: true }).catch(() => []))
    .filter((one) => one.isFile() && CLIP.test(one.name) && !one.name.startsWith('.'))
    .map((one) => path.join(one.parentPath, one.name))
    .sort();
