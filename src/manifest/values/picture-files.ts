/** The pictures that a manifest names: each file is read and checked once. */
import { createHash } from 'node:crypto';
import path from 'node:path';
import type { Place } from '../../diagnostic.ts';
import { inspectPicture } from '../../pictures/inspect.ts';
import { MOST_PICTURE_BYTES } from '../../pictures/limits.ts';
import type { Picture } from '../../pictures/picture.ts';
import { placeholderOf } from '../../pictures/placeholder.ts';
import type { SyncFiles } from '../../ports/files/sync-files.ts';
import { quoted } from './located.ts';
import type { Problem, Report } from './problems.ts';

interface Named {
  /** As the manifest names it. */
  readonly name: string;
  readonly absolute: string;
  /** Absolute, links resolved. */
  readonly real: string;
  readonly place: Place;
}

/** Without the place, which is another one wherever the file is named. */
type Found = readonly [picture: Picture | undefined, problems: readonly Omit<Problem, 'place'>[]];

export class PictureFiles {
  readonly #root: string;
  readonly #files: SyncFiles;
  /** Of all files of the project, by path from the root. */
  readonly #digests: Map<string, string>;
  readonly #found = new Map<string, Found>();

  constructor(root: string, files: SyncFiles, digests: Map<string, string>) {
    this.#root = root;
    this.#files = files;
    this.#digests = digests;
  }

  read({ name, absolute, real, place }: Named, report: Report): Picture | undefined {
    let found = this.#found.get(absolute);
    if (found === undefined) this.#found.set(absolute, (found = this.#inspect(absolute, real)));
    const [picture, problems] = found;
    for (const problem of problems)
      report({ ...problem, message: `${quoted(name)} ${problem.message}`, place });
    return picture;
  }

  /** Every picture that can be sent, by its placeholder. */
  all(): ReadonlyMap<string, Picture> {
    return new Map(
      [...this.#found.values()].flatMap(([picture]) =>
        picture === undefined ? [] : [[placeholderOf(picture), picture] as const],
      ),
    );
  }

  #inspect(absolute: string, real: string): Found {
    const facts = this.#files.stat(real);
    if (facts?.kind === 'folder')
      return refused('picture-folder', 'is a folder', 'Name one picture in it.');
    if (facts !== undefined && facts.kind !== 'file')
      return refused('no-file', 'is not a file', 'Name the file of a picture.');
    if ((facts?.bytes ?? 0) > MOST_PICTURE_BYTES)
      return refused(
        'picture-too-large',
        `has ${(facts?.bytes ?? 0).toLocaleString('en')} bytes; no gateway takes more than ${MOST_PICTURE_BYTES.toLocaleString('en')}`,
        'Save it smaller.',
      );
    let bytes: Uint8Array;
    try {
      bytes = this.#files.read(real);
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      return refused('no-file', `cannot be read: ${why}`, 'Check the rights of the file.');
    }
    const sha256 = createHash('sha256').update(bytes).digest('hex');
    this.#digests.set(this.#fromRoot(real), `sha256:${sha256}`);
    const { facts: picture, problems } = inspectPicture(bytes, absolute);
    return [
      picture && {
        ...picture,
        path: this.#fromRoot(absolute),
        file: real,
        sha256,
        bytes: bytes.length,
      },
      problems,
    ];
  }

  /** `/` as separator on every system. */
  #fromRoot(absolute: string): string {
    return path.relative(this.#root, absolute).split(path.sep).join('/');
  }
}

const refused = (code: Problem['code'], message: string, hint: string): Found => [
  undefined,
  [{ code, severity: 'error', message, hint }],
];
