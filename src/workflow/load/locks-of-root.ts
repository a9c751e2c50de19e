/** Every lock below a project root, wherever its manifest lies, and also if that is gone. */
import path from 'node:path';
import { glob } from 'tinyglobby';
import { filesOf, shown, type Surroundings } from '../open/surroundings.ts';
import type { ManifestFile } from '../open/ledger-problems.ts';

/** A run that was killed before it wrote its first lock has only a journal. */
const LOCKS = ['**/*.lock.json', '**/.rushes/*.journal*.jsonl'];
const ELSEWHERE = ['**/node_modules/**', '**/.git/**', '**/.rushes/draft/**'];

/** The manifest of each, as `.yaml` whatever its ending. */
export async function locksOfRoot(
  at: Pick<Surroundings, 'cwd' | 'files'>,
  root: string,
): Promise<readonly ManifestFile[]> {
  const found = await glob(LOCKS, {
    cwd: root,
    absolute: true,
    dot: true,
    onlyFiles: true,
    expandDirectories: false,
    followSymbolicLinks: false,
    ignore: ELSEWHERE,
  });
  const manifests = new Set<string>();
  for (const file of found.map((name) => path.resolve(name))) {
    const journal = /^(.*)\.journal.*\.jsonl$/.exec(path.basename(file))?.[1];
    if (journal !== undefined)
      manifests.add(path.join(path.dirname(path.dirname(file)), `${journal}.yaml`));
    else if (await isLock(at, file)) manifests.add(file.replace(/\.lock\.json$/, '.yaml'));
  }
  return [...manifests]
    .sort()
    .map((manifestPath) => ({ manifest: shown(at, manifestPath), manifestPath }));
}

/** Other programs have files of this name. One that cannot be read may be a lock. */
async function isLock(at: Pick<Surroundings, 'files'>, file: string): Promise<boolean> {
  const read = await filesOf(at).read(file);
  return !read.ok || Buffer.from(read.value).includes('"lockVersion"');
}
