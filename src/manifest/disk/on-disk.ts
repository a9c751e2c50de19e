import type { FindSecrets } from '../../secrets/find-secrets.ts';
import type { Picture } from '../../pictures/picture.ts';
import type { Reader } from '../values/reader.ts';

/** A project's files and folders, as the disk has them. */
export interface OnDisk {
  readonly reader: Reader;
  /** Absolute. */
  readonly manifestPath: string;
  readonly root: string;
  /** Name of the manifest's file without folder and extension: the default name of the project. */
  readonly stem: string;
  /** Absolute path of an output folder, or why it cannot be one. */
  outputPath(
    output: string,
  ): { readonly path: string } | { readonly problem: string; readonly hint: string };
  readonly secretsIn: FindSecrets;
  /** Digest of every file read so far. */
  digests(): ReadonlyMap<string, string>;
  /** Every picture read so far, by its placeholder. */
  pictures(): ReadonlyMap<string, Picture>;
}
