/**
 * The base of a comparison: the commit of the base branch that this commit was made on top of,
 * fetched if the checkout does not have it, so that `fetch-depth: 1` is enough.
 */
import { systemGit } from '../../ports/git.ts';
import type { Io } from '../shared/io.ts';
import { at, readEvent } from './event.ts';
import type { Inputs } from './inputs.ts';

export interface Target {
  /** The branch whose locks count; `undefined` if there is no such branch. */
  readonly branch: string | undefined;
  /** The commit to compare with. */
  readonly base: string | undefined;
  /** The locks here are the newest ones, and hold for both commits. */
  readonly locksHere: boolean;
}

const COMMIT = /^[0-9a-f]{40,64}$/;

export async function baseOf(io: Io, { base, branch }: Inputs): Promise<Target> {
  const { env } = io;
  const event = await readEvent(io);
  const queued = textAt(event, ['merge_group', 'base_ref'])?.replace(/^refs\/heads\//, '');
  const onto = env['GITHUB_BASE_REF'] || queued;
  const own = env['GITHUB_REF_TYPE'] === 'branch' ? env['GITHUB_REF_NAME'] : undefined;
  const target = branch || onto || own;
  const locksHere = io.remoteRecord !== undefined && target !== undefined;
  if (base !== '') return { branch: target, base, locksHere: locksHere && branch !== '' };
  if (onto === undefined) return { branch: target, base: undefined, locksHere };
  const commit =
    (await firstParent(io)) ??
    textAt(event, ['pull_request', 'base', 'sha']) ??
    textAt(event, ['merge_group', 'base_sha']);
  if (commit !== undefined && COMMIT.test(commit) && (await bring(io, commit)))
    return { branch: target, base: commit, locksHere };
  const newest = await tipOf(io, onto);
  return { branch: target, base: newest ?? `origin/${onto}`, locksHere };
}

/** If the event names no commit: the newest of the base branch. */
async function tipOf(io: Io, branch: string): Promise<string | undefined> {
  const git = systemGit(io.cwd, io.env);
  const credentials = io.remoteRecord?.credentials;
  const fetched = await git.run(
    ['fetch', '--quiet', '--no-tags', '--depth=1', 'origin', `refs/heads/${branch}`],
    credentials === undefined ? {} : { env: credentials },
  );
  const tip = fetched.ok ? await git.run(['rev-parse', 'FETCH_HEAD']) : fetched;
  return tip.ok ? tip.stdout.toString('utf8').trim() : undefined;
}

/** The base that GitHub merged a pull request with. A shallow commit still names its parents. */
async function firstParent(io: Io): Promise<string | undefined> {
  if (!(io.env['GITHUB_REF'] ?? '').startsWith('refs/pull/')) return undefined;
  const head = await systemGit(io.cwd, io.env).run(['cat-file', 'commit', 'HEAD']);
  if (!head.ok) return undefined;
  const [text = ''] = head.stdout.toString('utf8').split('\n\n');
  const parents = [...text.matchAll(/^parent ([0-9a-f]+)$/gm)].map(([, parent]) => parent);
  return parents.length > 1 ? parents[0] : undefined;
}

async function bring(io: Io, commit: string): Promise<boolean> {
  const git = systemGit(io.cwd, io.env);
  const there = async (): Promise<boolean> =>
    (await git.run(['cat-file', '-e', `${commit}^{tree}`])).ok;
  if (await there()) return true;
  const credentials = io.remoteRecord?.credentials;
  await git.run(
    ['fetch', '--quiet', '--no-tags', '--depth=1', 'origin', commit],
    credentials === undefined ? {} : { env: credentials },
  );
  return there();
}

function textAt(value: unknown, keys: readonly string[]): string | undefined {
  const found = at(value, keys);
  return typeof found === 'string' && found !== '' ? found : undefined;
}
