/**
 * Scenes that moved from one manifest to another: what a manifest would pay for, and nobody wants any more in the lock of
 * another one, goes there. After each manifest's own matching, and like that over everything, whatever the filter.
 */
import type { Fingerprint, RenderId } from '../ids.ts';
import { keyOf, type LockEntry, neverHappened } from '../lock/format.ts';
import { rebased } from '../lock/rebase.ts';
import { mayBePaid } from '../lock/results.ts';
import { worth } from './decide.ts';
import { type Matched, type MatchParts, takeOver } from './matching.ts';
import type { OrphanRender, PlannedRender } from './plan.ts';

export interface MatchedPart {
  readonly parts: MatchParts;
  readonly matched: Matched;
}

/** In the order given. Every entry is taken once; of several, the one that is worth most, then the first manifest's. */
export function matchAcross(all: readonly MatchedPart[]): readonly Matched[] {
  if (all.length < 2 || all.every(({ matched }) => matched.orphans.length === 0)) return all.map(({ matched }) => matched);
  const orphans = withHolders(all);
  const offers = offersOf(orphans);
  const taken = new Set<OrphanRender>();
  const renders = all.map(({ parts, matched }, to) =>
    matched.renders.map((planned) => {
      const found = givesWay(planned) ? takeFrom(all, offers.get(planned.render.fingerprint), { planned, parts, to, taken }) : undefined;
      return found ?? planned;
    }),
  );
  return all.map((_, part) => ({
    renders: renders[part] ?? [],
    orphans: (orphans[part] ?? []).filter((orphan) => !taken.has(orphan)),
  }));
}

/** An orphan, and the place of its manifest in the plan. */
interface Offer {
  readonly part: number;
  readonly orphan: OrphanRender;
}

/** What would be paid for, and a scene that is skipped and has no result of its own. */
const givesWay = ({ action, entry }: PlannedRender): boolean =>
  action.kind === 'submit'
    ? action.reason === 'new' || action.reason === 'changed'
    : action.kind === 'hold' && action.reason === 'skipped' && entry === undefined;

interface Taking {
  readonly planned: PlannedRender;
  readonly parts: MatchParts;
  readonly to: number;
  readonly taken: Set<OrphanRender>;
}

function takeFrom(
  all: readonly MatchedPart[],
  offers: readonly Offer[] | undefined,
  { planned: { render, entry: own }, parts, to, taken }: Taking,
): PlannedRender | undefined {
  for (const { part, orphan } of offers ?? []) {
    const giving = all[part]?.parts;
    // A refusal that cost nothing is no reason to push a result aside.
    if (giving === undefined || part === to || taken.has(orphan) || (own !== undefined && !mayBePaid(orphan.entry))) continue;
    const found = takeOver(giving, render, orphan.id);
    if (found === undefined) continue;
    taken.add(orphan);
    return {
      ...found,
      action: { ...found.action, fromManifest: giving.resolved.project.manifest },
      entry: rebased(found.entry, giving.lockPath, parts.lockPath),
    };
  }
  return undefined;
}

/** What the orphans of all manifests could stand for. */
function offersOf(orphans: readonly (readonly OrphanRender[])[]): ReadonlyMap<Fingerprint, readonly Offer[]> {
  const all = orphans.flatMap((list, part) => list.map((orphan): Offer => ({ part, orphan })));
  all.sort((a, b) => worth(a.orphan.entry) - worth(b.orphan.entry) || a.part - b.part || (a.orphan.id < b.orphan.id ? -1 : 1));
  const offers = new Map<Fingerprint, Offer[]>();
  for (const offer of all) {
    const { entry, heldBy } = offer.orphan;
    if (heldBy !== undefined || neverHappened(entry)) continue;
    for (const fingerprint of new Set([entry.fingerprint, entry.decision?.accept ?? entry.fingerprint])) {
      const list = offers.get(fingerprint);
      if (list === undefined) offers.set(fingerprint, [offer]);
      else list.push(offer);
    }
  }
  return offers;
}

/**
 * Orphans whose result another manifest has too. A manifest that still wants it holds it, in whatever place of its entry; of
 * manifests that all do not, the first.
 */
function withHolders(all: readonly MatchedPart[]): readonly (readonly OrphanRender[])[] {
  const open = new Set(all.flatMap(({ matched }) => matched.orphans.map(({ entry }) => keyOf(entry))));
  const holders = new Map<string, { readonly part: number; readonly manifest: string; readonly id: RenderId }>();
  for (const wanted of [true, false]) {
    for (const [part, { parts, matched }] of all.entries()) {
      const unwanted = new Set(matched.orphans.map(({ id }) => id));
      for (const [id, entry] of parts.lock.renders) {
        if (unwanted.has(id) === wanted) continue;
        for (const key of keysOf(entry))
          if (open.has(key) && !holders.has(key)) holders.set(key, { part, manifest: parts.resolved.project.manifest, id });
      }
    }
  }
  return all.map(({ matched }, part) =>
    matched.orphans.map((orphan): OrphanRender => {
      const holder = holders.get(keyOf(orphan.entry));
      if (holder === undefined || holder.part === part) return orphan;
      return { ...orphan, follow: false, heldBy: { manifest: holder.manifest, id: holder.id } };
    }),
  );
}

const keysOf = (entry: LockEntry): string[] => [entry, ...(entry.earlier ?? [])].map(keyOf);
