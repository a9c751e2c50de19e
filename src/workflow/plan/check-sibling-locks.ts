/**
 * The locks beside those of a plan: read only where something would be paid for that one of them
 * could have.
 */
import { stat } from 'node:fs/promises';
import path from 'node:path';
import { defined } from '../../defined.ts';
import { type Fingerprint, type RenderId, twinsOf } from '../../ids.ts';
import { mayCost } from '../../lock/attempt.ts';
import type { Lock, LockEntry, Result } from '../../lock/file/format.ts';
import { mayName, readLedger } from '../../lock/read-ledger.ts';
import { pathsOf } from '../../lock/file/paths.ts';
import { loadManifest } from '../../manifest/read.ts';
import { catalogue } from '../../models/catalogue.ts';
import { wantedIds } from '../../plan/match/match-entries.ts';
import { paidElsewhere, type Sibling, wouldBePaid } from '../../plan/match/paid-elsewhere.ts';
import { type OtherManifest, paidInTwoManifests } from '../../plan/match/paid-in-two-manifests.ts';
import type { Plan } from '../../plan/plan.ts';
import { linkedRenders } from '../../plan/graph/with-lock.ts';
import { resolveProject } from '../../plan/resolve/resolve.ts';
import type { RecordedAttempt } from '../../record/attempt-line.ts';
import { keysOf } from '../../record/results.ts';
import { asDraft } from '../load/as-draft.ts';
import { filesOf, shown, type Surroundings } from '../open/surroundings.ts';

export interface SiblingOptions {
  readonly draft?: boolean | undefined;
  /** Checked out where a manifest lies: whose journals are of its lock. */
  readonly branchOf?: ((manifestPath: string) => string | undefined) | undefined;
}

const placeOf = (manifestPath: string, { draft = false, branchOf }: SiblingOptions) => ({
  paths: pathsOf(manifestPath, { draft }),
  of: defined({ branch: draft ? undefined : branchOf?.(manifestPath) }),
});

/**
 * Keys of everything that locks beside those of the plan know, and the locks that these attempts
 * were last of.
 */
export async function keysInSight(
  at: Pick<Surroundings, 'files'>,
  plan: Plan,
  attempts: readonly RecordedAttempt[],
  options: SiblingOptions,
): Promise<ReadonlySet<string>> {
  const own = new Set(plan.projects.map(({ lockPath }) => lockPath));
  const beside = new Set(await unnamed(plan));
  for (const { project } of plan.projects)
    for (const { lock } of attempts) {
      const lockPath = path.resolve(project.root, lock);
      if (!own.has(lockPath)) beside.add(lockPath.replace(/\.lock\.json$/, '.yaml'));
    }
  const locks: Lock[] = [];
  for (const manifestPath of beside) {
    const { paths, of } = placeOf(manifestPath, options);
    const read = await readLedger(filesOf(at), paths, of);
    if (read.kind === 'lock') locks.push(read.lock);
  }
  return keysOf(locks);
}

/**
 * The plan with what would be paid for a second time: because the manifest that had it was not
 * named, or because another manifest asks for it too.
 */
export async function withSiblingLocks(
  at: Pick<Surroundings, 'cwd' | 'env' | 'files'>,
  plan: Plan,
  { draft = false, branchOf }: SiblingOptions,
): Promise<Plan> {
  const wanted = wouldBePaid(plan);
  if (wanted.size === 0) return plan;
  const siblings: Sibling[] = [];
  const others: OtherManifest[] = [];
  for (const manifestPath of await unnamed(plan)) {
    const { paths, of } = placeOf(manifestPath, { draft, branchOf });
    if (!(await mayName(filesOf(at), paths, wanted, of))) continue;
    const read = await readLedger(filesOf(at), paths, of);
    if (
      read.kind !== 'lock' ||
      ![...read.lock.renders.values()].some((entry) =>
        [
          entry.fingerprint,
          entry.decision?.accept,
          ...(entry.earlier ?? []).map(fingerprintOf),
        ].some((one) => one !== undefined && wanted.has(one)),
      )
    )
      continue;
    const manifest = shown(at, manifestPath);
    const gone = !(await isFile(manifestPath));
    const { project } = gone
      ? {}
      : await loadManifest(manifest, {
          cwd: at.cwd,
          env: at.env,
          files: filesOf(at).sync,
        });
    // A manifest that cannot be read may still need everything, so nothing is reported.
    if (!gone && project === undefined) continue;
    const resolved =
      project === undefined
        ? undefined
        : resolveProject(draft ? asDraft(project) : project, catalogue);
    const asked = resolved === undefined ? new Set<RenderId>() : wantedIds(resolved);
    const linked = resolved === undefined ? [] : linkedRenders(resolved, read.lock);
    const now = new Map(linked.map(({ id, fingerprint }) => [id, fingerprint]));
    others.push({
      manifest,
      uses: new Map(
        [...read.lock.renders].flatMap(([id, entry]) =>
          now.get(id) === entry.fingerprint && wanted.has(entry.fingerprint) && mayCost(entry)
            ? [[entry.fingerprint, id]]
            : [],
        ),
      ),
    });
    siblings.push({
      manifest,
      gone,
      orphans: [...read.lock.renders].flatMap(([id, entry]) => [
        ...(!asked.has(id) || meansAnother(entry, now.get(id)) ? [[id, entry] as const] : []),
        // An earlier result of a render is not waited for, but it is paid for.
        ...(entry.earlier ?? []).flatMap((result) =>
          result.fingerprint !== now.get(id) && wanted.has(result.fingerprint) && mayCost(result)
            ? [[id, result] as const]
            : [],
        ),
      ]),
    });
  }
  const found = [
    ...paidElsewhere(plan, siblings, { draft }),
    // A draft costs nothing.
    ...(draft ? [] : paidInTwoManifests(plan, others)),
  ];
  return found.length === 0 ? plan : { ...plan, diagnostics: [...plan.diagnostics, ...found] };
}

const fingerprintOf = ({ fingerprint }: Result): Fingerprint => fingerprint;

/** The id is in use, and for something that the entry does not have. */
const meansAnother = (
  { fingerprint, decision }: LockEntry,
  wanted: Fingerprint | undefined,
): boolean =>
  wanted !== undefined &&
  wanted !== fingerprint &&
  wanted !== decision?.accept &&
  decision?.pin !== true;

/** Manifests, absolute, that have a lock in a folder of the plan and are not in it. */
async function unnamed({ projects }: Plan): Promise<readonly string[]> {
  const { glob } = await import('tinyglobby');
  const known = new Set(projects.map(({ lockPath }) => lockPath));
  const folders = new Map(
    projects.map(({ project, lockPath }) => [
      path.dirname(lockPath),
      path.dirname(project.manifestPath),
    ]),
  );
  const found: string[] = [];
  for (const [locks, manifests] of folders) {
    const files = await glob(['*.lock.json'], {
      cwd: locks,
      onlyFiles: true,
      expandDirectories: false,
    }).catch(() => []);
    // A run that was killed before it wrote its first lock has only a journal.
    const journals = await glob(['*.journal.jsonl'], {
      cwd: path.join(locks, '.rushes'),
      onlyFiles: true,
      expandDirectories: false,
    }).catch(() => []);
    const names = new Set([
      ...files,
      ...journals.map((name) => name.replace(/\.journal\.jsonl$/, '.lock.json')),
    ]);
    for (const file of [...names].sort((a, b) => (a < b ? -1 : 1))) {
      if (known.has(path.join(locks, file))) continue;
      found.push(await namedLike(path.join(manifests, file.replace(/\.lock\.json$/, '.yaml'))));
    }
  }
  return found;
}

/** The manifest itself, whatever its ending; as `.yaml` if it is gone. */
async function namedLike(manifest: string): Promise<string> {
  for (const one of [manifest, ...twinsOf(manifest)]) if (await isFile(one)) return one;
  return manifest;
}

const isFile = (file: string): Promise<boolean> =>
  stat(file).then(
    (facts) => facts.isFile(),
    () => false,
  );
