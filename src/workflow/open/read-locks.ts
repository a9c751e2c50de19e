/** The locks of all manifests of a command that only reads. */
import type { Lock } from '../../lock/file/format.ts';
import { EMPTY_LOCK } from '../../lock/file/format.ts';
import { type LockPaths, pathsOf } from '../../lock/file/paths.ts';
import { replay } from '../../lock/journal/replay.ts';
import { readLedger } from '../../lock/read-ledger.ts';
import type { Carried } from '../../lock/spent.ts';
import type { ExitCode } from '../../plan/exit.ts';
import type { Attempts } from '../../record/attempts.ts';
import { lockName, newsFor } from '../../record/results.ts';
import {
  exitOf,
  leadingOut,
  type LedgerProblem,
  type ManifestFile,
  onDisk,
  problemsOf,
} from './ledger-problems.ts';
import { readRecords, type RecordSurroundings } from './open-record.ts';
import { filesOf, shown } from './surroundings.ts';

/** One current lock, including the results that only its journal has. */
export interface ReadLock {
  readonly lock: Lock;
  /** What the run of its journal has under its cap. */
  readonly carried: Carried;
  readonly paths: LockPaths;
}

export interface ReadLocks {
  readonly byManifest: ReadonlyMap<string, ReadLock>;
  /** Empty for a manifest without a lock. */
  readonly lockOf: (manifest: string) => Lock;
  /** What the record of the manifest's clone knows; `undefined` if it cannot be used. */
  readonly attemptsOf: (manifestPath: string) => Attempts | undefined;
  /** Checked out where the manifest lies; `undefined` outside of git. */
  readonly branchOf: (manifestPath: string) => string | undefined;
}

export type LocksRead =
  | (ReadLocks & { readonly kind: 'read' })
  | {
      readonly kind: 'refused';
      readonly exit: ExitCode;
      readonly problems: readonly LedgerProblem[];
    };

export interface ReadOptions {
  /** The locks of drafts. Default false. */
  readonly draft?: boolean | undefined;
  /**
   * Read the spend record too, and refuse without it: a plan that does not know what is paid for on
   * another branch would be wrong. Default false.
   */
  readonly record?: boolean | undefined;
}

/**
 * For commands that only read: the journal of a killed run is replayed in memory, nothing is
 * written.
 */
export async function readLocks(
  at: RecordSurroundings,
  manifests: readonly ManifestFile[],
  { draft, record = false }: ReadOptions,
): Promise<LocksRead> {
  const out = leadingOut(at, manifests);
  if (out.length > 0) return { kind: 'refused', exit: exitOf(out), problems: out };
  const byManifest = new Map<string, ReadLock>();
  const records =
    draft === true
      ? undefined
      : await readRecords(
          at,
          manifests.map(({ manifestPath }) => manifestPath),
        );
  const problems: LedgerProblem[] = record && records !== undefined ? [...problemsOf(records)] : [];
  const recordOf = (manifestPath: string) =>
    records?.kind === 'found' ? records.of(manifestPath) : undefined;
  const attemptsOf = (manifestPath: string): Attempts | undefined => {
    const book = recordOf(manifestPath)?.book;
    return book === undefined || 'unusable' in book ? undefined : book.attempts;
  };
  for (const { manifest, manifestPath } of manifests) {
    const paths = pathsOf(manifestPath, { draft: draft === true });
    const found = recordOf(manifestPath);
    const branch = found?.branch;
    const read = await readLedger(filesOf(at), paths, {
      shown: shown(at, paths.lock),
      ...(branch !== undefined && { branch }),
    });
    if (read.kind === 'lock') {
      const attempts = attemptsOf(manifestPath);
      const news =
        attempts === undefined || found === undefined
          ? []
          : newsFor(read.lock, attempts, lockName(found.root, paths.lock));
      byManifest.set(manifest, {
        lock: news.length === 0 ? read.lock : replay(read.lock, news),
        carried: read.carried,
        paths,
      });
    } else if (read.kind === 'invalid')
      problems.push({ kind: 'invalid', manifest, diagnostics: read.diagnostics });
    else problems.push(onDisk(manifest, read.problem));
  }
  return problems.length === 0
    ? {
        kind: 'read',
        byManifest,
        lockOf: (manifest) => byManifest.get(manifest)?.lock ?? EMPTY_LOCK,
        attemptsOf,
        branchOf: (manifestPath) => recordOf(manifestPath)?.branch,
      }
    : { kind: 'refused', exit: exitOf(problems), problems };
}
