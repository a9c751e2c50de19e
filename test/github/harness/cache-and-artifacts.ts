/**
 * actions/cache and artifacts as GitHub documents them, on disk. A cache entry is never
 * overwritten; a key that is not there falls back to the newest entry that begins with a restore
 * key. An artifact's files keep their place below the deepest folder that all paths share, and
 * hidden files are left out unless they are asked for.
 */
import { cp, mkdir, mkdtemp, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { glob } from 'tinyglobby';

export interface Stores {
  /** Newest last. */
  readonly caches: Map<string, string>;
  /** Of one run. */
  readonly artifacts: Map<string, string>;
}

export const newStores = (): Stores => ({ caches: new Map(), artifacts: new Map() });

/** Returns the key that was found, `''` if none. */
export async function restoreCache(
  stores: Stores,
  workspace: string,
  inputs: Readonly<Record<string, string>>,
): Promise<string> {
  const keys = [...stores.caches.keys()].reverse();
  const wanted = [inputs['key'] ?? '', ...lines(inputs['restore-keys'])];
  const found = stores.caches.has(wanted[0] ?? '')
    ? wanted[0]
    : keys.find((key) => wanted.some((prefix) => key.startsWith(prefix)));
  const folder = found === undefined ? undefined : stores.caches.get(found);
  if (folder !== undefined) await cp(folder, workspace, { recursive: true });
  return found ?? '';
}

export async function saveCache(
  stores: Stores,
  workspace: string,
  inputs: Readonly<Record<string, string>>,
): Promise<void> {
  const key = inputs['key'] ?? '';
  if (stores.caches.has(key)) return;
  const folder = await mkdtemp(path.join(tmpdir(), 'rushes-cache-'));
  let held = false;
  for (const name of lines(inputs['path'])) {
    if (!(await exists(path.join(workspace, name)))) continue;
    held = true;
    await cp(path.join(workspace, name), path.join(folder, name), { recursive: true });
  }
  if (held) stores.caches.set(key, folder);
}

export async function uploadArtifact(
  stores: Stores,
  workspace: string,
  inputs: Readonly<Record<string, string>>,
): Promise<void> {
  const name = inputs['name'] ?? 'artifact';
  const patterns = lines(inputs['path']);
  const folder = await mkdtemp(path.join(tmpdir(), 'rushes-artifact-'));
  const roots = patterns.map((pattern) => searchPath(pattern));
  const root = roots.length === 1 ? (roots[0] ?? '') : sharedFolder(roots);
  // One file outside of the checkout lies at the top of its artifact.
  const [alone] = patterns;
  if (patterns.length === 1 && alone !== undefined && path.isAbsolute(alone)) {
    await cp(alone, path.join(folder, path.basename(alone)));
    stores.artifacts.set(name, folder);
    return;
  }
  const files = await glob(
    patterns.flatMap((pattern) => (/[*?]/.test(pattern) ? [pattern] : [pattern, `${pattern}/**`])),
    {
      cwd: workspace,
      dot: inputs['include-hidden-files'] === 'true',
      onlyFiles: true,
      expandDirectories: false,
    },
  );
  if (files.length === 0) {
    if (inputs['if-no-files-found'] === 'error')
      throw new Error(`no files for the artifact ${name}`);
    return;
  }
  if (stores.artifacts.has(name)) throw new Error(`an artifact ${name} exists in this run`);
  for (const file of files) {
    const target = path.join(folder, path.relative(root, file));
    await mkdir(path.dirname(target), { recursive: true });
    await cp(path.join(workspace, file), target);
  }
  stores.artifacts.set(name, folder);
}

export async function downloadArtifacts(
  stores: Stores,
  workspace: string,
  inputs: Readonly<Record<string, string>>,
): Promise<void> {
  const pattern = new RegExp(
    `^${(inputs['pattern'] ?? inputs['name'] ?? '*').replaceAll('*', '.*')}$`,
  );
  const folder = path.join(workspace, inputs['path'] ?? '.');
  for (const [name, from] of stores.artifacts) {
    if (!pattern.test(name)) continue;
    await cp(from, inputs['name'] === undefined ? path.join(folder, name) : folder, {
      recursive: true,
    });
  }
}

const searchPath = (pattern: string): string =>
  pattern
    .split('/')
    .slice(0, pattern.split('/').findIndex((part) => /[*?]/.test(part)) >>> 0)
    .join('/');

function sharedFolder(folders: readonly string[]): string {
  const [first = [], ...rest] = folders.map((folder) => folder.split('/'));
  let shared = 0;
  while (shared < first.length && rest.every((parts) => parts[shared] === first[shared])) shared++;
  return first.slice(0, shared).join('/');
}

const lines = (text: string | undefined): string[] =>
  (text ?? '')
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');

const exists = async (file: string): Promise<boolean> =>
  (await stat(file).catch(() => undefined)) !== undefined;
