/**
 * Which lock entry belongs to which render: by id first, then by the manifest's `moved:` list, then
 * by fingerprint among the entries that no id wants as they are. Always over the whole manifest,
 * whatever the filter.
 */
import { type Fingerprint, manifestName, type RenderId } from '../../ids.ts';
import { unclear, unfinished } from '../../lock/attempt.ts';
import { resultsOf } from '../../lock/entry.ts';
import type { Lock, LockEntry } from '../../lock/file/format.ts';
import { toLockPath } from '../../lock/file/paths.ts';
import { type DecideContext, decide, type Decided } from './decide-action.ts';
import { movedRules } from './moved-rules.ts';
import { offersOf, standsForOneOf } from './candidates.ts';
import type { Action, OrphanRender, PlannedRender, Resolved, ResolvedRender } from '../plan.ts';

export interface MatchParts extends DecideContext {
  readonly resolved: Resolved;
  readonly lock: Lock;
  readonly lockPath: string;
}

export interface Matched {
  /** In manifest order. */
  readonly renders: readonly PlannedRender[];
  /** In lock order. */
  readonly orphans: readonly OrphanRender[];
  /**
   * Entries whose id is in use, and means something else by now: another manifest may want exactly
   * what they have.
   */
  readonly spare: readonly OrphanRender[];
}

export function matchRenders(parts: MatchParts): Matched {
  const { resolved, lock } = parts;
  const wanted = wantedIds(resolved);
  const taken = new Set<RenderId>();
  const listed = takeListed(parts, wanted, taken);
  const known = resolved.renders.map((render): Known => {
    const move = listed.get(render.id);
    const own = taken.has(render.id) ? undefined : lock.renders.get(render.id);
    return {
      render,
      move,
      own,
      decided: own === undefined ? undefined : decide(render, render.id, own, parts),
    };
  });
  const { found, given } = takeByFingerprint(parts, { known, wanted, taken });

  const renders = known.map(({ render, move, own, decided }): PlannedRender => {
    const other = found.get(render.id) ?? move;
    if (other !== undefined) return other;
    // Another render has its result by now: this one starts from nothing.
    if (own === undefined || decided === undefined || taken.has(render.id))
      return { render, action: firstTime(render) };
    return {
      render,
      action: inPlace(parts, render, own, decided),
      entry: own,
      ...restoredIn(decided),
    };
  });

  const orphans = [...lock.renders]
    .filter(([id]) => !wanted.has(id) && !taken.has(id))
    .map(([id, entry]): OrphanRender => ({
      id,
      entry,
      follow: resultsOf(lock, id).some(
        (result) => unfinished(result, parts.options.now) !== undefined,
      ),
    }));
  const spare = [...given].flatMap((id): OrphanRender[] => {
    const entry = taken.has(id) ? undefined : lock.renders.get(id);
    return entry === undefined ? [] : [{ id, entry, follow: false }];
  });
  return { renders, orphans, spare };
}

export const firstTime = ({ skip }: ResolvedRender): Action =>
  skip === undefined ? { kind: 'submit', reason: 'new' } : { kind: 'hold', reason: 'skipped' };

const restoredIn = ({ restored }: Decided): Pick<PlannedRender, 'restored'> =>
  restored === undefined ? {} : { restored };

/**
 * All that the manifest asks for, made or not: what an error keeps from being made is not an
 * orphan.
 */
export function wantedIds({ renders, diagnostics }: Resolved): ReadonlySet<RenderId> {
  const broken = diagnostics
    .filter(({ severity }) => severity === 'error')
    .flatMap(({ renders }) => renders);
  return new Set([...renders.map(({ id }) => id), ...broken]);
}

/** Facts about a render before fingerprints are compared. */
interface Known {
  readonly render: ResolvedRender;
  /** By the manifest's `moved:` list. */
  readonly move: PlannedRender | undefined;
  /** By its id. */
  readonly own: LockEntry | undefined;
  readonly decided: Decided | undefined;
}

/** Would be paid for, so an entry that is already paid is better, whatever its id. */
const pays = (known: Known): boolean => {
  const { move, decided } = known;
  if (move !== undefined) return move.action.kind === 'submit';
  return decided === undefined || (decided.action.kind === 'submit' && isOutdated(known));
};

/**
 * The entry is of another request than the one that is asked for under its id by now: to make it
 * again meant that other one, and its unclear payment holds the render that asks for that other
 * one, under whatever id, before any other.
 */
function isOutdated({ render, own, decided }: Known): boolean {
  if (own === undefined || own.fingerprint === render.fingerprint) return false;
  const action = decided?.action;
  if (action?.kind === 'submit') return action.reason === 'changed' || action.reason === 'redo';
  return action?.kind === 'hold' && unclear(own) !== undefined;
}

interface Taken {
  readonly found: ReadonlyMap<RenderId, PlannedRender>;
  /** Ids whose render has changed. */
  readonly given: ReadonlySet<RenderId>;
}

interface Claiming {
  readonly known: readonly Known[];
  readonly wanted: ReadonlySet<RenderId>;
  readonly taken: Set<RenderId>;
}

/**
 * Renders that would be paid for, but whose result is in the lock under an id that no longer needs
 * it: no render has this id, or that render has changed. So scenes that are renumbered after a
 * scene was inserted before them cost nothing.
 */
function takeByFingerprint(parts: MatchParts, { known, wanted, taken }: Claiming): Taken {
  const found = new Map<RenderId, PlannedRender>();
  const paying = known.filter(pays);
  const outdated = new Map(known.flatMap((one) => (isOutdated(one) ? [[one.render.id, one]] : [])));
  // Nothing to take here: another manifest may need the outdated entries.
  if (paying.length === 0) return { found, given: new Set(outdated.keys()) };
  const asked = new Set([...paying, ...outdated.values()].map(({ render }) => render.fingerprint));
  const pool = offeredByFingerprint(parts.lock, asked, (id) =>
    outdated.has(id) ? 'given' : wanted.has(id) ? 'claimed' : 'free',
  );
  const looked = new Set(paying);
  for (const { render } of looked) {
    const from = pool.get(render.fingerprint)?.find((id) => !taken.has(id));
    const moved = from === undefined ? undefined : takeOver(parts, render, from);
    if (from === undefined || moved === undefined) continue;
    taken.add(from);
    found.set(render.id, moved);
    // It was held by the entry that has gone, and starts again with the remaining ones.
    const left = outdated.get(from);
    if (left !== undefined) looked.add(left);
  }
  return { found, given: new Set(outdated.keys()) };
}

/** Entries for each of these fingerprints, best first. */
function offeredByFingerprint(
  lock: Lock,
  asked: ReadonlySet<Fingerprint>,
  standing: (id: RenderId) => 'free' | 'given' | 'claimed',
): ReadonlyMap<Fingerprint, RenderId[]> {
  const offers = [...lock.renders].flatMap(([id, entry]) => {
    const now = standing(id);
    if (now === 'claimed' || !standsForOneOf(entry, asked)) return [];
    // Results of before stay with an id that is still in use: the edit may be undone.
    const all = offersOf(entry).filter(({ earlier }) => now === 'free' || !earlier);
    return all.map(({ fingerprint, rank }) => ({
      id,
      fingerprint,
      rank,
      late: now === 'given' ? 1 : 0,
    }));
  });
  // Best first, so that of several results for one request the clip is taken and not the failure.
  offers.sort((a, b) => a.rank - b.rank || a.late - b.late || (a.id < b.id ? -1 : 1));
  const pool = new Map<Fingerprint, RenderId[]>();
  for (const { id, fingerprint } of offers) {
    const ids = pool.get(fingerprint);
    if (ids === undefined) pool.set(fingerprint, [id]);
    else ids.push(id);
  }
  return pool;
}

/**
 * Entries of the manifest's `moved:` list; only for renders that the lock does not know under their
 * own id.
 */
function takeListed(
  parts: MatchParts,
  wanted: ReadonlySet<RenderId>,
  taken: Set<RenderId>,
): ReadonlyMap<RenderId, PlannedRender> {
  const { resolved, lock } = parts;
  const listed = new Map<RenderId, PlannedRender>();
  const oldIdOf = movedRules(resolved.project.moved);
  if (oldIdOf === undefined) return listed;
  for (const render of resolved.renders) {
    if (lock.renders.has(render.id)) continue;
    const old = oldIdOf(render);
    // Results of another manifest are not in this lock: `match-across-manifests.ts`.
    const from =
      old?.manifest === undefined || old.manifest === manifestName(resolved.project.manifest)
        ? old?.id
        : undefined;
    const entry = from === undefined ? undefined : lock.renders.get(from);
    if (from === undefined || entry === undefined || taken.has(from)) continue;
    // The old id may have a new meaning by now. Its entry moves only if it is exactly what is
    // asked for.
    if (wanted.has(from) && entry.fingerprint !== render.fingerprint) continue;
    const moved = takeOver(parts, render, from);
    if (moved !== undefined) taken.add(from);
    listed.set(
      render.id,
      moved ?? { render, action: decide(render, from, entry, parts).action, entry },
    );
  }
  return listed;
}

/**
 * The render with the entry of another id, or nothing where even that would have to be paid again.
 * `parts`: of the lock that has it.
 */
export function takeOver(
  parts: DecideContext & Pick<MatchParts, 'lock'>,
  render: ResolvedRender,
  from: RenderId,
): MovedRender | undefined {
  const entry = parts.lock.renders.get(from);
  if (entry === undefined) return undefined;
  const decided = decide(render, from, entry, parts);
  const { action } = decided;
  if (action.kind === 'submit' || action.kind === 'wait' || action.kind === 'moved')
    return undefined;
  return { render, action: movedFrom(from, action.kind), entry, ...restoredIn(decided) };
}

type Moved = Extract<Action, { kind: 'moved' }>;

export interface MovedRender extends PlannedRender {
  readonly action: Moved;
  readonly entry: LockEntry;
}

const movedFrom = (from: RenderId, then: Moved['then']): Moved => ({
  kind: 'moved',
  reason: 'moved',
  from,
  // A text, not a function: an action is never awaited.
  // oxlint-disable-next-line unicorn/no-thenable
  then,
});

/**
 * The same id; its clip is here under the name that an older project name or output folder gave it.
 */
function inPlace(
  parts: MatchParts,
  render: ResolvedRender,
  own: LockEntry,
  { action }: Decided,
): Action {
  if (action.kind !== 'keep' || action.reason === 'restored' || own.clip === undefined)
    return action;
  if (
    own.clip.path === toLockPath(parts.lockPath, render.target) ||
    parts.clipState(render.id, own) !== 'present'
  )
    return action;
  return movedFrom(render.id, 'keep');
}
