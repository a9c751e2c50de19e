/**
 * Puts a finished download into place. The new clip is moved over the old name in one step; the
 * clip that was there gets its second name first, so there is no moment without a clip and nothing
 * is ever overwritten.
 */
import { createHash } from 'node:crypto';
import { renameSync } from 'node:fs';
import { copyFile, link, mkdir, realpath, rename, rmdir } from 'node:fs/promises';
import { basename, dirname, extname, isAbsolute, join, relative, sep } from 'node:path';
import type { Fingerprint } from '../../../ids.ts';
import { syncFolder } from '../../../ports/files/descriptors.ts';
import { MOST_BYTES_OF_A_NAME, systemFiles } from '../../../ports/files/files.ts';

export interface Landing {
  /** The finished temporary file, in the target's folder. */
  readonly partPath: string;
  /** Brings the temporary file about, where it is not there yet. The folder exists by then. */
  take?(): Promise<void>;
  readonly sha256: string;
  readonly targetPath: string;
  /**
   * Whose clip lies at the target now, by sha256; `undefined` for a file that the lock does not
   * know.
   */
  ownerOf(sha256: string): Fingerprint | undefined;
  /**
   * The clip that lies at the target has a second name, and will have only that one when this
   * resolves.
   */
  displaced(replaced: Replaced): Promise<void>;
}

export interface Replaced {
  readonly sha256: string;
  /** Where it is from now on; absolute. */
  readonly path: string;
}

export type Landed =
  | { readonly kind: 'landed'; readonly path: string }
  | { readonly kind: 'disk'; readonly reason: string };

/**
 * `.kling.0f1e2d3c.part` beside `kling.mp4`: hidden, and one result never writes into another's
 * file. A digest of its whole key, because an imported task has its id for a key, and task ids
 * begin alike.
 */
export function partPathOf(targetPath: string, key: string): string {
  const digest = createHash('sha256').update(key).digest('hex').slice(0, 8);
  const base = basename(targetPath, extname(targetPath));
  return join(dirname(targetPath), fitted(`.${base}`, `.${digest}.part`));
}

/** `kling.1a2b3c4d.mp4`: where a clip lives that is not the current one. */
export function asidePath(targetPath: string, hex: string): string {
  const extension = extname(targetPath);
  const digest = hex.replace('sha256:', '').slice(0, 8);
  return join(
    dirname(targetPath),
    fitted(basename(targetPath, extension), `.${digest}${extension}`),
  );
}

/** What file systems take, and room for what is put behind: `-2`, and `.json.new` of a download. */
const MOST_NAME_BYTES = MOST_BYTES_OF_A_NAME - 10;

/** An alias of 80 letters may be so long that nothing fits behind it: then its end is left out. */
function fitted(base: string, ending: string): string {
  const letters = [...base];
  while (Buffer.byteLength(letters.join('') + ending) > MOST_NAME_BYTES) letters.pop();
  return letters.join('') + ending;
}

/**
 * Whether a path that came from a lock stays below the project's root, links of existing folders
 * resolved first: a lock comes from git, and a pull request could name any path.
 */
export async function staysInside(root: string, path: string): Promise<boolean> {
  const real = await realpath(root).catch(() => root);
  for (let folder = dirname(path); ; folder = dirname(folder)) {
    const existing = await realpath(folder).catch(() => undefined);
    if (existing === undefined && folder !== dirname(folder)) continue;
    return isBelow(real, join(existing ?? folder, relative(folder, path)));
  }
}

/** Of absolute paths whose links are resolved. */
export function isBelow(folder: string, path: string): boolean {
  const rest = relative(folder, path);
  return rest !== '' && !isAbsolute(rest) && rest.split(sep)[0] !== '..';
}

export async function land(landing: Landing): Promise<Landed> {
  const { partPath, targetPath, sha256 } = landing;
  try {
    if (landing.take !== undefined) {
      await mkdir(dirname(targetPath), { recursive: true });
      await landing.take();
    }
    // Most clips get a name that is free.
    const isTaken = systemFiles.sync.kindOf(targetPath) !== undefined;
    const there = isTaken ? await systemFiles.hash(targetPath) : undefined;
    if (there?.ok === false && there.problem.code !== 'ENOENT')
      return { kind: 'disk', reason: there.problem.message };
    if (there?.ok === true && there.value.sha256 !== sha256) {
      const old = there.value.sha256;
      const path = await freeName(asidePath(targetPath, landing.ownerOf(old) ?? old), old);
      await secondName(targetPath, path);
      await landing.displaced({ sha256: old, path });
    }
    renameSync(partPath, targetPath);
    await syncFolder(dirname(targetPath));
    return { kind: 'landed', path: targetPath };
  } catch (error) {
    return { kind: 'disk', reason: error instanceof Error ? error.message : String(error) };
  }
}

/**
 * The name itself if it is free or holds the same bytes already (a run killed in between), else
 * with `-2`, `-3` …
 */
export async function freeName(path: string, sha256: string): Promise<string> {
  const extension = extname(path);
  for (let count = 1; ; count++) {
    const candidate =
      count === 1 ? path : `${path.slice(0, -extension.length)}-${count}${extension}`;
    const there = await systemFiles.hash(candidate);
    const isFree = there.ok
      ? there.value.sha256 === sha256
      : systemFiles.sync.kindOf(candidate) === undefined;
    if (isFree) return candidate;
  }
}

/** A clip under a second name; by copy where the file system has no hard links. */
export async function secondName(from: string, to: string): Promise<void> {
  if ((await systemFiles.stat(to)).ok) return;
  try {
    await link(from, to);
  } catch {
    await copyFile(from, to);
  }
}

/**
 * Moves a clip to a new name unless something else is there. `undefined`: the clip is at `to` now.
 * `elsewhere`: it is at neither place on this machine; a file with other bytes is not it, because a
 * lock could name any file. `occupied`: another file has that name. Else what the disk says.
 */
export async function moveClip(
  from: string,
  to: string,
  sha256: string,
): Promise<string | undefined> {
  if (from === to) return (await systemFiles.stat(to)).ok ? undefined : 'elsewhere';
  const target = await systemFiles.hash(to);
  if (target.ok) return target.value.sha256 === sha256 ? undefined : 'occupied';
  const found = await systemFiles.hash(from);
  if (!found.ok || found.value.sha256 !== sha256) return 'elsewhere';
  try {
    await mkdir(dirname(to), { recursive: true });
    await rename(from, to);
    await syncFolder(dirname(to));
    // A scene that was renamed leaves no empty folder behind.
    if (dirname(from) !== dirname(to)) await rmdir(dirname(from)).catch(() => undefined);
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}
