/**
 * Scenes that moved from one manifest to another. Where a manifest would pay for a clip, and the
 * lock of another manifest has that clip but no render for it any more, the result moves to the
 * first. This runs after each manifest's own matching, over all renders, also those that a filter
 * leaves out.
 */
import { defined } from '../../defined.ts';
import { type Fingerprint, manifestName, type RenderId } from '../../ids.ts';
import { keyOf, type LockEntry } from '../../lock/file/format.ts';
import { rebased } from '../../lock/journal/rebase.ts';
import { answersOf } from '../../lock/attempt.ts';
import { decide } from './decide-action.ts';
import {
  firstTime,
  type Matched,
  type MatchParts,
  type MovedRender,
  takeOver,
} from './match-entries.ts';
import { movedRules } from './moved-rules.ts';
import { offersOf } from './candidates.ts';
import type { OrphanRender, PlannedRender } from '../plan.ts';

export interface MatchedPart {
  readonly parts: MatchParts;
  readonly matched: Matched;
}

/**
 * Gives them in their order. Every entry moves at most once. Of several that fit, the one that is
 * worth most is taken, then the one of the first manifest.
 */
export function matchAcross(all: readonly MatchedPart[]): readonly Matched[] {
  if (
    all.length < 2 ||
    all.every(({ matched }) => matched.orphans.length + matched.spare.length === 0)
  )
    return all.map(({ matched }) => matched);
  const orphans = withHolders(all);
  const offers = offered(all, orphans);
  const taken = new Set<OrphanRender>();
  const listed = all.map(({ parts, matched }, to) =>
    takeListed(all, orphans, { renders: matched.renders, parts, to, taken }),
  );
  const renders = all.map(({ matched }, to) =>
    matched.renders.map((own) => listed[to]?.get(own) ?? own),
  );
  // What a render gives away makes it begin anew, and then another manifest may have what it wants,
  // or its own.
  for (let changes = true; changes;) {
    changes = false;
    for (const [to, { parts, matched }] of all.entries()) {
      const gone = new Set(matched.spare.flatMap((one) => (taken.has(one) ? [one.entry] : [])));
      const here = renders[to] ?? [];
      for (const [index, before] of here.entries()) {
        // A moved render has another's entry: the other one is gone, and this one has the entry.
        const isGone =
          before.action.kind !== 'moved' && before.entry !== undefined && gone.has(before.entry);
        const planned = isGone ? begunAnew(before) : before;
        const found = givesWay(planned)
          ? takeFrom(all, offers.get(planned.render.fingerprint), { planned, parts, to, taken })
          : undefined;
        changes ||= found !== undefined;
        here[index] = found ?? planned;
      }
    }
  }
  return all.map(({ matched: { spare } }, part) => ({
    renders: renders[part] ?? [],
    orphans: (orphans[part] ?? []).filter((orphan) => !taken.has(orphan)),
    spare: spare.filter((one) => !taken.has(one)),
  }));
}

const begunAnew = ({ render }: PlannedRender): PlannedRender => ({
  render,
  action: firstTime(render),
});

/** An orphan, and the place of its manifest in the plan. */
interface Given {
  readonly part: number;
  readonly orphan: OrphanRender;
}

/** A render that would be paid for, or a skipped scene without a result. */
const givesWay = ({ action, entry }: PlannedRender): boolean =>
  action.kind === 'submit'
    ? action.reason === 'new' || action.reason === 'changed'
    : action.kind === 'hold' && action.reason === 'skipped' && entry === undefined;

interface Listing extends Omit<Taking, 'planned'> {
  readonly renders: readonly PlannedRender[];
}

/**
 * Entries of the manifest's `moved:` list for other manifests; only for renders that no lock knows
 * under their own id.
 */
function takeListed(
  all: readonly MatchedPart[],
  orphans: readonly (readonly OrphanRender[])[],
  { renders, parts, to, taken }: Listing,
): ReadonlyMap<PlannedRender, PlannedRender> {
  const listed = new Map<PlannedRender, PlannedRender>();
  const oldPlaceOf = movedRules(parts.resolved.project.moved);
  if (oldPlaceOf === undefined) return listed;
  for (const planned of renders) {
    const old =
      planned.entry === undefined && givesWay(planned) ? oldPlaceOf(planned.render) : undefined;
    if (old?.manifest === undefined) continue;
    const part = all.findIndex(
      (one, index) =>
        index !== to && manifestName(one.parts.resolved.project.manifest) === old.manifest,
    );
    const giving = all[part]?.parts;
    const orphan = orphans[part]?.find(({ id, heldBy }) => id === old.id && heldBy === undefined);
    if (giving === undefined || orphan === undefined || taken.has(orphan)) continue;
    const found = takeOver(giving, planned.render, old.id);
    if (found !== undefined) taken.add(orphan);
    listed.set(
      planned,
      found === undefined
        ? changedFrom(orphan, giving, { planned, parts })
        : broughtOver(found, giving, parts),
    );
  }
  return listed;
}

/** It is paid for again, and its old entry stays in its lock: the changes are still shown. */
function changedFrom(
  { id, entry }: OrphanRender,
  giving: MatchParts,
  { planned: { render }, parts }: Pick<Taking, 'planned' | 'parts'>,
): PlannedRender {
  return {
    render,
    action: decide(render, id, entry, giving).action,
    entry: rebased(entry, giving.lockPath, parts.lockPath),
  };
}

interface Taking {
  readonly planned: PlannedRender;
  readonly parts: MatchParts;
  readonly to: number;
  readonly taken: Set<OrphanRender>;
}

function takeFrom(
  all: readonly MatchedPart[],
  offers: readonly Given[] | undefined,
  { planned: { render, entry: own }, parts, to, taken }: Taking,
): PlannedRender | undefined {
  for (const { part, orphan } of offers ?? []) {
    const giving = all[part]?.parts;
    // A refusal that cost nothing does not push a result aside. What its own lock has is left for a
    // render only where it has just begun anew.
    if (
      giving === undefined ||
      (part === to && orphan.id === render.id) ||
      taken.has(orphan) ||
      (own !== undefined && !answersOf(orphan.entry).mayBePaid)
    )
      continue;
    const found = takeOver(giving, render, orphan.id);
    if (found === undefined) continue;
    taken.add(orphan);
    return part === to ? found : broughtOver(found, giving, parts);
  }
  return undefined;
}

/** As the receiving manifest's lock will have it. */
function broughtOver(found: MovedRender, giving: MatchParts, parts: MatchParts): PlannedRender {
  const entry = rebased(found.entry, giving.lockPath, parts.lockPath);
  const wanted = found.restored === undefined ? undefined : keyOf(found.restored);
  const restored = entry.earlier?.find((result) => keyOf(result) === wanted);
  return {
    ...found,
    action: { ...found.action, fromManifest: giving.resolved.project.manifest },
    entry,
    ...defined({ restored }),
  };
}

/**
 * Possible uses of the orphans of all manifests, best first; and the state of spare entries now,
 * not what they were before.
 */
function offered(
  all: readonly MatchedPart[],
  orphans: readonly (readonly OrphanRender[])[],
): ReadonlyMap<Fingerprint, readonly Given[]> {
  const every = all.flatMap(({ matched: { spare } }, part) => [
    ...(orphans[part] ?? []).flatMap((orphan) =>
      orphan.heldBy === undefined
        ? offersOf(orphan.entry).map((offer) => ({ part, orphan, ...offer }))
        : [],
    ),
    ...spare.flatMap((orphan) =>
      offersOf(orphan.entry).flatMap((offer) =>
        offer.earlier ? [] : [{ part, orphan, ...offer }],
      ),
    ),
  ]);
  every.sort((a, b) => a.rank - b.rank || a.part - b.part || (a.orphan.id < b.orphan.id ? -1 : 1));
  const offers = new Map<Fingerprint, Given[]>();
  for (const { fingerprint, part, orphan } of every) {
    const list = offers.get(fingerprint);
    if (list === undefined) offers.set(fingerprint, [{ part, orphan }]);
    else list.push({ part, orphan });
  }
  return offers;
}

/**
 * Orphans whose result another manifest has too. A manifest that still wants it holds it, in
 * whatever place of its entry; of manifests that all do not, the first.
 */
function withHolders(all: readonly MatchedPart[]): readonly (readonly OrphanRender[])[] {
  const open = new Set(
    all.flatMap(({ matched }) => matched.orphans.map(({ entry }) => keyOf(entry))),
  );
  const holders = new Map<
    string,
    { readonly part: number; readonly manifest: string; readonly id: RenderId }
  >();
  for (const wanted of [true, false]) {
    for (const [part, { parts, matched }] of all.entries()) {
      const unwanted = new Set(matched.orphans.map(({ id }) => id));
      for (const [id, entry] of parts.lock.renders) {
        if (unwanted.has(id) === wanted) continue;
        for (const key of keysOf(entry))
          if (open.has(key) && !holders.has(key))
            holders.set(key, { part, manifest: parts.resolved.project.manifest, id });
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
