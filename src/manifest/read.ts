/**
 * The one file of this room that touches the disk: a path to a project, and every file that the
 * manifest names.
 */
import { createHash } from 'node:crypto';
import type { readdirSync } from 'node:fs';
import path from 'node:path';
import type { globSync } from 'tinyglobby';
import { type Diagnostic, type Place, Source } from '../diagnostic.ts';
import { isInside, projectRoot, wayOut } from '../ports/files/project-root.ts';
import { nearest } from '../nearest.ts';
import { type SyncFiles, systemSyncFiles } from '../ports/files/sync-files.ts';
import type { Picture } from '../pictures/picture.ts';
import type { Loaded } from '../scene.ts';
import { diagnosticsOf } from './affected.ts';
import { getMap, quoted, wholeOf } from './values/located.ts';
import { PictureFiles } from './values/picture-files.ts';
import { type Problem, Problems, type Report } from './values/problems.ts';
import { loadProject, manifestRoot, type Surroundings } from './project.ts';
import type { FileKind, Reader, ReadFile } from './values/reader.ts';
import { decode, MAX_MANIFEST_BYTES, MAX_PROMPT_BYTES, MAX_ROWS_BYTES } from './values/text.ts';
import { type DeclaredVar, listVars } from './scenes/vars.ts';
import { type FindSecrets, masked, secretFinder } from '../secrets.ts';
import { privateReason, type Withheld, withheldByGit } from './read-guards.ts';

export interface LoadOptions {
  /** Absolute working folder: paths in messages are relative to it. */
  readonly cwd: string;
  /** Values of `--var name=value`, as typed. */
  readonly vars?: ReadonlyMap<string, string>;
  /** What holds the keys that no text may hold. Default: the environment of this process. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** Default: the disk of this machine. */
  readonly files?: SyncFiles | undefined;
}

/**
 * Reads one manifest with everything that it includes. Bad input is a diagnostic; rejects for bugs
 * only.
 */
export async function loadManifest(manifest: string, options: LoadOptions): Promise<Loaded> {
  const [loaded] = await loadManifests([manifest], options);
  if (loaded === undefined) throw new Error('a manifest gave nothing');
  return loaded;
}

/** The same for several, in their order: git is asked about their files in one go. */
export async function loadManifests(
  manifests: readonly string[],
  { env = process.env, files = systemSyncFiles, ...options }: LoadOptions,
): Promise<readonly Loaded[]> {
  const secretsIn = secretFinder(env);
  const first: FirstLook[] = [];
  for (const manifest of manifests)
    first.push(await loadOne(manifest, options, { secretsIn, files, withheld: new Map() }));
  const withheld = await withheldByGit(new Set(first.flatMap(({ named }) => named)), env, files);
  const loaded: Loaded[] = [];
  for (const [index, { loaded: known, named }] of first.entries())
    // What an ignored file holds must show in no message: everything is read again without it.
    loaded.push(
      named.some((file) => withheld.has(file))
        ? (await loadOne(manifests[index] ?? '', options, { secretsIn, files, withheld })).loaded
        : known,
    );
  return loaded;
}

interface FirstLook {
  readonly loaded: Loaded;
  /** Absolute paths, links resolved, of the text files that git has to be asked about. */
  readonly named: readonly string[];
}

/** The disk, with what no file may be, and what no text may hold. */
interface Guards {
  readonly files: SyncFiles;
  readonly secretsIn: FindSecrets;
  readonly withheld: Withheld;
}

async function loadOne(
  manifest: string,
  { cwd, vars = new Map() }: Omit<LoadOptions, 'env' | 'files'>,
  guards: Guards,
): Promise<FirstLook> {
  await Promise.resolve();
  const opened = open(manifest, cwd, guards);
  if (!('file' in opened)) return { loaded: opened, named: opened.named };
  const { file, disk } = opened;
  // Only what is included can include in turn, so that few manifests need it. A key may be written
  // with escapes.
  if (/include|\\/.test(file.source.text)) await disk.prepareGlobs();
  const given = withoutSecrets(vars, guards.secretsIn);
  const loaded = loadProject(file, given.vars, disk);
  const shared = sharedLock(disk.manifestPath, cwd, guards.files);
  const before = [
    ...(shared === undefined ? [] : [shared]),
    ...given.diagnostics,
    ...opened.diagnostics,
  ];
  return {
    loaded:
      before.length === 0 ? loaded : { ...loaded, diagnostics: [...before, ...loaded.diagnostics] },
    named: disk.named(),
  };
}

/** `--var` may be filled in by a workflow: a secret in one goes nowhere. */
function withoutSecrets(
  vars: ReadonlyMap<string, string>,
  secretsIn: FindSecrets,
): { readonly vars: ReadonlyMap<string, string>; readonly diagnostics: readonly Diagnostic[] } {
  const diagnostics: Diagnostic[] = [];
  const safe = new Map<string, string>();
  for (const [name, value] of vars) {
    const found = secretsIn(value);
    safe.set(name, masked(value, found));
    if (found[0] !== undefined)
      diagnostics.push({
        code: 'secret-value',
        severity: 'error',
        message: `--var ${name} holds ${found[0].what}: it would be sent, and written into the lock`,
        hint: 'Give it another value.',
        renders: [],
      });
  }
  return { vars: safe, diagnostics };
}

/**
 * `film.yaml` and `film.yml` in one folder would write one lock, each calling the other's renders
 * orphans.
 */
function sharedLock(manifestPath: string, cwd: string, files: SyncFiles): Diagnostic | undefined {
  const twin = /\.ya?ml$/.test(manifestPath)
    ? manifestPath.replace(/ya?ml$/, (ending) => (ending === 'yml' ? 'yaml' : 'yml'))
    : undefined;
  if (twin === undefined || files.kindOf(twin) !== 'file') return undefined;
  // The same words for both, so that both can be reported as one.
  const [one, other] = [manifestPath, twin].map((absolute) => shown(absolute, cwd)).sort();
  return {
    code: 'shared-lock',
    severity: 'error',
    message: `${one ?? ''} and ${other ?? ''} would share one lock`,
    place: { source: new Source(shown(manifestPath, cwd), ''), start: 0, end: 0 },
    hint: 'Rename one of them.',
    renders: [],
  };
}

/** The vars that a manifest declares, with their types, defaults and descriptions. */
export async function loadVars(
  manifest: string,
  { cwd, env = process.env, files = systemSyncFiles }: LoadOptions,
): Promise<{ readonly vars: readonly DeclaredVar[]; readonly diagnostics: readonly Diagnostic[] }> {
  await Promise.resolve();
  const secretsIn = secretFinder(env);
  let opened = open(manifest, cwd, { secretsIn, files, withheld: new Map() });
  const withheld = await withheldByGit(
    new Set('file' in opened ? opened.disk.named() : []),
    env,
    files,
  );
  if (withheld.size > 0) opened = open(manifest, cwd, { secretsIn, files, withheld });
  if (!('file' in opened)) return { vars: [], diagnostics: opened.diagnostics };
  const problems = new Problems();
  const root = manifestRoot(opened.file, problems);
  const vars =
    root === undefined ? [] : listVars(getMap(root, 'vars'), problems.add.bind(problems));
  return { vars, diagnostics: [...opened.diagnostics, ...finish(problems)] };
}

const finish = (problems: Problems): Diagnostic[] =>
  diagnosticsOf(problems.all(), { drafts: [], scenes: [], aliases: [], specs: [] });

function open(
  manifest: string,
  cwd: string,
  guards: Guards,
):
  | {
      readonly file: ReadFile;
      readonly disk: Disk;
      readonly diagnostics: readonly Diagnostic[];
    }
  | { readonly diagnostics: readonly Diagnostic[]; readonly named: readonly string[] } {
  const absolute = path.resolve(cwd, manifest);
  const problems = new Problems();
  const { files } = guards;
  const real = files.realPath(absolute);
  // The command line may name any manifest; a link in its place, which a pull
  // request can bring, and what it names in turn stay inside the project.
  const source = new Source(shown(absolute, cwd), '');
  const root = projectRoot(absolute, files);
  const here = files.realPath(root);
  const out = wayOut(absolute, cwd, files);
  if (out !== undefined) {
    problems.add({
      code: 'outside-project',
      message: `${shown(out, cwd)} is a link that leads out of the project`,
      place: wholeOf(source),
      hint:
        out === absolute
          ? 'Put the manifest itself there, or name the file that the link leads to.'
          : 'Put the folder itself there, or remove the link.',
    });
    return { diagnostics: finish(problems), named: [] };
  }
  const isLinked =
    real !== undefined &&
    here !== undefined &&
    path.relative(here, real) !== path.relative(root, absolute);
  const disk = new Disk(
    { path: absolute, isLinked },
    projectRoot(real ?? absolute, files),
    cwd,
    guards,
  );
  const file = disk.read(
    path.basename(absolute),
    path.dirname(absolute),
    'manifest',
    wholeOf(source),
    problems.add.bind(problems),
  );
  return file === undefined
    ? { diagnostics: finish(problems), named: disk.named() }
    : { file, disk, diagnostics: finish(problems) };
}

const shown = (absolute: string, cwd: string): string => {
  const relative = path.relative(cwd, absolute);
  return (relative === '' ? '.' : relative).split(path.sep).join('/');
};

const BOUNDS: Readonly<Record<FileKind, number>> = {
  manifest: MAX_MANIFEST_BYTES,
  rows: MAX_ROWS_BYTES,
  prompt: MAX_PROMPT_BYTES,
};
const MAX_GLOB_DEPTH = 12;
/**
 * `*`, `?`, `[`, `{` and `(` of one glob: with hundreds, the expression made of it takes all
 * memory.
 */
const MAX_WILDCARDS = 24;
const MAX_GLOB_LENGTH = 500;

class Disk implements Reader, Surroundings {
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
    if (known === undefined)
      this.#files.set(`${kind} ${real}`, (known = this.#open(absolute, real, kind, name, place)));
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
      const near = found.code === 'no-file' ? this.#nearFile(name, folder) : undefined;
      report(near === undefined ? found : { ...found, hint: `Did you mean ${near}?` });
      return undefined;
    }
    const { absolute, real } = found;
    return this.#pictures.read({ name, absolute, real, place }, report);
  }

  pictures(): ReadonlyMap<string, Picture> {
    return this.#pictures.all();
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
        ? { code: 'no-file', message: `there is no file ${shown(absolute, this.#cwd)}`, place }
        : {
            code: 'no-file',
            message: `there is no file ${quoted(name)}`,
            place,
            hint: 'Paths are relative to the file that names them.',
          };
    }
    if (!isInside(real, this.root)) return this.#outside(name, place);
    if (!isManifest || this.#isLinked) {
      const reason = this.#privateReason(absolute, real, isManifest);
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
    const badName = nameProblem(pattern);
    if (
      badName !== undefined ||
      !isInside(path.resolve(folder, pattern.replace(/[*?[{(!].*$/s, '')), this.root)
    ) {
      const problem: Problem =
        badName === undefined
          ? this.#outside(pattern, place)
          : { code: 'outside-project', message: `the path ${quoted(pattern)} ${badName}`, place };
      report(problem);
      return undefined;
    }
    if (
      pattern.length > MAX_GLOB_LENGTH ||
      (pattern.match(/[*?[{(]/g)?.length ?? 0) > MAX_WILDCARDS
    ) {
      const message = `the glob ${quoted(pattern)} has more than ${MAX_WILDCARDS} wildcards or ${MAX_GLOB_LENGTH} characters`;
      report({ code: 'too-large', message, place, hint: 'Name the folder, as in scenes/*.yaml.' });
      return undefined;
    }
    if (this.#globSync === undefined) throw new Error('a glob before prepareGlobs');
    const found = this.#globSync(pattern, {
      cwd: folder,
      onlyFiles: true,
      expandDirectories: false,
      followSymbolicLinks: false,
      deep: MAX_GLOB_DEPTH,
      ignore: ['**/node_modules/**', '**/.git/**'],
      fs: {
        readdirSync: ((at: string) =>
          this.#guards.files.entries(at)) as unknown as typeof readdirSync,
      },
    }).sort();
    if (found.length === 0) {
      report({
        code: 'no-effect',
        severity: 'warning',
        message: `no file matches ${quoted(pattern)}`,
        place,
        hint: 'Paths are relative to the file that names them.',
      });
    }
    return found;
  }

  #open(
    absolute: string,
    real: string,
    kind: FileKind,
    name: string,
    place: Place,
  ): ReadFile | readonly Problem[] {
    const found: Problem[] = [];
    const bound = BOUNDS[kind];
    let bytes: Uint8Array;
    try {
      const facts = this.#guards.files.stat(real);
      if (facts !== undefined && facts.kind !== 'file')
        return [{ code: 'no-file', message: `${quoted(name)} is not a file`, place }];
      const size = facts?.bytes ?? 0;
      if (size > bound) {
        const hint =
          kind === 'manifest'
            ? 'Split it with include:, or put the scenes into a file of rows.'
            : 'Split it into several files.';
        const message = `${quoted(name)} has ${size.toLocaleString('en')} bytes; ${bound.toLocaleString('en')} is the most for such a file`;
        return [{ code: 'too-large', message, place, hint }];
      }
      bytes = this.#guards.files.read(real);
    } catch (error) {
      return [
        {
          code: 'no-file',
          message: `${quoted(name)} cannot be read: ${error instanceof Error ? error.message : String(error)}`,
          place,
        },
      ];
    }
    this.#digests.set(
      path.relative(this.root, real).split(path.sep).join('/'),
      `sha256:${createHash('sha256').update(bytes).digest('hex')}`,
    );
    const source = decode(shown(absolute, this.#cwd), bytes, this.secretsIn, (problem) =>
      found.push(problem),
    );
    if (source === undefined) return found;
    return {
      source,
      path: real,
      folder: path.dirname(absolute),
      ...(found.length === 0 ? {} : { problems: found }),
    };
  }

  #privateReason(
    absolute: string,
    real: string,
    isManifest: boolean,
  ): { readonly message: string; readonly hint: string } | undefined {
    // A manifest in a dot-folder may be named on the command line; the target of a link is checked.
    const reason = privateReason(
      isManifest ? [real] : [absolute, real],
      this.root,
      this.#guards.files,
    );
    if (reason !== undefined)
      return {
        message: `${reason}, which manifests cannot read`,
        hint: 'Put the text into a file of its own, under a name without a leading dot.',
      };
    const withheld = this.#guards.withheld.get(real);
    switch (withheld?.why) {
      case undefined:
        return undefined;
      case 'ignored':
        return {
          message: 'is ignored by git, and manifests cannot read such files',
          hint: 'Commit it (git add --force adds an ignored file), or take it out of .gitignore.',
        };
      case 'unknown':
        return {
          message: `is not read: git does not say whether it ignores it (${withheld.message})`,
          hint: 'Run git status in this folder: it prints what to do.',
        };
    }
  }

  #outside(name: string, place: Place): Problem {
    return {
      code: 'outside-project',
      message: `${quoted(name)} lies outside the project`,
      place,
      hint: `Manifests read only files of their project, which is ${this.root === this.#cwd ? 'this folder' : `the folder ${shown(this.root, this.#cwd)}`}.`,
    };
  }
}

/** Paths in a manifest must mean the same on every machine. */
function nameProblem(name: string): string | undefined {
  if (name.includes('\0')) return 'holds a NUL character';
  if (path.posix.isAbsolute(name) || path.win32.isAbsolute(name) || /^[a-z]:/i.test(name))
    return 'is absolute';
  return name.includes('\\') ? 'holds a backslash' : undefined;
}
