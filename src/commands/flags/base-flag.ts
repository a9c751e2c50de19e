/**
 * `plan --base <ref>`: the plan of another commit, made from its own manifests and locks, and the
 * difference to this one.
 */
import { link, mkdir, mkdtemp, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { defined } from '../../defined.ts';
import { EMPTY_LOCK } from '../../lock/file/format.ts';
import { difference } from '../../plan/compare/with-base.ts';
import type { Plan } from '../../plan/plan.ts';
import { type Git, systemGit } from '../../ports/git.ts';
import { baseMarkdown } from '../../report/plan/base-markdown.ts';
import { baseTerminal } from '../../report/plan/base-terminal.ts';
import { planOver } from '../../workflow/plan/make-plan.ts';
import { readLocks } from '../../workflow/open/read-locks.ts';
import { blobOf } from '../shared/github-outputs.ts';
import { type Io, UsageError } from '../shared/io.ts';
import { resolveProjects } from '../shared/planning.ts';
import { filesOf } from '../../workflow/open/surroundings.ts';
import { baseFiles } from './base-files.ts';
import { filterOf, type SharedOptions } from '../shared/options.ts';
import { folderOnGithub, terminalOf } from '../shared/print.ts';

/**
 * What manifests usually name beside pictures: YAML, rows, prompt texts; and the locks. Other files
 * are checked out when a manifest names them; clips and everything else of a commit stay where they
 * are.
 */
const USUAL = /\.(?:ya?ml|csv|tsv|jsonl|ndjson|json|txt|md)$/i;
/** Their bytes are part of a request: without them, every scene with a picture would look new. */
const PICTURE = /\.(?:jpe?g|jpe|jfif|png|webp)$/i;

export interface BaseOptions extends SharedOptions {
  /**
   * The locks are on a separate branch, and the ones here were taken from it: they apply to
   * both commits.
   */
  readonly locksApart?: boolean;
}

/**
 * The changes of the head against `ref`, for readers: Markdown, `undefined` if nothing; on a
 * terminal a sentence says so.
 */
export async function baseDifference(
  io: Io,
  head: Plan,
  ref: string,
  named: readonly string[],
  { face = 'markdown', ...options }: BaseOptions & { readonly face?: 'markdown' | 'terminal' },
): Promise<string | undefined> {
  const found = difference(await planOfCommit(io, ref, named, options), head);
  return face === 'terminal'
    ? baseTerminal(found, ref, terminalOf(io, io.stdout))
    : baseMarkdown(found, { folder: folderOnGithub(io), ...blobOf(io) });
}

/**
 * The plan of another commit, made from its own manifests and locks; its clips are not looked for.
 */
export async function planOfCommit(
  io: Io,
  ref: string,
  named: readonly string[],
  options: BaseOptions,
): Promise<Plan> {
  const git = systemGit(io.cwd, io.env);
  const commit = await git.run([
    'rev-parse',
    '--verify',
    '--quiet',
    '--end-of-options',
    `${ref}^{commit}`,
  ]);
  const prefix = await git.run(['rev-parse', '--show-prefix']);
  if (!commit.ok || !prefix.ok)
    throw new UsageError(
      `--base ${JSON.stringify(ref)} is not a commit in this repository`,
      'In CI the checkout needs its history: actions/checkout with fetch-depth: 0.',
    );
  const folder = await realpath(await mkdtemp(path.join(tmpdir(), 'rushes-base-')));
  try {
    const checkout = await checkOut(git, commit.stdout.toString('utf8').trim(), folder);
    const base = baseFiles(folder, checkout.names, filesOf(io));
    const cwd = path.join(folder, prefix.stdout.toString('utf8').trim());
    await mkdir(cwd, { recursive: true });
    // The same command line, as if it had been typed in that commit; what was wrong there is
    // out of date now.
    const there: Io = {
      ...io,
      cwd,
      stderr: { ...io.stderr, write: () => undefined },
      files: base.files,
    };
    const resolve = () =>
      resolveProjects(there, named, options).catch((error: unknown) => {
        if (error instanceof UsageError) return { resolved: [] };
        throw error;
      });
    let projects = await resolve();
    // A file that comes with one round may name further ones.
    for (let names = base.takeWanted(); names.length > 0; names = base.takeWanted()) {
      await checkout.fetch(names);
      projects = await resolve();
    }
    const files = projects.resolved.map(({ project: { manifest, manifestPath } }) => ({
      manifest,
      manifestPath: options.locksApart === true ? path.resolve(io.cwd, manifest) : manifestPath,
    }));
    const read = await readLocks(there, files, options);
    const lockOf = read.kind === 'read' ? read.lockOf : () => EMPTY_LOCK;
    // The clips of both are the ones on this disk, so they are not looked for.
    return await planOver(io, projects.resolved, lockOf, {
      filter: filterOf(options),
      draft: options.draft,
      blind: true,
    });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

interface Checkout {
  /** All files of the commit, from the top of the repository. */
  readonly names: readonly string[];
  /** Checks these out, too. */
  fetch(names: readonly string[]): Promise<void>;
}

/** Checks out the usual files of a commit into an empty folder, through a separate index. */
async function checkOut(git: Git, commit: string, folder: string): Promise<Checkout> {
  const env = { GIT_INDEX_FILE: path.join(folder, '.index') };
  const must = async (args: readonly string[], input?: string): Promise<string> => {
    const outcome = await git.run(args, { env, ...defined({ input }) });
    if (!outcome.ok) throw new UsageError(`git ${args[0]}: ${outcome.message}`);
    return outcome.stdout.toString('utf8');
  };
  // The mark by which the root of a project is found.
  await mkdir(path.join(folder, '.git'));
  await must(['read-tree', commit]);
  const top = (await must(['rev-parse', '--show-toplevel'])).trim();
  const listed = (await must(['-C', top, 'ls-files', '-z', '--cached'])).split('\0');
  const pictures = listed.filter((name) => PICTURE.test(name));
  const fetch = async (names: readonly string[]): Promise<void> => {
    await must(
      ['-C', top, 'checkout-index', '-z', '--force', '--stdin', `--prefix=${folder}/`],
      names.map((name) => `${name}\0`).join(''),
    );
  };
  await fetch([
    ...listed.filter((name) => USUAL.test(name)),
    ...(await notLinked(git, { commit, top, folder }, pictures)),
  ]);
  return { names: listed.filter((name) => name !== ''), fetch };
}

/**
 * Pictures that are the same here and in the commit are not written once more. Returns the others:
 * those that differ, and those that the disk does not link.
 */
async function notLinked(
  git: Git,
  {
    commit,
    top,
    folder,
  }: { readonly commit: string; readonly top: string; readonly folder: string },
  pictures: readonly string[],
): Promise<readonly string[]> {
  if (pictures.length === 0) return [];
  const differing = await git.run(['-C', top, 'diff', '--name-only', '--no-renames', '-z', commit]);
  if (!differing.ok) return pictures;
  const differs = new Set(differing.stdout.toString('utf8').split('\0'));
  const left: string[] = [];
  for (const name of pictures) {
    const to = path.join(folder, name);
    const isLinked =
      !differs.has(name) &&
      (await mkdir(path.dirname(to), { recursive: true })
        .then(() => link(path.join(top, name), to))
        .then(
          () => true,
          () => false,
        ));
    if (!isLinked) left.push(name);
  }
  return left;
}
