/**
 * Where the spend record of a project is: in the git directory that all branches and worktrees of a
 * clone share, else in the project's own `.rushes`. And which branch is checked out.
 */
import path from 'node:path';
import type { Files } from '../ports/files/files.ts';
import { type Git, pathsFromGit } from '../ports/git.ts';

interface RecordPlace {
  /** Absolute. */
  readonly path: string;
  /** Short name of the branch; `(detached)` without a branch; `undefined` outside of git. */
  readonly branch: string | undefined;
}

export type FoundRecord =
  | { readonly kind: 'found'; readonly place: RecordPlace }
  /** There is a repository, and git will not say what is in it. `message` says what to do. */
  | { readonly kind: 'refused'; readonly message: string };

/** No branch can have this name. */
const DETACHED = '(detached)';

const NAME = path.join('rushes', 'record.jsonl');

/**
 * `git`: made for `root`, which is the project's root. `branch`: what CI says is checked out, for a
 * checkout of a commit alone.
 */
export async function findRecord(
  root: string,
  {
    files,
    git,
    branch: named,
  }: {
    readonly files: Files;
    readonly git: Git;
    readonly branch?: string | undefined;
  },
): Promise<FoundRecord> {
  const dotGit = path.join(root, '.git');
  const marker = await files.stat(dotGit);
  if (!marker.ok) return found(path.join(root, '.rushes', 'record.jsonl'), undefined);
  const folder = await pathsFromGit(git, ['--git-common-dir', '--git-dir']);
  if (folder.ok) {
    const [common, own] = folder.paths;
    // The up-to-date check sees by it when another branch is checked out.
    const head = await files.read(path.resolve(root, own, 'HEAD'));
    const read = head.ok ? new TextDecoder().decode(head.value) : ELSEWHERE;
    const branch = read.includes(ELSEWHERE) ? await branchByGit(git) : branchIn(read);
    return found(path.resolve(root, common, NAME), branch ?? named ?? DETACHED);
  }
  // No git on this machine, as in a slim container: the layout of the folder is documented.
  if (folder.code === undefined) return withoutGit(root, dotGit, files, named);
  // A folder that only has the name is not a repository.
  if (marker.value.kind === 'folder' && !(await files.stat(path.join(dotGit, 'HEAD'))).ok)
    return found(path.join(root, '.rushes', 'record.jsonl'), undefined);
  return { kind: 'refused', message: refusal(root, folder.message) };
}

/** In HEAD where the repository keeps its refs in tables: git alone knows the branch. */
const ELSEWHERE = 'refs/heads/.invalid';

async function branchByGit(git: Git): Promise<string | undefined> {
  const head = await git.run(['symbolic-ref', '--short', '-q', 'HEAD']);
  return head.ok ? head.stdout.toString('utf8').trim() : undefined;
}

const found = (file: string, branch: string | undefined): FoundRecord => ({
  kind: 'found',
  place: { path: file, branch },
});

function refusal(root: string, message: string): string {
  const [first = ''] = message.split('\n');
  const said = `git refuses to read the repository ${root}: ${first.replace(/^fatal: /, '')}`;
  return /dubious ownership|safe\.directory/i.test(message)
    ? `${said}\n  Another user owns it, as in a container. Run: git config --global --add safe.directory ${root}`
    : `${said}\n  The spend record of this clone is in it. Run git status there, and correct what it says.`;
}

/**
 * See gitrepository-layout(5): `.git` is the folder, or a file that names it; `commondir` in it.
 */
async function withoutGit(
  root: string,
  dotGit: string,
  files: Files,
  named: string | undefined,
): Promise<FoundRecord> {
  const textOf = async (file: string): Promise<string | undefined> => {
    const read = await files.read(file);
    return read.ok ? new TextDecoder().decode(read.value).trim() : undefined;
  };
  // All of the rest is the path: it may have a line break in it.
  const pointer = /^gitdir: (.+)$/s.exec((await textOf(dotGit)) ?? '')?.[1];
  const folder = pointer === undefined ? dotGit : path.resolve(root, pointer);
  const head = await textOf(path.join(folder, 'HEAD'));
  if (head === undefined) {
    if (pointer === undefined) return found(path.join(root, '.rushes', 'record.jsonl'), undefined);
    return {
      kind: 'refused',
      message: `${dotGit} names the git directory ${folder}, and it is not there\n  The spend record of this clone is in it. Make that folder available here too, as where the clone was made.`,
    };
  }
  const common = path.resolve(folder, (await textOf(path.join(folder, 'commondir'))) ?? '.');
  return found(path.join(common, NAME), branchIn(head) ?? named ?? DETACHED);
}

/** See gitrepository-layout(5). */
const branchIn = (head: string): string | undefined => /^ref: refs\/heads\/(.+)$/m.exec(head)?.[1];
