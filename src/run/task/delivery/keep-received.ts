/**
 * What a gateway has in place of a clip, such as a WebM or half an MP4: it never takes the place of
 * the clip, but it is paid for and its link expires, so it is kept.
 */
import { constants } from 'node:fs';
import { copyFile, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { ClipProblem } from '../../../clip/facts.ts';
import { systemFiles } from '../../../ports/files/files.ts';
import { freeName, staysInside } from './landing.ts';

export interface ReceivedVideo {
  readonly partPath: string;
  readonly sha256: string;
  readonly ending: NonNullable<ClipProblem['videoEnding']>;
  /** Of the project; a folder that a link leads out of it is not written to. */
  readonly root: string;
}

export type Received =
  | { readonly kind: 'kept'; readonly path: string }
  | { readonly kind: 'disk'; readonly reason: string };

/**
 * Named by its content, so that the same file is there once. A copy, because the folders may be on
 * two disks.
 */
export async function keepReceived(
  folder: string,
  { partPath, sha256, ending, root }: ReceivedVideo,
): Promise<Received> {
  try {
    const path = await freeName(join(folder, `${sha256.slice(0, 16)}${ending}`), sha256);
    if (!(await staysInside(root, path)))
      return { kind: 'disk', reason: `${folder} leads out of the project` };
    if ((await systemFiles.stat(path)).ok) return { kind: 'kept', path };
    await mkdir(folder, { recursive: true });
    await copyFile(partPath, path, constants.COPYFILE_EXCL);
    return { kind: 'kept', path };
  } catch (error) {
    return { kind: 'disk', reason: error instanceof Error ? error.message : String(error) };
  }
}
