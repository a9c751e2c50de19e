/** The files that a glob of a manifest matches, in bounds that no pattern can exceed. */
import type { Dirent, readdirSync } from 'node:fs';
import path from 'node:path';
import type { globSync as findFiles } from 'tinyglobby';
import type { Place } from '../../diagnostic.ts';
import type { SyncFiles } from '../../ports/files/sync-files.ts';
import { isInside } from '../../ports/files/project-root.ts';
import { quoted } from '../values/located.ts';
import type { Problem, Report } from '../values/problems.ts';
import { nameProblem } from './path-names.ts';

const MAX_GLOB_DEPTH = 12;
/**
 * `*`, `?`, `[`, `{` and `(` of one glob: with hundreds, the expression made of it takes all
 * memory.
 */
const MAX_WILDCARDS = 24;
const MAX_GLOB_LENGTH = 500;

/** Sorted paths relative to `folder`; `undefined` if the pattern itself is refused. */
export function findGlob(
  globSync: typeof findFiles,
  {
    pattern,
    folder,
    place,
  }: { readonly pattern: string; readonly folder: string; readonly place: Place },
  {
    root,
    files,
    outside,
  }: { readonly root: string; readonly files: SyncFiles; readonly outside: () => Problem },
  report: Report,
): readonly string[] | undefined {
  const badName = nameProblem(pattern);
  if (
    badName !== undefined ||
    !isInside(path.resolve(folder, pattern.replace(/[*?[{(!].*$/s, '')), root)
  ) {
    const problem: Problem =
      badName === undefined
        ? outside()
        : { code: 'outside-project', message: `the path ${quoted(pattern)} ${badName}`, place };
    report(problem);
    return undefined;
  }
  if (
    pattern.length > MAX_GLOB_LENGTH ||
    (pattern.match(/[*?[{(]/g)?.length ?? 0) > MAX_WILDCARDS
  ) {
    const message = `the glob ${quoted(pattern)} has more than ${MAX_WILDCARDS} wildcards or ${MAX_GLOB_LENGTH} characters`;
    report({ code: 'too-large', message, place, hint: 'Name the folder, as in scenes/*.yaml.' });
    return undefined;
  }
  const found = globSync(pattern, {
    cwd: folder,
    onlyFiles: true,
    expandDirectories: false,
    followSymbolicLinks: false,
    deep: MAX_GLOB_DEPTH,
    ignore: ['**/node_modules/**', '**/.git/**'],
    fs: {
      readdirSync: ((at: string) =>
        files.entries(at).map((entry) => seen(entry, files))) as unknown as typeof readdirSync,
    },
  }).sort();
  if (found.length === 0) {
    report({
      code: 'no-effect',
      severity: 'warning',
      message: `no file matches ${quoted(pattern)}`,
      place,
      hint: 'Paths are relative to the file that contains them.',
    });
  }
  return found;
}

/**
 * A pipe, a socket, a device or a link to nothing that the pattern matches is found as a file, so
 * that reading it says what it is: left out, its scenes would be missing without a word.
 */
function seen(entry: Dirent, files: SyncFiles): Dirent {
  const isOther = entry.isSymbolicLink()
    ? files.realPath(path.join(entry.parentPath, entry.name)) === undefined
    : !entry.isFile() && !entry.isDirectory();
  return isOther
    ? Object.assign(Object.create(entry) as Dirent, {
        isFile: () => true,
        isSymbolicLink: () => false,
      })
    : entry;
}
