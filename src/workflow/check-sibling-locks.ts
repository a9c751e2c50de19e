/**
 * The locks beside those of a plan: read only where something would be paid for that one of them
 * could have.
 */
import { stat } from 'node:fs/promises';
import path from 'node:path';
import type { Fingerprint, RenderId } from '../ids.ts';
import type { LockEntry } from '../lock/file/format.ts';
import { readLedger } from '../lock/ledger.ts';
import { pathsOf } from '../lock/file/paths.ts';
import { loadManifest } from '../manifest/read.ts';
import { catalogue } from '../models/catalogue.ts';
import { wantedIds } from '../plan/match/match-entries.ts';
import { offersOf } from '../plan/match/candidates.ts';
import { paidElsewhere, type Sibling, wouldBePaid } from '../plan/match/paid-elsewhere.ts';
import type { Plan } from '../plan/plan.ts';
import { resolveProject } from '../plan/resolve/resolve.ts';
import { asDraft } from './as-draft.ts';
import { filesOf, shown, type Surroundings } from './surroundings.ts';

/**
 * The plan with what would be paid for a second time because the manifest that had it was not
 * named.
 */
export async function withSiblingLocks(
  at: Pick<Surroundings, 'cwd' | 'env' | 'files'>,
  plan: Plan,
  { draft = false }: { readonly draft?: boolean | undefined },
): Promise<Plan> {
  const wanted = wouldBePaid(plan);
  if (wanted.size === 0) return plan;
  const siblings: Sibling[] = [];
  for (const manifestPath of await unnamed(plan)) {
    const read = await readLedger(filesOf(at), pathsOf(manifestPath, { draft }));
    if (
      read.kind !== 'lock' ||
      ![...read.lock.renders.values()].some((entry) =>
        offersOf(entry).some(({ fingerprint }) => wanted.has(fingerprint)),
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
    // A manifest that cannot be read may still want everything: no word about it.
    if (!gone && project === undefined) continue;
    const resolved =
      project === undefined
        ? undefined
        : resolveProject(draft ? asDraft(project) : project, catalogue);
    const asked = resolved === undefined ? new Set<RenderId>() : wantedIds(resolved);
    const now = new Map(resolved?.renders.map(({ id, fingerprint }) => [id, fingerprint]));
    siblings.push({
      manifest,
      gone,
      orphans: [...read.lock.renders].filter(
        ([id, entry]) => !asked.has(id) || meansAnother(entry, now.get(id)),
      ),
    });
  }
  const found = paidElsewhere(plan, siblings, { draft });
  return found.length === 0 ? plan : { ...plan, diagnostics: [...plan.diagnostics, ...found] };
}

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
    for (const file of files.sort((a, b) => (a < b ? -1 : 1))) {
      if (known.has(path.join(locks, file))) continue;
      const name = path.join(manifests, file.replace(/\.lock\.json$/, ''));
      found.push(
        !(await isFile(`${name}.yaml`)) && (await isFile(`${name}.yml`))
          ? `${name}.yml`
          : `${name}.yaml`,
      );
    }
  }
  return found;
}

const isFile = (file: string): Promise<boolean> =>
  stat(file).then(
    (facts) => facts.isFile(),
    () => false,
  );
