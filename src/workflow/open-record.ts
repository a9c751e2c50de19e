/**
 * The spend records of the projects of one command: one for each clone, found from the project's
 * root. A draft has none.
 */
import type { RunLockParts } from '../lock/run-lock.ts';
import { projectRoot } from '../manifest/read.ts';
import { systemGit } from '../ports/git.ts';
import type { Attempts } from '../record/attempts.ts';
import { findRecord } from '../record/find-record.ts';
import { openRecord, readRecord, type SpendRecord } from '../record/record.ts';
import { filesOf, shown, type Surroundings } from './surroundings.ts';

/** What a manifest has to do with a record. */
interface RecordOf<Book> {
  /** Absolute. */
  readonly path: string;
  /** What can be done with it, or why nothing can: a sentence for people, and what to do. */
  readonly book: Book | { readonly unusable: string };
  /** The project's root, absolute. */
  readonly root: string;
  /** Checked out; `undefined` outside of git. */
  readonly branch: string | undefined;
}

export type Records<Book> =
  | {
      readonly kind: 'found';
      readonly of: (manifestPath: string) => RecordOf<Book> | undefined;
      /** Each once. */
      readonly all: readonly RecordOf<Book>[];
    }
  /** Git will not say where it is: without that nothing may be read or written. */
  | { readonly kind: 'refused'; readonly message: string };

export const isUnusable = (book: unknown): book is { readonly unusable: string } =>
  typeof book === 'object' && book !== null && 'unusable' in book;

export interface ReadBook {
  readonly attempts: Attempts;
  readonly isNew: boolean;
}

/** For what only looks: an absent record is empty, and nothing is written. */
export const readRecords = (
  at: Pick<Surroundings, 'cwd' | 'env' | 'files'>,
  manifestPaths: readonly string[],
): Promise<Records<ReadBook>> =>
  each<ReadBook>(at, manifestPaths, async (file) => {
    const read = await readRecord(filesOf(at), file);
    return read.kind === 'read' ? read : { unusable: unusable(at, file, read.problem.message) };
  });

/** For what writes. The caller closes each of them. */
export const openRecords = (
  at: Pick<Surroundings, 'cwd' | 'env' | 'files'>,
  manifestPaths: readonly string[],
  parts: RunLockParts & { readonly command: string },
): Promise<Records<SpendRecord>> =>
  each<SpendRecord>(at, manifestPaths, async (file) => {
    const opened = await openRecord(file, parts);
    return opened.kind === 'open'
      ? opened.record
      : { unusable: unusable(at, file, opened.problem.message) };
  });

const unusable = (at: Pick<Surroundings, 'cwd'>, file: string, message: string): string =>
  `the spend record ${shown(at, file)} cannot be used: ${message}\n  Nothing is submitted without it: the same request may be paid for on another branch. What is paid for is fetched by: rushes collect\n  Make the file readable and writable. If it is damaged, move it away: it is then made again from the locks and journals of the project.`;

async function each<Book>(
  at: Pick<Surroundings, 'cwd' | 'env' | 'files'>,
  manifestPaths: readonly string[],
  open: (file: string) => Promise<Book | { readonly unusable: string }>,
): Promise<Records<Book>> {
  const byRoot = new Map<string, RecordOf<Book>>();
  const byFile = new Map<string, RecordOf<Book>>();
  for (const root of new Set(manifestPaths.map((manifest) => projectRoot(manifest)))) {
    const found = await findRecord(root, {
      files: filesOf(at),
      git: systemGit(root, at.env),
      branch: branchOfCi(at.env),
    });
    if (found.kind === 'refused') return found;
    const { path, branch } = found.place;
    const one = { path, book: byFile.get(path)?.book ?? (await open(path)), root, branch };
    byFile.set(path, one);
    byRoot.set(root, one);
  }
  return {
    kind: 'found',
    of: (manifestPath) => byRoot.get(projectRoot(manifestPath)),
    all: [...byFile.values()],
  };
}

/** On GitHub a branch is checked out as a commit alone. */
const branchOfCi = (env: Surroundings['env']): string | undefined =>
  env['GITHUB_REF_TYPE'] === 'branch' && (env['GITHUB_REF_NAME'] ?? '') !== ''
    ? env['GITHUB_REF_NAME']
    : undefined;
