/** A path to a project: the manifest and every file that it names are read. */
import { type Diagnostic, Source } from '../diagnostic.ts';
import { isManifestFile, twinsOf } from '../ids.ts';
import { type SyncFiles, systemSyncFiles } from '../ports/files/sync-files.ts';
import type { Loaded } from '../scene.ts';
import { type FindSecrets, masked, secretFinder } from '../secrets/find-secrets.ts';
import { finish, openManifest } from './disk/open-manifest.ts';
import { shown } from './disk/path-names.ts';
import { withheldByGit } from './disk/private-files.ts';
import type { Guards } from './disk/project-disk.ts';
import { loadProject, manifestRoot } from './project.ts';
import { type DeclaredVar, listVars } from './scenes/vars.ts';
import { getMap } from './values/located.ts';
import { Problems } from './values/problems.ts';

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

async function loadOne(
  manifest: string,
  { cwd, vars = new Map() }: Omit<LoadOptions, 'env' | 'files'>,
  guards: Guards,
): Promise<FirstLook> {
  await Promise.resolve();
  const opened = openManifest(manifest, cwd, guards);
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
        message: `--var ${name} contains ${found[0].what}: it would be sent, and written into the lock`,
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
  // On a disk that takes upper case for lower case, film.YAML is film.yaml.
  const isSame = (other: string): boolean =>
    other.toLowerCase() === manifestPath.toLowerCase() &&
    files.stat(other)?.inode === files.stat(manifestPath)?.inode;
  const twin = isManifestFile(manifestPath)
    ? twinsOf(manifestPath).find((other) => files.kindOf(other) === 'file' && !isSame(other))
    : undefined;
  if (twin === undefined) return undefined;
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
  let opened = openManifest(manifest, cwd, { secretsIn, files, withheld: new Map() });
  const withheld = await withheldByGit(
    new Set('file' in opened ? opened.disk.named() : []),
    env,
    files,
  );
  if (withheld.size > 0) opened = openManifest(manifest, cwd, { secretsIn, files, withheld });
  if (!('file' in opened)) return { vars: [], diagnostics: opened.diagnostics };
  const problems = new Problems();
  const root = manifestRoot(opened.file, problems);
  const vars =
    root === undefined ? [] : listVars(getMap(root, 'vars'), problems.add.bind(problems));
  return { vars, diagnostics: [...opened.diagnostics, ...finish(problems)] };
}
