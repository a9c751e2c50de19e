/**
 * Entries that may leave the lock, and those that must not. Lists, then removes that list. Pure.
 */
import type { RenderId } from '../ids.ts';
import { answersOf, neverHappened, unclear } from './attempt.ts';
import { keyOf, type Lock, type LockEntry, type Result } from './file/format.ts';
import { linkDiesAt } from './link-life.ts';
import { entryOf, resultOf } from './entry.ts';

export interface PruneItem {
  readonly id: RenderId;
  /** Of an entry that no render asks for (`orphan`), or an earlier result of one that is kept. */
  readonly what: 'orphan' | 'earlier';
  readonly result: Result;
}

export interface Pruning {
  readonly goes: readonly PruneItem[];
  /**
   * Would go, but is or may be paid for and has not landed, is pinned, or is what some render asks
   * for: what must happen first.
   */
  readonly stays: readonly (PruneItem & { readonly why: string })[];
}

/**
 * `wanted`: the renders of the manifest, whatever a filter says. `now`: ISO time, for links that
 * have died. `usedBy`: why a plan would use the result, in this manifest or in another one.
 * `named`: as commands name a render.
 */
export function pruning(
  lock: Lock,
  wanted: ReadonlySet<RenderId>,
  now: string,
  {
    usedBy = () => undefined,
    named = (id) => id,
  }: {
    readonly usedBy?: (id: RenderId, result: Result) => string | undefined;
    readonly named?: (id: RenderId) => string;
  } = {},
): Pruning {
  const goes: PruneItem[] = [];
  const stays: (PruneItem & { why: string })[] = [];
  for (const [id, entry] of lock.renders) {
    const earlier = entry.earlier ?? [];
    const isOrphan = !wanted.has(id);
    const results = isOrphan ? [resultOf(entry), ...earlier] : earlier;
    // One open task keeps the current result beside it.
    const pinned = isOrphan && entry.decision?.pin === true;
    const reasons = results.map((result) => whyNot(result, now, named(id)) ?? usedBy(id, result));
    const open = isOrphan && reasons.some((why) => why !== undefined);
    for (const [index, result] of results.entries()) {
      const isCurrent = isOrphan && index === 0;
      const why = pinned
        ? 'is pinned'
        : (reasons[index] ??
          (isCurrent && open ? 'has an earlier result that is still needed' : undefined));
      // An orphan that may go takes its earlier results along, or it would be an orphan again.
      const what = isCurrent || (isOrphan && !pinned && !open) ? 'orphan' : 'earlier';
      const item: PruneItem = { id, what, result };
      if (why === undefined) goes.push(item);
      else stays.push({ ...item, why });
    }
  }
  return { goes, stays };
}

function whyNot(result: Result, now: string, named: string): string | undefined {
  const { awaitsClip } = answersOf(result);
  if (awaitsClip === 'pending') return `is pending: rushes collect --only ${named} asks for it`;
  const why = unclear(result);
  if (why !== undefined) return `is ${why}: rushes recover ${named} records your decision`;
  const linkIsDead = linkDiesAt(result) < Date.parse(now);
  if (awaitsClip === 'completed' && !linkIsDead)
    return `is made and was not fetched: rushes collect --only ${named} fetches it`;
  return undefined;
}

/** The lock without what {@link pruning} listed. */
export function prune(lock: Lock, goes: readonly PruneItem[]): Lock {
  const renders = new Map(lock.renders);
  const keys = new Map<RenderId, Set<string>>();
  for (const { id, result } of goes) keys.set(id, (keys.get(id) ?? new Set()).add(keyOf(result)));
  for (const [id, gone] of keys) {
    const entry = renders.get(id);
    if (entry === undefined) continue;
    const left = without(entry, gone);
    if (left === undefined) renders.delete(id);
    else renders.set(id, left);
  }
  return { renders };
}

function without(entry: LockEntry, gone: ReadonlySet<string>): LockEntry | undefined {
  const left = [resultOf(entry), ...(entry.earlier ?? [])].filter(
    (result) => !gone.has(keyOf(result)),
  );
  const current = left.find((result) => !neverHappened(result)) ?? left[0];
  return current === undefined
    ? undefined
    : entryOf(
        current,
        entry.decision,
        left.filter((result) => result !== current),
      );
}
