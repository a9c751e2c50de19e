/**
 * Which files inside a project no manifest may read: what a dot hides, what belongs to git, what
 * git ignores. A manifest may come from a pull request, and its texts go to a gateway, into the
 * lock and onto pages; a file that is not meant for the repository is not meant for them either.
 */
import path from 'node:path';
import { type Git, systemGit } from '../../ports/git.ts';
import type { SyncFiles } from '../../ports/files/sync-files.ts';

/** By absolute path, links resolved: why the text files that git was asked about are not read. */
export type Withheld = ReadonlyMap<
  string,
  | { readonly why: 'ignored' }
  /** Git is there and refuses to answer; `message` is its output. */
  | { readonly why: 'unknown'; readonly message: string }
>;

/**
 * Continues a sentence that begins with the path: why a file is private, or `undefined`. `paths`:
 * as it was named and with links resolved, both absolute and below `root`.
 */
function privateReason(
  paths: readonly string[],
  root: string,
  disk: SyncFiles,
): string | undefined {
  for (const file of paths) {
    const parts = path.relative(root, file).split(path.sep);
    const hidden = parts.findIndex((part) => part.startsWith('.'));
    if (hidden !== -1)
      return hidden === parts.length - 1
        ? 'is a dot-file'
        : 'lies in a folder whose name begins with a dot';
    for (let depth = 1; depth < parts.length; depth++)
      if (isGitFolder(path.join(root, ...parts.slice(0, depth)), disk))
        return "lies in git's own folder";
  }
  return undefined;
}

/** Also one that has another name than `.git`: the target of a git file, a bare repository. */
const isGitFolder = (folder: string, disk: SyncFiles): boolean =>
  ['HEAD', 'objects', 'refs'].every((name) => disk.kindOf(path.join(folder, name)) !== undefined);

/**
 * Asks git which of the text files it ignores: once for each repository that has any. `files`:
 * absolute, links resolved. A file that is ignored by a pattern but committed is not ignored.
 * Without git, or outside of a repository, nothing is.
 */
export async function withheldByGit(
  files: ReadonlySet<string>,
  env: Readonly<Record<string, string | undefined>>,
  disk: SyncFiles,
): Promise<Withheld> {
  const withheld = new Map<string, Withheld extends ReadonlyMap<string, infer Why> ? Why : never>();
  const repositories = new Map<string, string[]>();
  for (const file of files) {
    const repository = repositoryOf(file, disk);
    if (repository === undefined) continue;
    lookAtRules(repository, file, env, disk);
    const known = repositories.get(repository);
    if (known === undefined) repositories.set(repository, [file]);
    else known.push(file);
  }
  for (const [repository, named] of repositories) {
    const answer = await askGit(systemGit(repository, env), repository, named);
    for (const file of answer.ignored) withheld.set(file, { why: 'ignored' });
    if (answer.refused !== undefined)
      for (const file of named) withheld.set(file, { why: 'unknown', message: answer.refused });
  }
  return withheld;
}

async function askGit(
  git: Git,
  repository: string,
  files: readonly string[],
): Promise<{ readonly ignored: readonly string[]; readonly refused?: string }> {
  // A monitor of the file system is a program that the repository's settings name.
  const asked = await git.run(['-c', 'core.fsmonitor=false', 'check-ignore', '--stdin', '-z'], {
    // In front of a name that begins with ":", which git would take for a pattern.
    input: files.map((file) => `./${path.relative(repository, file)}\0`).join(''),
  });
  if (asked.ok) {
    const names = asked.stdout.toString('utf8').split('\0').slice(0, -1);
    return { ignored: names.map((name) => path.join(repository, name)) };
  }
  // 1: none of them. No git on this machine, or a `.git` that is not a repository: nothing is
  // ignored.
  if (asked.code === 1 || asked.code === undefined || /not a git repository/.test(asked.message))
    return { ignored: [] };
  return { ignored: [], refused: asked.message.split('\n')[0] ?? '' };
}

/** The nearest folder above that holds `.git`: a submodule has separate ignore rules. */
function repositoryOf(file: string, disk: SyncFiles): string | undefined {
  for (let folder = path.dirname(file); ; folder = path.dirname(folder)) {
    if (disk.kindOf(path.join(folder, '.git')) !== undefined) return folder;
    if (path.dirname(folder) === folder) return undefined;
  }
}

/**
 * What git's answer depends on is looked at, and no more: a disk that remembers what was looked at
 * knows then when to ask git again.
 */
function lookAtRules(
  repository: string,
  file: string,
  env: Readonly<Record<string, string | undefined>>,
  disk: SyncFiles,
): void {
  for (let folder = path.dirname(file); ; folder = path.dirname(folder)) {
    disk.stat(path.join(folder, '.gitignore'));
    if (folder === repository || path.dirname(folder) === folder) break;
  }
  const home = env['HOME'] ?? env['USERPROFILE'] ?? repository;
  const settings = env['XDG_CONFIG_HOME'] ?? path.join(home, '.config');
  for (const rules of [
    ...['index', 'config', 'info/exclude'].map((name) => path.join(repository, '.git', name)),
    ...['config', 'ignore'].map((name) => path.join(settings, 'git', name)),
    path.join(home, '.gitconfig'),
  ])
    disk.stat(rules);
}

/** Continues a sentence that begins with the path, for a file that no manifest may read. */
export function refusal(
  paths: readonly [...string[], real: string],
  root: string,
  files: SyncFiles,
  withheld: Withheld,
): { readonly message: string; readonly hint: string } | undefined {
  const reason = privateReason(paths, root, files);
  if (reason !== undefined)
    return {
      message: `${reason}, which manifests cannot read`,
      hint: 'Put the text or picture into its own file, with a name without a leading dot.',
    };
  const byGit = withheld.get(paths.at(-1) ?? '');
  switch (byGit?.why) {
    case undefined:
      return undefined;
    case 'ignored':
      return {
        message: 'is ignored by git, and manifests cannot read such files',
        hint: 'Commit it (git add --force adds an ignored file), or remove it from .gitignore.',
      };
    case 'unknown':
      return {
        message: `is not read: git does not say whether it ignores it (${byGit.message})`,
        hint: 'Run git status in this folder: it prints what to do.',
      };
  }
}
