/**
 * The spend records of the projects of one command: one for each clone, found from the project's
 * root. A draft has none.
 */
import { NO_FILE } from '../../lock/file/store.ts';
import type { RunLockParts } from '../../lock/run-lock/run-lock.ts';
import type { FileProblem } from '../../ports/files/files.ts';
import { projectRoot } from '../../ports/files/project-root.ts';
import { systemGit } from '../../ports/git.ts';
import type { Attempts } from '../../record/attempts.ts';
import { findRecord } from '../../record/find-record.ts';
import { openRecord, readRecord, type SpendRecord } from '../../record/record.ts';
import { takeInRemote, withRemote } from '../../record/remote/remote-record.ts';
import { RemoteRef } from '../../record/remote/remote-ref.ts';
import { filesOf, type RemoteRecordPlace, shown, type Surroundings } from './surroundings.ts';

/** What a manifest has to do with a record. */
interface RecordOf<Book> {
  /** Absolute. */
  readonly path: string;
  /** The usable record, or why there is none: a sentence for people, and the next step. */
  readonly book: Book | Unusable;
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

interface Unusable {
  readonly unusable: string;
  /** The remote cannot be reached: another time it may be. */
  readonly remote?: boolean;
}

export const isUnusable = (book: unknown): book is Unusable =>
  typeof book === 'object' && book !== null && 'unusable' in book;

export interface ReadBook {
  readonly attempts: Attempts;
  readonly isNew: boolean;
}

/** For what only looks: an absent record is empty, and nothing is written. */
export const readRecords = (
  at: RecordSurroundings,
  manifestPaths: readonly string[],
): Promise<Records<ReadBook>> =>
  each<ReadBook>(at, manifestPaths, async (file, root) => {
    const read = await readRecord(filesOf(at), file);
    if (read.kind !== 'read') return { unusable: unusable(at, file, read.problem) };
    if (at.remoteRecord === undefined) return read;
    const fetched = await remoteRefOf(at, at.remoteRecord, root).fetch();
    if (fetched.kind !== 'fetched') return unreachable(at.remoteRecord, fetched.message);
    for (const attempt of fetched.news) read.attempts.add(attempt);
    return read;
  });

export type RecordSurroundings = Pick<Surroundings, 'cwd' | 'env' | 'files'> &
  Partial<Pick<Surroundings, 'remoteRecord'>>;

/** For what writes. The caller closes each of them. */
export const openRecords = (
  at: RecordSurroundings,
  manifestPaths: readonly string[],
  parts: RunLockParts & { readonly command: string },
): Promise<Records<SpendRecord>> =>
  each<SpendRecord>(at, manifestPaths, async (file, root) => {
    const opened = await openRecord(file, parts);
    if (opened.kind !== 'open') return { unusable: unusable(at, file, opened.problem) };
    const { record } = opened;
    if (at.remoteRecord === undefined) return record;
    const ref = remoteRefOf(at, at.remoteRecord, root);
    const taken = await takeInRemote(record, ref);
    if (taken.ok) {
      const { remote } = at.remoteRecord;
      const { clock } = parts;
      return withRemote(record, ref, { clock, remote, pace: paceOf(at.env) });
    }
    await record.close();
    return unreachable(at.remoteRecord, taken.problem.message);
  });

/** Tests that ask gateways more often push more often too. */
const paceOf = (env: Surroundings['env']): number | undefined =>
  (env['RUSHES_POLL_MIN_MS'] ?? '') === '' ? undefined : 0.1;

export const remoteRefOf = (
  at: Pick<Surroundings, 'env'>,
  { remote, credentials }: RemoteRecordPlace,
  root: string,
): RemoteRef => new RemoteRef({ git: systemGit(root, at.env), remote, credentials });

const unreachable = ({ remote }: RemoteRecordPlace, message: string): Unusable => ({
  unusable: `the spend record on ${remote} cannot be read: ${message}\n  Nothing is submitted without it: the same request may be paid for already.`,
  remote: true,
});

const unusable = (at: Pick<Surroundings, 'cwd'>, file: string, problem: FileProblem): string =>
  `the spend record ${shown(at, file)} cannot be used: ${problem.message}\n  Nothing is submitted without it: the same request may be paid for on another branch. What is paid for is fetched by: rushes collect\n  ${remedyOf(problem)}`;

const AGAIN = 'it is then made again from the locks and journals of the project.';

/** The folder of the record may not be one either. */
function remedyOf({ code, remedy }: FileProblem): string {
  if (remedy !== undefined) return remedy;
  return NO_FILE.has(code) || code === 'EEXIST'
    ? `Move away what is in its place: ${AGAIN}`
    : `Free some space if the disk is full, else make the file readable and writable. If it is damaged, move it away: ${AGAIN}`;
}

async function each<Book>(
  at: RecordSurroundings,
  manifestPaths: readonly string[],
  open: (file: string, root: string) => Promise<Book | Unusable>,
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
    const { path: file, branch } = found.place;
    const book = byFile.get(file)?.book ?? (await open(file, root));
    const one = { path: file, book, root, branch };
    byFile.set(file, one);
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
