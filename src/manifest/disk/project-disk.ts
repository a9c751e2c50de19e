import path from 'node:path';
import { defined } from '../../defined.ts';
import type { globSync } from 'tinyglobby';
import type { Place } from '../../diagnostic.ts';
import { nearest } from '../../algorithms/nearest.ts';
import type { Picture } from '../../pictures/picture.ts';
import { isInside } from '../../ports/files/project-root.ts';
import type { SyncFiles } from '../../ports/files/sync-files.ts';
import type { FindSecrets } from '../../secrets/find-secrets.ts';
import type { OnDisk } from './on-disk.ts';
import { quoted } from '../values/located.ts';
import { PictureFiles } from '../values/picture-files.ts';
import type { Problem, Report } from '../values/problems.ts';
import type { FileKind, Reader, ReadFile } from '../values/reader.ts';
import { findGlob } from './find-glob.ts';
import { nameProblem, shown } from './path-names.ts';
import { refusal, type Withheld } from './private-files.ts';
import { readTextFile } from './read-text-file.ts';

/** The disk, with its rules for files and texts that are not allowed. */
export interface Guards {
  readonly files: SyncFiles;
  readonly secretsIn: FindSecrets;
  readonly withheld: Withheld;
}

/** What a manifest sees of the disk: the files of its project, each read once. */
export class ProjectDisk implements Reader, OnDisk {
  readonly reader: Reader;
  readonly manifestPath: string;
  readonly root: string;
  readonly stem: string;
  readonly #cwd: string;
  readonly #files = new Map<string, ReadFile | readonly Problem[]>();
  readonly #digests = new Map<string, string>();
  /** Whether a link leads from the manifest's path to the manifest. */
  readonly #isLinked: boolean;
  readonly #guards: Guards;
  readonly #named = new Set<string>();
  readonly #pictures: PictureFiles;
  #globSync: typeof globSync | undefined;

  constructor(
    manifest: { readonly path: string; readonly isLinked: boolean },
    root: string,
    cwd: string,
    guards: Guards,
  ) {
    const manifestPath = manifest.path;
    this.#isLinked = manifest.isLinked;
    this.reader = this;
    this.#guards = guards;
    this.manifestPath = manifestPath;
    this.root = root;
    this.stem = path.basename(manifestPath).replace(/\.ya?ml$/i, '');
    this.#cwd = cwd;
    this.#pictures = new PictureFiles(root, guards.files, this.#digests);
  }

  /** Before the first `glob`. */
  async prepareGlobs(): Promise<void> {
    this.#globSync = (await import('tinyglobby')).globSync;
  }

  get secretsIn(): FindSecrets {
    return this.#guards.secretsIn;
  }

  /** What the manifest names, and itself if it is a link: absolute, links resolved. */
  named(): readonly string[] {
    return [...this.#named];
  }

  digests(): ReadonlyMap<string, string> {
    return new Map([...this.#digests].sort(([a], [b]) => (a < b ? -1 : 1)));
  }

  outputPath(
    output: string,
  ): { readonly path: string } | { readonly problem: string; readonly hint: string } {
    const hint = 'Name a folder inside the project, as in output: out';
    const problem = nameProblem(output);
    if (problem !== undefined) return { problem, hint };
    const absolute = path.resolve(this.root, output);
    let existing = absolute;
    while (
      this.#guards.files.realPath(existing) === undefined &&
      path.dirname(existing) !== existing
    )
      existing = path.dirname(existing);
    const real = this.#guards.files.realPath(existing) ?? existing;
    if (!isInside(absolute, this.root) || !isInside(real, this.root))
      return { problem: 'lies outside the project', hint };
    if (path.relative(this.root, absolute).split(path.sep)[0] === '.git')
      return { problem: "is git's own folder", hint };
    return { path: absolute };
  }

  read(
    name: string,
    folder: string,
    kind: FileKind,
    place: Place,
    report: Report,
  ): ReadFile | undefined {
    const found = this.#find(name, folder, place);
    if ('code' in found) {
      report(found);
      return undefined;
    }
    const { absolute, real, isManifest } = found;
    if (!isManifest || this.#isLinked) this.#named.add(real);
    let known = this.#files.get(`${kind} ${real}`);
    if (known === undefined) {
      const { files, secretsIn } = this.#guards;
      known = readTextFile(
        { name, absolute, real, kind, place },
        { root: this.root, cwd: this.#cwd, files, secretsIn, digests: this.#digests },
      );
      this.#files.set(`${kind} ${real}`, known);
    }
    if ('source' in known) {
      for (const problem of known.problems ?? []) report(problem);
      return known;
    }
    for (const problem of known) report(problem);
    return undefined;
  }

  picture(name: string, folder: string, place: Place, report: Report): Picture | undefined {
    const found = this.#find(name, folder, place);
    if ('code' in found) {
      report(found.code === 'no-file' ? { ...found, ...this.#pictureHint(name, folder) } : found);
      return undefined;
    }
    const { absolute, real } = found;
    return this.#pictures.read({ name, absolute, real, place }, report);
  }

  pictures(): ReadonlyMap<string, Picture> {
    return this.#pictures.all();
  }

  #pictureHint(name: string, folder: string): { readonly hint?: string } {
    if (/[*?]/.test(name))
      return { hint: 'A path names one picture: * and ? stand for themselves. List each picture.' };
    const near = this.#nearFile(name, folder);
    return near === undefined ? {} : { hint: `Did you mean ${near}?` };
  }

  /** A file beside the one that is not there, with a name like it; as it would be written. */
  #nearFile(name: string, folder: string): string | undefined {
    const at = path.dirname(path.resolve(folder, name));
    if (!isInside(at, this.root) || this.#guards.files.kindOf(at) !== 'folder') return undefined;
    const names = this.#guards.files
      .entries(at)
      .filter((entry) => entry.isFile() && !entry.name.startsWith('.'))
      .map((entry) => entry.name);
    const near = nearest(path.posix.basename(name), names);
    return near === undefined ? undefined : path.posix.join(path.posix.dirname(name), near);
  }

  /** Where a path of a manifest leads, or why nothing is read there. */
  #find(
    name: string,
    folder: string,
    place: Place,
  ): { readonly absolute: string; readonly real: string; readonly isManifest: boolean } | Problem {
    const badName = nameProblem(name);
    if (badName !== undefined) {
      return {
        code: 'outside-project',
        message: `the path ${quoted(name)} ${badName}`,
        place,
        hint: 'Write it relative to this file, with / between folders.',
      };
    }
    const absolute = path.resolve(folder, name);
    const isManifest = absolute === this.manifestPath;
    if (!isManifest && !isInside(absolute, this.root)) return this.#outside(name, place);
    const real = this.#guards.files.realPath(absolute);
    if (real === undefined) {
      return isManifest
        ? {
            code: 'no-file',
            message: this.#isLink(absolute)
              ? `${shown(absolute, this.#cwd)} is a symbolic link to a file that does not exist`
              : `there is no file ${shown(absolute, this.#cwd)}`,
            place,
            ...defined({ hint: this.#meantManifest(absolute) }),
          }
        : {
            code: 'no-file',
            message: this.#isLink(absolute)
              ? `${quoted(name)} is a symbolic link to a file that does not exist`
              : `there is no file ${quoted(name)}`,
            place,
            hint: 'Paths are relative to the file that contains them.',
          };
    }
    if (!isInside(real, this.root))
      return this.#outside(name, place, 'leads outside the project, through a symbolic link');
    if (!isManifest || this.#isLinked) {
      // A manifest in a dot-folder may be named on the command line; the target of a link is
      // checked.
      const { files, withheld } = this.#guards;
      const reason = refusal(isManifest ? [real] : [absolute, real], this.root, files, withheld);
      if (reason !== undefined) {
        return {
          code: 'private-file',
          message: `${quoted(name)} ${reason.message}`,
          place,
          hint: reason.hint,
        };
      }
    }
    return { absolute, real, isManifest };
  }

  glob(
    pattern: string,
    folder: string,
    place: Place,
    report: Report,
  ): readonly string[] | undefined {
    if (this.#globSync === undefined) throw new Error('a glob before prepareGlobs');
    return findGlob(
      this.#globSync,
      { pattern, folder, place },
      { root: this.root, files: this.#guards.files, outside: () => this.#outside(pattern, place) },
      report,
    );
  }

  /** `film` and `film.yaml` are how people think of manifests/film.yaml. */
  #meantManifest(absolute: string): string | undefined {
    const name = path.basename(absolute);
    const near = ['', '.yaml', '.yml']
      .map((ending) => path.join(path.dirname(absolute), 'manifests', `${name}${ending}`))
      .find((file) => this.#guards.files.kindOf(file) === 'file');
    return near === undefined ? undefined : `Did you mean ${shown(near, this.#cwd)}?`;
  }

  /** Of a path that leads nowhere. */
  #isLink(absolute: string): boolean {
    const { files } = this.#guards;
    const folder = path.dirname(absolute);
    if (files.kindOf(folder) !== 'folder') return false;
    const name = path.basename(absolute);
    return files.entries(folder).some((one) => one.name === name && one.isSymbolicLink());
  }

  #outside(name: string, place: Place, where = 'lies outside the project'): Problem {
    return {
      code: 'outside-project',
      message: `${quoted(name)} ${where}`,
      place,
      hint: `Manifests read only files of their project, which is ${this.root === this.#cwd ? 'this folder' : `the folder ${shown(this.root, this.#cwd)}`}.`,
    };
  }
}
