/**
 * Whether the branch has moved on since the commit of this run, and its manifests differ there: a
 * run that is started again late would pay for what the branch has dropped.
 */
import { realpath } from 'node:fs/promises';
import path from 'node:path';
import { systemFiles } from '../../ports/files/files.ts';
import { fetchTip, openBranch } from '../lock/branch.ts';
import type { Pulled } from '../lock/sync.ts';
import type { Io } from '../shared/io.ts';
import { findManifests } from '../shared/load-projects.ts';
import { resolveProjects } from '../shared/planning.ts';
import type { SharedOptions } from '../shared/options.ts';

export type Staleness =
  | { readonly kind: 'current' }
  | { readonly kind: 'stale'; readonly branch: string; readonly changed: readonly string[] }
  | { readonly kind: 'unreachable'; readonly message: string };

/** For runs on a branch; a tag or a pull request is what it is. `pulled`: just before. */
export async function staleCommit(
  io: Io,
  named: readonly string[],
  options: SharedOptions,
  pulled: Pulled,
): Promise<Staleness> {
  const ref = io.env['GITHUB_REF'] ?? '';
  if (!ref.startsWith('refs/heads/')) return { kind: 'current' };
  const branch = ref.slice('refs/heads/'.length);
  const isKnown = pulled.from?.sides.branch === branch;
  const sides = isKnown
    ? pulled.from.sides
    : await openBranch(io, named, { remote: 'origin', branch });
  const fetched: Awaited<ReturnType<typeof fetchTip>> = isKnown
    ? { ok: true, ...pulled.from }
    : await fetchTip(sides, { remote: 'origin' });
  if (!fetched.ok) return { kind: 'unreachable', message: fetched.message };
  const { tip, isHead } = fetched;
  // A deleted branch has no manifests.
  if (tip === undefined) return { kind: 'stale', branch, changed: [] };
  if (isHead) return { kind: 'current' };
  const listed = await sides.git.run(['diff', '--name-only', '-z', '--no-renames', 'HEAD', tip]);
  if (!listed.ok) return { kind: 'unreachable', message: listed.message };
  const top = await sides.git.run(['rev-parse', '--show-toplevel']);
  const root = top.ok ? top.stdout.toString('utf8').trim() : io.cwd;
  const changed = listed.stdout
    .toString('utf8')
    .split('\0')
    .filter((name) => name !== '' && !name.endsWith('.lock.json'));
  if (changed.length === 0) return { kind: 'current' };
  const matters = await whatMatters(io, named, options);
  const found = changed.filter((name) => matters(path.join(root, ...name.split('/'))));
  return found.length === 0 ? { kind: 'current' } : { kind: 'stale', branch, changed: found };
}

/**
 * Everything that is read for the plan, and everything in the folders of manifests: a new one may
 * be there.
 */
async function whatMatters(
  io: Io,
  named: readonly string[],
  options: SharedOptions,
): Promise<(absolute: string) => boolean> {
  const files = io.files ?? systemFiles;
  const read = new Set<string>();
  const spy = {
    ...files,
    read: (file: string) => {
      read.add(file);
      return files.read(file);
    },
    hash: (file: string) => {
      read.add(file);
      return files.hash(file);
    },
  };
  const manifests = await findManifests(io, named);
  const folders = manifests.map((name) => path.dirname(path.resolve(io.cwd, name)));
  await resolveProjects({ ...io, files: spy }, named, options);
  // git has what a link leads to under its own path.
  const known = new Set([...read, ...(await realPaths(read))]);
  const starts = [...folders, ...(await realPaths(folders))].map((folder) => folder + path.sep);
  return (absolute) => known.has(absolute) || starts.some((start) => absolute.startsWith(start));
}

const realPaths = (paths: Iterable<string>): Promise<string[]> =>
  Promise.all(Array.from(paths, (one) => realpath(one).catch(() => one)));
