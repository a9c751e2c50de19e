/** Files as this folder needs them: `read.ts` gives the real ones. */
import type { Place, Source } from '../../diagnostic.ts';
import type { Picture } from '../../pictures/picture.ts';
import type { Problem, Report } from './problems.ts';

/** What a file is read as: each kind has its own bound. */
export type FileKind = 'manifest' | 'rows' | 'prompt';

export interface ReadFile {
  readonly source: Source;
  /** Absolute, links resolved: one file has one path. */
  readonly path: string;
  /** Absolute folder that its own relative paths start from. */
  readonly folder: string;
  /** What is wrong in it and does not keep it from being read. */
  readonly problems?: readonly Problem[];
}

export interface Reader {
  /**
   * A file inside the project root, or `undefined` after saying why not. The same file is read
   * once.
   */
  read(
    name: string,
    folder: string,
    kind: FileKind,
    place: Place,
    report: Report,
  ): ReadFile | undefined;
  /**
   * A picture inside the project root, read and checked once; `undefined` after reporting why it
   * cannot be sent.
   */
  picture(name: string, folder: string, place: Place, report: Report): Picture | undefined;
  /**
   * Names of the files that a glob matches, relative to the folder, sorted; `undefined` after
   * saying why not.
   */
  glob(
    pattern: string,
    folder: string,
    place: Place,
    report: Report,
  ): readonly string[] | undefined;
}
