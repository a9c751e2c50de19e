/**
 * The branch that holds the locks, through git: its tip, its locks, and a commit onto it beside the
 * checkout's own branch and index.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { defined } from '../../defined.ts';
import { decodeLock } from '../../lock/file/decode.ts';
import type { Lock } from '../../lock/file/format.ts';
import { pathsOf } from '../../lock/file/paths.ts';
import { UNTIDIED } from '../../record/remote/remote-ref.ts';
import type { Diagnostic } from '../../diagnostic.ts';
import { type Git, systemGit } from '../../ports/git.ts';
import { type Io, UsageError } from '../shared/io.ts';
import { withOrphanedLocks } from '../shared/lock-files.ts';
import { shown } from '../../workflow/open/surroundings.ts';

export interface LockSyncOptions {
  /** Default `origin`. */
  readonly remote: string;
  /** Default: the branch of the checkout, or on GitHub the one that the event is about. */
  readonly branch?: string;
  /**
   * Folders (of artifacts) that hold locks at the same relative paths: merged instead of, or
   * before, the branch's.
   */
  readonly from?: readonly string[];
  /**
   * Go by what the checkout has already fetched of the branch, without asking the remote: for jobs
   * that hold no credentials.
   */
  readonly fetched?: boolean;
  /** First line of the commit. */
  readonly message?: string;
}

export interface LockFile {
  readonly absolute: string;
  /** From the top of the repository, `/` as separator. */
  readonly inRepository: string;
}

export interface LockBranch {
  readonly git: Git;
  /** The same, with the credentials of the remote. */
  readonly net: Git;
  readonly cwd: string;
  /** The working folder from the top of the repository: empty, or ending in `/`. */
  readonly here: string;
  readonly files: LockFile[];
  /** The branch that holds the locks. */
  readonly branch: string;
  /** The branch that this checkout is of. */
  readonly own: string | undefined;
}

export async function openBranch(
  io: Io,
  named: readonly string[],
  options: LockSyncOptions,
): Promise<LockBranch> {
  const git = systemGit(io.cwd, io.env);
  const top = await git.run(['rev-parse', '--show-toplevel']);
  if (!top.ok)
    throw new UsageError(
      'locks are pulled and pushed through git, and this folder is in no git repository',
      top.message,
    );
  const prefix = await git.run(['rev-parse', '--show-prefix']);
  const here = prefix.ok ? prefix.stdout.toString('utf8').trim() : '';
  const manifests = await withOrphanedLocks(io, named, {});
  const files = manifests.map((manifest): LockFile => {
    const absolute = pathsOf(path.resolve(io.cwd, manifest)).lock;
    const inRepository = path.posix.normalize(path.posix.join(here, shown(io, absolute)));
    if (inRepository.startsWith('../../'))
      throw new UsageError(
        `${manifest} lies outside of the repository ${top.stdout.toString('utf8').trim()}`,
      );
    return { absolute, inRepository };
  });
  const own = await ownBranch(io, git);
  const credentials = io.remoteRecord?.credentials;
  return {
    git,
    net:
      credentials === undefined
        ? git
        : {
            run: (args, more) => git.run(args, { ...more, env: { ...more?.env, ...credentials } }),
          },
    cwd: io.cwd,
    here,
    files,
    own,
    branch: await branchOf(git, options.branch || io.env['GITHUB_HEAD_REF'] || own),
  };
}

/**
 * Locks of the tip whose manifests are not in this checkout: what they hold is paid for, and
 * `collect` fetches it.
 */
export async function locksOnlyAt(
  { git, cwd, here, files }: LockBranch,
  tip: string,
): Promise<LockFile[]> {
  const listed = await git.run([
    'ls-tree',
    '-z',
    '--name-only',
    '--full-tree',
    tip,
    `${here}manifests/`,
  ]);
  if (!listed.ok) return [];
  const known = new Set(files.map(({ inRepository }) => inRepository));
  return listed.stdout
    .toString('utf8')
    .split('\0')
    .filter((name) => name.endsWith('.lock.json') && !known.has(name))
    .map((inRepository) => ({
      inRepository,
      absolute: path.resolve(cwd, ...inRepository.slice(here.length).split('/')),
    }));
}

/**
 * What both sides come from, if anybody knows it; else nothing is taken for deleted. A shallow
 * checkout has no history to look in, but the tip of its own branch comes after it.
 */
export async function commonCommit(
  { git, branch, own }: LockBranch,
  tip: string,
): Promise<string | undefined> {
  const common = await git.run(['merge-base', 'HEAD', tip]);
  if (common.ok) return common.stdout.toString('utf8').trim();
  return branch === own && (await isShallow(git)) ? 'HEAD' : undefined;
}

async function isShallow(git: Git): Promise<boolean> {
  const shallow = await git.run(['rev-parse', '--is-shallow-repository']);
  return shallow.ok && shallow.stdout.toString('utf8').trim() === 'true';
}

/** The branch that this checkout is of: on GitHub the one of the event, where HEAD is detached. */
async function ownBranch(io: Io, git: Git): Promise<string | undefined> {
  if (io.env['GITHUB_REF_TYPE'] === 'branch' && (io.env['GITHUB_REF_NAME'] ?? '') !== '')
    return io.env['GITHUB_REF_NAME'];
  const head = await git.run(['symbolic-ref', '--short', '-q', 'HEAD']);
  return head.ok ? head.stdout.toString('utf8').trim() : undefined;
}

async function branchOf(git: Git, branch: string | undefined): Promise<string> {
  if (branch === undefined || branch === '')
    throw new UsageError(
      'this checkout is on no branch',
      'Name the one that holds the locks: --branch main',
    );
  const valid = await git.run(['check-ref-format', `refs/heads/${branch}`]);
  if (!valid.ok || branch.startsWith('-'))
    throw new UsageError(`--branch ${JSON.stringify(branch)} is not a name of a branch`);
  return branch;
}

type Fetched =
  /** `tip`: the newest commit of the branch; `undefined` if there is no such branch yet. */
  | { readonly ok: true; readonly tip: string | undefined }
  | { readonly ok: false; readonly message: string };

export async function fetchTip(
  { git, net, branch }: LockBranch,
  { remote, fetched: known }: LockSyncOptions,
): Promise<Fetched> {
  if (known === true) {
    const there = await git.run([
      'rev-parse',
      '--verify',
      '--quiet',
      `refs/remotes/${remote}/${branch}`,
    ]);
    return { ok: true, tip: there.ok ? there.stdout.toString('utf8').trim() : undefined };
  }
  const listed = await net.run(['ls-remote', '--heads', remote, `refs/heads/${branch}`]);
  if (!listed.ok) return { ok: false, message: `${remote} does not answer: ${listed.message}` };
  const [named] = listed.stdout.toString('utf8').split('\t');
  if (named === undefined || named === '') return { ok: true, tip: undefined };
  if (await isHere(git, named)) return { ok: true, tip: named };
  const depth = (await isShallow(git)) ? ['--depth=1'] : [];
  const fetched = await net.run([
    ...UNTIDIED,
    'fetch',
    '--quiet',
    '--no-tags',
    ...depth,
    remote,
    `refs/heads/${branch}`,
  ]);
  const tip = fetched.ok ? await git.run(['rev-parse', 'FETCH_HEAD']) : fetched;
  return tip.ok
    ? { ok: true, tip: tip.stdout.toString('utf8').trim() }
    : { ok: false, message: `cannot fetch ${remote}/${branch}: ${tip.message}` };
}

/** Checked out, or what was fetched last: whole, unlike what a fetch that was killed has left. */
async function isHere(git: Git, commit: string): Promise<boolean> {
  for (const name of ['HEAD', 'FETCH_HEAD']) {
    const found = await git.run(['rev-parse', '--verify', '--quiet', name]);
    if (found.ok && found.stdout.toString('utf8').trim() === commit) return true;
  }
  return false;
}

/** `undefined` where the commit has no such file. */
export async function lockAt(
  git: Git,
  commit: string | undefined,
  { inRepository }: LockFile,
  problems: Diagnostic[],
): Promise<Lock | undefined> {
  if (commit === undefined) return undefined;
  const there = await git.run(['cat-file', 'blob', `${commit}:${inRepository}`]);
  return there.ok
    ? decode(there.stdout.toString('utf8'), `${commit.slice(0, 12)}:${inRepository}`, problems)
    : undefined;
}

export function decode(text: string, name: string, problems: Diagnostic[]): Lock | undefined {
  const decoded = decodeLock(text, name);
  if (decoded.ok) return decoded.lock;
  problems.push(...decoded.diagnostics);
  return undefined;
}

/** A commit with the tip's tree but for the locks, made beside the index of the checkout. */
export async function commitOnto(
  git: Git,
  io: Io,
  tip: string | undefined,
  changed: readonly { readonly file: LockFile; readonly text: string }[],
  message: string,
): Promise<string> {
  const folder = await mkdtemp(path.join(tmpdir(), 'rushes-index-'));
  const env: Record<string, string> = { GIT_INDEX_FILE: path.join(folder, 'index') };
  // A runner has no identity of its own; a person's git has one, and keeps it.
  const identity = await git.run(['var', 'GIT_COMMITTER_IDENT']);
  if (!identity.ok || io.env['GITHUB_ACTIONS'] === 'true') {
    for (const role of ['AUTHOR', 'COMMITTER']) {
      env[`GIT_${role}_NAME`] = 'github-actions[bot]';
      env[`GIT_${role}_EMAIL`] = '41898282+github-actions[bot]@users.noreply.github.com';
    }
  }
  const must = async (args: readonly string[], input?: string): Promise<string> => {
    const outcome = await git.run(args, { env, ...defined({ input }) });
    if (!outcome.ok) throw new Error(`git ${args[0]}: ${outcome.message}`);
    return outcome.stdout.toString('utf8').trim();
  };
  try {
    if (tip !== undefined) await must(['read-tree', tip]);
    for (const { file, text } of changed) {
      const blob = await must(['hash-object', '-w', '--stdin'], text);
      await must(['update-index', '--add', '--cacheinfo', `100644,${blob},${file.inRepository}`]);
    }
    const tree = await must(['write-tree']);
    return await must(
      ['commit-tree', tree, ...(tip === undefined ? [] : ['-p', tip]), '-F', '-'],
      `${message}\n`,
    );
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
