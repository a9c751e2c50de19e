/**
 * `rushes lock pull` and `rushes lock push`: locks travel through git without anybody's result being lost. Pull takes the
 * lock of the branch's tip into the working tree, push puts the working tree's locks onto the tip, and both merge. The
 * working tree's other files, its branch and its index are never touched.
 */
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { decodeLock } from '../lock/decode.ts';
import { EMPTY_LOCK, encodeLock, type Lock } from '../lock/format.ts';
import { mergeLocks } from '../lock/merge.ts';
import { pathsOf } from '../lock/paths.ts';
import type { Diagnostic } from '../diagnostic.ts';
import { systemFiles } from '../ports/files.ts';
import { type Git, systemGit } from '../ports/git.ts';
import { sealed, terminalLines } from '../report/escape.ts';
import { plural } from '../report/words.ts';
import { EXIT, type Io, UsageError } from './io.ts';
import { withOrphanedLocks } from './lock-files.ts';
import { shown } from './projects.ts';
import { sayDiagnostics } from './say.ts';

export interface LockSyncOptions {
  /** Default `origin`. */
  readonly remote: string;
  /** Default: the branch of the checkout, or on GitHub the one that the event is about. */
  readonly branch?: string;
  /** Folders (of artifacts) that hold locks at the same relative paths: merged instead of, or before, the branch's. */
  readonly from?: readonly string[];
  /** Go by what the checkout has already fetched of the branch, without asking the remote: for jobs that hold no credentials. */
  readonly fetched?: boolean;
  /** First line of the commit. */
  readonly message?: string;
}

/** Somebody else may push between our fetch and our push; each round starts from their tip. */
const MOST_ROUNDS = 30;

interface LockFile {
  readonly absolute: string;
  /** From the top of the repository, `/` as separator. */
  readonly inRepository: string;
}

interface Sides {
  readonly git: Git;
  readonly cwd: string;
  /** The working folder from the top of the repository: empty, or ending in `/`. */
  readonly here: string;
  readonly files: LockFile[];
  /** The branch that holds the locks. */
  readonly branch: string;
  /** The branch that this checkout is of. */
  readonly own: string | undefined;
}

/** Takes the results of the branch's tip (or of folders) into the locks here. Refuses, and changes nothing, if one of them cannot be read. */
export async function lockPull(io: Io, named: readonly string[], options: LockSyncOptions): Promise<number> {
  const sides = await open(io, named, options);
  const problems: Diagnostic[] = [];
  const incoming: (readonly [LockFile, Lock])[] = [];
  let base: string | undefined = 'HEAD';
  if (options.from === undefined) {
    const fetched = await fetchTip(sides, options);
    if (!fetched.ok) return unreachable(io, fetched.message);
    const { tip } = fetched;
    if (tip !== undefined) {
      if (named.length === 0) sides.files.push(...(await locksOnlyAt(sides, tip)));
      base = await commonCommit(sides, tip);
      for (const file of sides.files) {
        const theirs = await lockAt(sides.git, tip, file, problems);
        if (theirs !== undefined) incoming.push([file, theirs]);
      }
    }
  } else {
    for (const folder of options.from) {
      for (const file of sides.files) {
        const theirs = await lockFile(path.resolve(io.cwd, folder, file.inRepository), `${folder}/${file.inRepository}`, problems);
        if (theirs !== undefined) incoming.push([file, theirs]);
      }
    }
  }
  const merged = new Map<LockFile, Lock | undefined>();
  for (const file of sides.files) merged.set(file, await lockFile(file.absolute, shown(io, file.absolute), problems));
  if (problems.length > 0) return refuse(io, problems);
  for (const [file, theirs] of incoming)
    merged.set(file, mergeKnown(await lockAt(sides.git, base, file, problems), merged.get(file), theirs));
  if (problems.length > 0) return refuse(io, problems);
  let changed = 0;
  for (const [file, lock] of merged) if (lock !== undefined && (await writeIfNew(file, lock))) changed++;
  io.stdout.write(changed === 0 ? 'the locks here hold every result already\n' : `${plural(changed, 'lock')} brought up to date\n`);
  return EXIT.done;
}

/** Puts the results of the locks here onto the branch: fetch, merge, commit, push, again until it is accepted. */
export async function lockPush(io: Io, named: readonly string[], options: LockSyncOptions): Promise<number> {
  const sides = await open(io, named, options);
  for (let round = 1; round <= MOST_ROUNDS; round++) {
    const problems: Diagnostic[] = [];
    const fetched = await fetchTip(sides, options);
    if (!fetched.ok) return unreachable(io, fetched.message);
    const { tip } = fetched;
    const base = tip === undefined ? undefined : await commonCommit(sides, tip);
    const changed: { readonly file: LockFile; readonly text: string }[] = [];
    for (const file of sides.files) {
      const ours = await lockFile(file.absolute, shown(io, file.absolute), problems);
      const theirs = tip === undefined ? undefined : await lockAt(sides.git, tip, file, problems);
      const merged = mergeKnown(await lockAt(sides.git, base, file, problems), ours, theirs);
      if (problems.length > 0) return refuse(io, problems);
      if (merged === undefined) continue;
      await writeIfNew(file, merged);
      const text = encodeLock(merged);
      if (theirs === undefined ? merged.renders.size > 0 : text !== encodeLock(theirs)) changed.push({ file, text });
    }
    if (changed.length === 0) {
      io.stdout.write(`${options.remote}/${sides.branch} holds every result already\n`);
      return EXIT.done;
    }
    const commit = await commitOnto(sides.git, io, tip, changed, options.message ?? `Results of ${plural(changed.length, 'lock')}`);
    const pushed = await sides.git.run(['push', '--quiet', options.remote, `${commit}:refs/heads/${sides.branch}`]);
    if (pushed.ok) {
      io.stdout.write(`pushed ${changed.map(({ file }) => file.inRepository).join(', ')} to ${options.remote}/${sides.branch}\n`);
      return EXIT.done;
    }
    // Moved on, or locked by another push at this instant: both are cured by starting from the new tip.
    if (!/non-fast-forward|fetch first|stale info|cannot lock ref|failed to update ref|reference already exists/i.test(pushed.message)) {
      io.stderr.write(
        sealed(
          `rushes: the push was refused: ${terminalLines(pushed.message)}\n  The results are in the locks here; keep them (as an artifact), or push them to a branch that may be written: --branch <name>\n`,
        ),
      );
      return EXIT.unreachable;
    }
  }
  io.stderr.write(`rushes: ${options.remote}/${sides.branch} moved on ${MOST_ROUNDS} times in a row; run the same command again\n`);
  return EXIT.pending;
}

/** A file that is missing on a side says nothing of what was paid: only an entry missing from a file that is there is a deletion. */
function mergeKnown(base: Lock | undefined, ours: Lock | undefined, theirs: Lock | undefined): Lock | undefined {
  if (ours === undefined || theirs === undefined) return ours ?? theirs;
  return mergeLocks(base, ours, theirs);
}

function unreachable(io: Io, message: string): number {
  io.stderr.write(sealed(`rushes: ${terminalLines(message)}\n`));
  return EXIT.unreachable;
}

async function open(io: Io, named: readonly string[], options: LockSyncOptions): Promise<Sides> {
  const git = systemGit(io.cwd, io.env);
  const top = await git.run(['rev-parse', '--show-toplevel']);
  if (!top.ok) throw new UsageError('locks are pulled and pushed through git, and this folder is in no git repository', top.message);
  const prefix = await git.run(['rev-parse', '--show-prefix']);
  const here = prefix.ok ? prefix.stdout.toString('utf8').trim() : '';
  const manifests = await withOrphanedLocks(io, named, {});
  const files = manifests.map((manifest): LockFile => {
    const absolute = pathsOf(path.resolve(io.cwd, manifest)).lock;
    const inRepository = path.posix.normalize(path.posix.join(here, shown(io, absolute)));
    if (inRepository.startsWith('../'))
      throw new UsageError(`${manifest} lies outside of the repository ${top.stdout.toString('utf8').trim()}`);
    return { absolute, inRepository };
  });
  const own = await ownBranch(io, git);
  return { git, cwd: io.cwd, here, files, own, branch: await branchOf(git, options.branch || io.env['GITHUB_HEAD_REF'] || own) };
}

/** Locks of the tip whose manifests are not in this checkout: what they hold is paid for, and `collect` fetches it. */
async function locksOnlyAt({ git, cwd, here, files }: Sides, tip: string): Promise<LockFile[]> {
  const listed = await git.run(['ls-tree', '-z', '--name-only', '--full-tree', tip, `${here}manifests/`]);
  if (!listed.ok) return [];
  const known = new Set(files.map(({ inRepository }) => inRepository));
  return listed.stdout
    .toString('utf8')
    .split('\0')
    .filter((name) => name.endsWith('.lock.json') && !known.has(name))
    .map((inRepository) => ({ inRepository, absolute: path.resolve(cwd, ...inRepository.slice(here.length).split('/')) }));
}

/**
 * What both sides come from, if anybody knows it; else nothing is taken for deleted. A shallow checkout has no history to look in,
 * but the tip of its own branch comes after it.
 */
async function commonCommit({ git, branch, own }: Sides, tip: string): Promise<string | undefined> {
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
  if (io.env['GITHUB_REF_TYPE'] === 'branch' && (io.env['GITHUB_REF_NAME'] ?? '') !== '') return io.env['GITHUB_REF_NAME'];
  const head = await git.run(['symbolic-ref', '--short', '-q', 'HEAD']);
  return head.ok ? head.stdout.toString('utf8').trim() : undefined;
}

async function branchOf(git: Git, branch: string | undefined): Promise<string> {
  if (branch === undefined || branch === '')
    throw new UsageError('this checkout is on no branch', 'Name the one that holds the locks: --branch main');
  const valid = await git.run(['check-ref-format', `refs/heads/${branch}`]);
  if (!valid.ok || branch.startsWith('-')) throw new UsageError(`--branch ${JSON.stringify(branch)} is no name of a branch`);
  return branch;
}

type Fetched =
  /** `tip`: the newest commit of the branch; `undefined` if there is no such branch yet. */
  { readonly ok: true; readonly tip: string | undefined } | { readonly ok: false; readonly message: string };

async function fetchTip({ git, branch }: Sides, { remote, fetched: known }: LockSyncOptions): Promise<Fetched> {
  if (known === true) {
    const there = await git.run(['rev-parse', '--verify', '--quiet', `refs/remotes/${remote}/${branch}`]);
    return { ok: true, tip: there.ok ? there.stdout.toString('utf8').trim() : undefined };
  }
  const listed = await git.run(['ls-remote', '--heads', remote, `refs/heads/${branch}`]);
  if (!listed.ok) return { ok: false, message: `${remote} does not answer: ${listed.message}` };
  if (listed.stdout.length === 0) return { ok: true, tip: undefined };
  const depth = (await isShallow(git)) ? ['--depth=1'] : [];
  const fetched = await git.run(['fetch', '--quiet', '--no-tags', ...depth, remote, `refs/heads/${branch}`]);
  const tip = fetched.ok ? await git.run(['rev-parse', 'FETCH_HEAD']) : fetched;
  return tip.ok
    ? { ok: true, tip: tip.stdout.toString('utf8').trim() }
    : { ok: false, message: `cannot fetch ${remote}/${branch}: ${tip.message}` };
}

/** `undefined` where the commit has no such file. */
async function lockAt(git: Git, commit: string | undefined, { inRepository }: LockFile, problems: Diagnostic[]): Promise<Lock | undefined> {
  if (commit === undefined) return undefined;
  const there = await git.run(['cat-file', 'blob', `${commit}:${inRepository}`]);
  return there.ok ? decode(there.stdout.toString('utf8'), `${commit.slice(0, 12)}:${inRepository}`, problems) : undefined;
}

async function lockFile(absolute: string, name: string, problems: Diagnostic[]): Promise<Lock | undefined> {
  let text: string;
  try {
    text = await readFile(absolute, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
  return decode(text, name, problems);
}

function decode(text: string, name: string, problems: Diagnostic[]): Lock {
  const decoded = decodeLock(text, name);
  if (decoded.ok) return decoded.lock;
  problems.push(...decoded.diagnostics);
  return EMPTY_LOCK;
}

function refuse(io: Io, problems: readonly Diagnostic[]): number {
  sayDiagnostics(io, problems);
  io.stderr.write('rushes: nothing was merged: a lock that cannot be read may hold paid work\n');
  return EXIT.invalid;
}

async function writeIfNew({ absolute }: LockFile, lock: Lock): Promise<boolean> {
  const text = encodeLock(lock);
  const before = await readFile(absolute, 'utf8').catch(() => undefined);
  if (before === text || (before === undefined && lock.renders.size === 0)) return false;
  const written = await systemFiles.writeAtomic(absolute, text);
  if (!written.ok) throw new Error(written.problem.message);
  return true;
}

/** A commit with the tip's tree but for the locks, made beside the index of the checkout. */
async function commitOnto(
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
    const outcome = await git.run(args, { env, ...(input === undefined ? {} : { input }) });
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
    return await must(['commit-tree', tree, ...(tip === undefined ? [] : ['-p', tip]), '-F', '-'], `${message}\n`);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
