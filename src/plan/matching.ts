/**
 * Which lock entry belongs to which render: by id first, then by the manifest's `moved:` list, then by fingerprint among
 * the entries that no id claims. Always over the whole manifest, whatever the filter.
 */
import { type Fingerprint, manifestName, type RenderId } from '../ids.ts';
import type { Lock, LockEntry, Result } from '../lock/format.ts';
import { toLockPath } from '../lock/paths.ts';
import { type DecideContext, decide, type Decided } from './decide.ts';
import { linkLives } from './link.ts';
import { movedRules } from './moved-rules.ts';
import { offersOf } from './offers.ts';
import type { Action, OrphanRender, PlannedRender, Resolved, ResolvedRender } from './plan.ts';

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
}

export function matchRenders(parts: MatchParts): Matched {
  const { resolved, lock } = parts;
  const wanted = wantedIds(resolved);
  const pool = unclaimedByFingerprint(lock, wanted);
  const taken = new Set<RenderId>();
  const listed = takeListed(parts, wanted, taken);

  const renders = resolved.renders.map((render): PlannedRender => {
    const move = listed.get(render.id);
    if (move !== undefined && move.action.kind !== 'submit') return move;
    const own = taken.has(render.id) ? undefined : lock.renders.get(render.id);
    const decided = own === undefined ? undefined : decide(render, render.id, own, parts);
    // An entry of its own that would have to be paid anew gives way to one that is paid already.
    if (decided === undefined || (decided.action.kind === 'submit' && decided.action.reason === 'changed')) {
      const from = claim(pool, render.fingerprint, taken);
      const found = from === undefined ? undefined : takeOver(parts, render, from);
      if (from !== undefined && found !== undefined) {
        taken.add(from);
        return found;
      }
    }
    if (move !== undefined) return move;
    if (own === undefined || decided === undefined) return { render, action: firstTime(render) };
    return { render, action: inPlace(parts, render, own, decided), entry: own, ...restoredIn(decided) };
  });

  const orphans = [...lock.renders]
    .filter(([id]) => !wanted.has(id) && !taken.has(id))
    .map(([id, entry]): OrphanRender => ({ id, entry, follow: isUnfinished(entry, parts.options.now) }));
  return { renders, orphans };
}

const firstTime = ({ skip }: ResolvedRender): Action =>
  skip === undefined ? { kind: 'submit', reason: 'new' } : { kind: 'hold', reason: 'skipped' };

const restoredIn = ({ restored }: Decided): Pick<PlannedRender, 'restored'> => (restored === undefined ? {} : { restored });

/** All that the manifest asks for, made or not: what an error keeps from being made is no orphan. */
export function wantedIds({ renders, diagnostics }: Resolved): ReadonlySet<RenderId> {
  const broken = diagnostics.filter(({ severity }) => severity === 'error').flatMap(({ renders }) => renders);
  return new Set([...renders.map(({ id }) => id), ...broken]);
}

function unclaimedByFingerprint(lock: Lock, wanted: ReadonlySet<RenderId>): ReadonlyMap<Fingerprint, RenderId[]> {
  const pool = new Map<Fingerprint, RenderId[]>();
  const unclaimed = [...lock.renders].flatMap(([id, entry]) => (wanted.has(id) ? [] : offersOf(entry).map((offer) => ({ id, ...offer }))));
  // Best first, so that of several results for one request the clip is taken and not the failure.
  unclaimed.sort((a, b) => a.rank - b.rank || (a.id < b.id ? -1 : 1));
  for (const { id, fingerprint } of unclaimed) {
    const ids = pool.get(fingerprint);
    if (ids === undefined) pool.set(fingerprint, [id]);
    else ids.push(id);
  }
  return pool;
}

const claim = (
  pool: ReadonlyMap<Fingerprint, readonly RenderId[]>,
  fingerprint: Fingerprint,
  taken: ReadonlySet<RenderId>,
): RenderId | undefined => pool.get(fingerprint)?.find((id) => !taken.has(id));

/** What the manifest's `moved:` list says; only for renders that the lock does not know under their own id. */
function takeListed(parts: MatchParts, wanted: ReadonlySet<RenderId>, taken: Set<RenderId>): ReadonlyMap<RenderId, PlannedRender> {
  const { resolved, lock } = parts;
  const listed = new Map<RenderId, PlannedRender>();
  const oldIdOf = movedRules(resolved.project.moved);
  if (oldIdOf === undefined) return listed;
  for (const render of resolved.renders) {
    if (lock.renders.has(render.id)) continue;
    const old = oldIdOf(render);
    // What another manifest had is not in this lock: `across.ts`.
    const from = old?.manifest === undefined || old.manifest === manifestName(resolved.project.manifest) ? old?.id : undefined;
    const entry = from === undefined ? undefined : lock.renders.get(from);
    if (from === undefined || entry === undefined || taken.has(from)) continue;
    // The old id may mean something new by now. Its entry goes only where it is exactly what is asked for.
    if (wanted.has(from) && entry.fingerprint !== render.fingerprint) continue;
    const moved = takeOver(parts, render, from);
    if (moved !== undefined) taken.add(from);
    listed.set(render.id, moved ?? { render, action: decide(render, from, entry, parts).action, entry });
  }
  return listed;
}

/** The render with the entry of another id, or nothing where even that would have to be paid again. `parts`: of the lock that has it. */
export function takeOver(parts: DecideContext & Pick<MatchParts, 'lock'>, render: ResolvedRender, from: RenderId): MovedRender | undefined {
  const entry = parts.lock.renders.get(from);
  if (entry === undefined) return undefined;
  const decided = decide(render, from, entry, parts);
  const { action } = decided;
  if (action.kind === 'submit' || action.kind === 'moved') return undefined;
  return { render, action: movedFrom(from, action.kind), entry, ...restoredIn(decided) };
}

type Moved = Extract<Action, { kind: 'moved' }>;

export interface MovedRender extends PlannedRender {
  readonly action: Moved;
  readonly entry: LockEntry;
}

// A text under `then` makes no thenable: nobody awaits an action.
// oxlint-disable-next-line unicorn/no-thenable
const movedFrom = (from: RenderId, then: Moved['then']): Moved => ({ kind: 'moved', reason: 'moved', from, then });

/** The same id; its clip is here under the name that an older project name or output folder gave it. */
function inPlace(parts: MatchParts, render: ResolvedRender, own: LockEntry, { action }: Decided): Action {
  if (action.kind !== 'keep' || action.reason === 'restored' || own.clip === undefined) return action;
  if (own.clip.path === toLockPath(parts.lockPath, render.target) || parts.clipState(render.id, own) !== 'present') return action;
  return movedFrom(render.id, 'keep');
}

/** Paid work whose clip is still to come, now or from an earlier request of the same render. */
function isUnfinished(entry: LockEntry, now: number): boolean {
  const unfinished = (result: Result): boolean =>
    (result.status === 'submitted' && result.task !== undefined) ||
    (result.status === 'completed' && result.clip === undefined && linkLives(result, now));
  return unfinished(entry) || (entry.earlier ?? []).some(unfinished);
}
