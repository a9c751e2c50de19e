/**
 * The branch that holds the locks, through git: its tip, its locks, and a commit onto it beside the
 * checkout's own branch and index.
 */
import { realpath } from 'node:fs/promises';
import path from 'node:path';
import { decodeLock } from '../../lock/file/decode.ts';
import { isUnprintable } from '../../ids.ts';
import type { Lock } from '../../lock/file/format.ts';
import { pathsOf } from '../../lock/file/paths.ts';
import { RECORD_REFS } from '../../record/remote/remote-ref.ts';
import type { Diagnostic } from '../../diagnostic.ts';
import { idsOf, readBlobs, writeCommit } from '../../ports/git-objects.ts';
import {
  type Git,
  type Listed,
  listRefs,
  pathsFromGit,
  systemGit,
  UNTIDIED,
  withEnvironment,
} from '../../ports/git.ts';
import { type Io, UsageError } from '../shared/io.ts';
import { withOrphanedLocks } from '../shared/lock-files.ts';

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
  /** The remote of the spend record. */
  readonly record: string | undefined;
  readonly cwd: string;
  /** The working folder from the top of the repository: empty, or ending in `/`. */
  readonly here: string;
  readonly files: LockFile[];
  /** The branch that holds the locks. */
  readonly branch: string;
  /** The branch that this checkout is of. */
  readonly own: string | undefined;
  /** The event of this job is about that branch: it was there when the job began. */
  readonly wasThere: boolean;
}

export async function openBranch(
  io: Io,
  named: readonly string[],
  options: LockSyncOptions,
): Promise<LockBranch> {
  const git = systemGit(io.cwd, io.env);
  const place = await pathsFromGit(git, ['--show-toplevel', '--show-prefix']);
  if (!place.ok)
    throw new UsageError(
      'locks are pulled and pushed with git, but this folder is not in a git repository',
      place.message,
    );
  const [top, here] = place.paths;
  const manifests = await withOrphanedLocks(io, named, {});
  const files: LockFile[] = [];
  for (const manifest of manifests) {
    const absolute = pathsOf(path.resolve(io.cwd, manifest)).lock;
    const fromHere = await realRelative(io.cwd, path.dirname(absolute));
    const inRepository = path.posix.join(here, fromHere, path.basename(absolute));
    if (inRepository.startsWith('../') || path.isAbsolute(fromHere))
      throw new UsageError(`${manifest} lies outside of the repository ${top}`);
    files.push({ absolute, inRepository });
  }
  const own = await ownBranch(io, git);
  return {
    git,
    net: withEnvironment(git, io.remoteRecord?.credentials),
    record: io.remoteRecord?.remote,
    cwd: io.cwd,
    here,
    files,
    own,
    wasThere: io.env['GITHUB_ACTIONS'] === 'true' && (options.branch ?? '') === '',
    branch: await branchOf(git, options.branch || io.env['GITHUB_HEAD_REF'] || own),
  };
}

/**
 * The way from one folder to another, `/` as separator, without links: git has what a link leads to
 * under its own path, and a file below a link would take the place of the link.
 */
async function realRelative(from: string, to: string): Promise<string> {
  const [realFrom, realTo] = await Promise.all([realpath(from), realpath(to)]).catch(() => [
    from,
    to,
  ]);
  return path.relative(realFrom, realTo).split(path.sep).join('/');
}

/**
 * Locks of the tip whose manifests are not in this checkout: their results are paid for, and
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
    .filter((name) => name.endsWith('.lock.json') && !known.has(name) && !isUnprintable(name))
    .map((inRepository) => ({
      inRepository,
      absolute: path.resolve(cwd, ...inRepository.slice(here.length).split('/')),
    }));
}

/**
 * The common ancestor of both sides, if known; else nothing counts as deleted. A shallow
 * checkout has no history to look in, but the tip of its own branch comes after it.
 */
export async function commonCommit(
  { git, branch, own }: LockBranch,
  { tip, isHead }: Tip,
): Promise<string | undefined> {
  if (tip === undefined || isHead) return tip;
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
      'this checkout is not on a branch',
      'Name the branch of the locks: --branch main, or the input branch of the action',
    );
  const isPlain = /^\w[\w-]*(?:[./][\w-]+)*$/.test(branch) && !/\.lock(?:\/|$)/.test(branch);
  const isValid = isPlain || (await git.run(['check-ref-format', `refs/heads/${branch}`])).ok;
  if (!isValid || branch.startsWith('-'))
    throw new UsageError(`--branch ${JSON.stringify(branch)} is not a valid branch name`);
  return branch;
}

export interface Tip {
  /** The newest commit of the branch; `undefined`: the branch does not exist yet. */
  readonly tip: string | undefined;
  /** Whether that commit is checked out. */
  readonly isHead: boolean;
}

type Fetched =
  /** `record`: the remote's values of the spend record's refs at the same moment. */
  | ({ readonly ok: true; readonly record?: Listed } & Tip)
  | { readonly ok: false; readonly message: string };

export async function fetchTip(
  { git, net, branch, record }: LockBranch,
  { remote, fetched: known }: LockSyncOptions,
): Promise<Fetched> {
  if (known === true) {
    const [head, tip] = await idsOf(git, ['HEAD', `refs/remotes/${remote}/${branch}`]);
    return { ok: true, tip, isHead: tip !== undefined && tip === head };
  }
  const name = `refs/heads/${branch}`;
  const asksBoth = record === remote;
  const listed = await listRefs(net, remote, asksBoth ? [name, ...RECORD_REFS] : [name]);
  if (!listed.ok) return { ok: false, message: `${remote} does not answer: ${listed.message}` };
  const found = (tip: string | undefined, head: string | undefined): Fetched => ({
    ok: true,
    tip,
    isHead: tip !== undefined && tip === head,
    ...(asksBoth ? { record: listed } : {}),
  });
  const named = listed.tips.get(name);
  if (named === undefined) return found(undefined, undefined);
  // Checked out, or what was fetched last: whole, unlike what a fetch that was killed has left.
  const [head, last] = await idsOf(git, ['HEAD', 'FETCH_HEAD']);
  if (named === head || named === last) return found(named, head);
  const depth = (await isShallow(git)) ? ['--depth=1'] : [];
  const fetched = await net.run([
    ...UNTIDIED,
    'fetch',
    '--quiet',
    '--no-tags',
    ...depth,
    remote,
    name,
  ]);
  const tip = fetched.ok ? await git.run(['rev-parse', 'FETCH_HEAD']) : fetched;
  return tip.ok
    ? found(tip.stdout.toString('utf8').trim(), head)
    : { ok: false, message: `cannot fetch ${remote}/${branch}: ${tip.message}` };
}

/** Those that the commit has. */
export async function locksAt(
  git: Git,
  commit: string | undefined,
  files: readonly LockFile[],
  problems: Diagnostic[],
): Promise<ReadonlyMap<LockFile, Lock>> {
  const locks = new Map<LockFile, Lock>();
  if (commit === undefined) return locks;
  const blobs = await readBlobs(
    git,
    files.map(({ inRepository }) => `${commit}:${inRepository}`),
  );
  for (const [index, file] of files.entries()) {
    const text = blobs[index]?.toString('utf8');
    const name = `${commit.slice(0, 12)}:${file.inRepository}`;
    const lock = text === undefined ? undefined : decode(text, name, problems);
    if (lock !== undefined) locks.set(file, lock);
  }
  return locks;
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
  const [author, committer] = await identityOf(git, io);
  const { id } = await writeCommit(git, {
    parent: tip,
    files: new Map(changed.map(({ file, text }) => [file.inRepository, text] as const)),
    author,
    committer,
    message: `${message}\n`,
  });
  return id;
}

/** A runner has no git identity; a person's git has one, which stays in use. */
async function identityOf(git: Git, { env, clock }: Io): Promise<readonly [string, string]> {
  if (env['GITHUB_ACTIONS'] !== 'true') {
    const [author, committer] = [
      await git.run(['var', 'GIT_AUTHOR_IDENT']),
      await git.run(['var', 'GIT_COMMITTER_IDENT']),
    ];
    if (author.ok && committer.ok)
      return [author.stdout.toString('utf8').trim(), committer.stdout.toString('utf8').trim()];
  }
  const bot = `github-actions[bot] <41898282+github-actions[bot]@users.noreply.github.com>`;
  const now = `${bot} ${Math.floor(clock.now() / 1000)} +0000`;
  return [now, now];
}
