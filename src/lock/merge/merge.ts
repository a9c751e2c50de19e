/**
 * Three locks into one, result by result. What both sides did is kept, what one side undid against
 * an unchanged other side is undone, and nothing that is or may be paid is dropped. Commutative:
 * whose branch is merged into whose changes no byte.
 */
import canonicalize from 'canonicalize';
import type { RenderId } from '../../ids.ts';
import {
  type Decision,
  EMPTY_LOCK,
  keyOf,
  type Lock,
  type LockEntry,
  type Result,
  sameEntry,
  sameResult,
} from '../file/format.ts';
import { answersOf, neverHappened } from '../attempt.ts';
import { surerCost } from '../attempt-cost.ts';
import { decisionAfterReturn, decisionIn, entryOf, resultOf } from '../entry.ts';

/**
 * `base`: the common ancestor; `undefined` if it is unknown, and then nothing is taken for
 * deleted.
 */
export function mergeLocks(base: Lock | undefined, ours: Lock, theirs: Lock): Lock {
  const sides = { base: base ?? EMPTY_LOCK, ours, theirs };
  const touched = [...new Set([...ours.renders.keys(), ...theirs.renders.keys()])];
  const merged = new Map<RenderId, LockEntry>();
  const open: RenderId[] = [];
  for (const id of touched) {
    const [b, o, t] = [sides.base.renders.get(id), ours.renders.get(id), theirs.renders.get(id)];
    // Most entries of a large lock are the same on both sides, and need no look inside.
    const unchanged = base === undefined || (b !== undefined && o !== undefined && sameEntry(o, b));
    if (o !== undefined && t !== undefined && unchanged && sameEntry(o, t)) merged.set(id, o);
    else open.push(id);
  }
  for (const id of sides.base.renders.keys())
    if (!ours.renders.has(id) && !theirs.renders.has(id)) open.push(id);

  const inBase = resultsOf(sides.base, open);
  const inOurs = resultsOf(ours, open);
  const inTheirs = resultsOf(theirs, open);
  const kept = new Map<RenderId, Map<string, Result>>();
  for (const key of new Set([...inOurs.keys(), ...inTheirs.keys()])) {
    const [b, o, t] = [inBase.get(key), inOurs.get(key), inTheirs.get(key)];
    const result = mergeResult(b?.result, o?.result, t?.result);
    if (result === undefined) continue;
    const home = chooseHome(b?.id, o?.id, t?.id);
    if (home === undefined) continue;
    const there = kept.get(home) ?? new Map<string, Result>();
    kept.set(home, there.set(key, result));
  }
  for (const [id, results] of kept)
    merged.set(
      id,
      mergeEntry(results, sides.base.renders.get(id), ours.renders.get(id), theirs.renders.get(id)),
    );
  return { renders: merged };
}

/**
 * The lock less every result that the other one does not have: as the base of a merge it makes
 * nothing that is missing there count as deleted.
 */
export function sharedWith(lock: Lock, other: Lock): Lock {
  const known = new Set<string>();
  for (const entry of other.renders.values())
    for (const result of [entry, ...(entry.earlier ?? [])]) known.add(keyOf(result));
  const renders = new Map<RenderId, LockEntry>();
  for (const [id, entry] of lock.renders) {
    if (!known.has(keyOf(entry))) continue;
    const earlier = (entry.earlier ?? []).filter((result) => known.has(keyOf(result)));
    renders.set(id, entryOf(resultOf(entry), entry.decision, earlier));
  }
  return { renders };
}

function resultsOf(
  lock: Lock,
  ids: readonly RenderId[],
): Map<string, { readonly id: RenderId; readonly result: Result }> {
  const results = new Map<string, { id: RenderId; result: Result }>();
  for (const id of ids) {
    const entry = lock.renders.get(id);
    if (entry === undefined) continue;
    for (const result of [resultOf(entry), ...(entry.earlier ?? [])])
      results.set(keyOf(result), { id, result });
  }
  return results;
}

/** `undefined`: one side pruned it, and the other had not touched it. */
function mergeResult(
  base: Result | undefined,
  ours: Result | undefined,
  theirs: Result | undefined,
): Result | undefined {
  if (ours === undefined || theirs === undefined) {
    const only = ours ?? theirs;
    return only !== undefined && base !== undefined && sameResult(only, base) ? undefined : only;
  }
  if (sameResult(ours, theirs)) return ours;
  if (base !== undefined && sameResult(ours, base)) return theirs;
  if (base !== undefined && sameResult(theirs, base)) return ours;
  return further(ours, theirs);
}

/**
 * Both sides followed one attempt: the one that got further, with what only the other one learned
 * of money and time.
 */
function further(a: Result, b: Result): Result {
  const lead = answersOf(a).progress - answersOf(b).progress;
  const [ahead, behind] = lead > 0 || (lead === 0 && canonical(a) < canonical(b)) ? [a, b] : [b, a];
  // "It never happened" says nothing of what the task costs that was found after all.
  const cost = neverHappened(behind) ? ahead.cost : surerCost(ahead.cost, behind.cost);
  const expiresAt = [ahead.expiresAt, behind.expiresAt]
    .filter((time) => time !== undefined)
    .sort()
    .at(-1);
  return {
    ...ahead,
    ...(cost !== undefined && { cost }),
    ...(expiresAt !== undefined && { expiresAt }),
  };
}

/**
 * A render that one side renamed is found under its new id; renamed on both sides, under the
 * smaller.
 */
function chooseHome(
  base: RenderId | undefined,
  ours: RenderId | undefined,
  theirs: RenderId | undefined,
): RenderId | undefined {
  if (ours === undefined || theirs === undefined || ours === theirs) return ours ?? theirs;
  if (ours === base) return theirs;
  if (theirs === base) return ours;
  return ours < theirs ? ours : theirs;
}

function mergeEntry(
  results: ReadonlyMap<string, Result>,
  base: LockEntry | undefined,
  ours: LockEntry | undefined,
  theirs: LockEntry | undefined,
): LockEntry {
  const key = chooseCurrent(results, base, ours, theirs);
  const current = results.get(key) as Result;
  const earlier = [...results.values()].filter((result) => result !== current);
  // Acceptance is a decision about one clip: it does not apply to another.
  const said = (entry: LockEntry | undefined): Decision => {
    const { accept: _ofAnother, ...rest } = entry?.decision ?? {};
    if (entry === undefined || keyOf(entry) !== key) return rest;
    return decisionAfterReturn(entry, current, entry.decision) ?? {};
  };
  return entryOf(
    current,
    mergeDecision(said(base), said(ours), said(theirs)),
    inOrder(earlier, ours, theirs),
  );
}

function chooseCurrent(
  results: ReadonlyMap<string, Result>,
  base: LockEntry | undefined,
  ours: LockEntry | undefined,
  theirs: LockEntry | undefined,
): string {
  const candidates = [ours, theirs].flatMap((entry) =>
    entry !== undefined && results.has(keyOf(entry)) ? [entry] : [],
  );
  const [first, second] = candidates;
  if (first === undefined)
    return keyOf([...results.values()].reduce((a, b) => (isLater(a, b) ? a : b)));
  if (second === undefined || keyOf(first) === keyOf(second)) return keyOf(first);
  if (base !== undefined && keyOf(first) === keyOf(base)) return keyOf(second);
  if (base !== undefined && keyOf(second) === keyOf(base)) return keyOf(first);
  const [firstIsVoid, secondIsVoid] = [neverHappened(first), neverHappened(second)];
  if (firstIsVoid !== secondIsVoid) return keyOf(firstIsVoid ? second : first);
  const [firstIsNews, secondIsNews] = [
    !knows(second, first.fingerprint),
    !knows(first, second.fingerprint),
  ];
  if (firstIsNews !== secondIsNews) return keyOf(firstIsNews ? first : second);
  return keyOf(isLater(first, second) ? first : second);
}

const knows = (entry: LockEntry, fingerprint: Result['fingerprint']): boolean =>
  [entry, ...(entry.earlier ?? [])].some((result) => result.fingerprint === fingerprint);

/**
 * A total order, so that no pair is left to chance: later, then the smaller task id, then the
 * smaller attempt.
 */
function isLater(a: Result, b: Result): boolean {
  // An attempt that never happened is not a result: it is current only if there is nothing else.
  if (neverHappened(a) !== neverHappened(b)) return neverHappened(b);
  const [left, right] = [a.submittedAt ?? '', b.submittedAt ?? ''];
  if (left !== right) return left > right;
  const [leftTask, rightTask] = [a.task ?? '', b.task ?? ''];
  return leftTask === rightTask ? keyOf(a) < keyOf(b) : leftTask < rightTask;
}

/**
 * In the order of the one side that knows them all; newest first where no side does, or both do and
 * disagree.
 */
function inOrder(
  earlier: readonly Result[],
  ours: LockEntry | undefined,
  theirs: LockEntry | undefined,
): readonly Result[] {
  const byKey = new Map(earlier.map((result) => [keyOf(result), result]));
  const orders = [ours, theirs].map((entry) =>
    (entry?.earlier ?? []).flatMap((result) => byKey.get(keyOf(result)) ?? []),
  );
  const whole = orders.filter((order) => order.length === earlier.length);
  const [order, other] = whole;
  if (
    order !== undefined &&
    (other === undefined || other.every((result, index) => result === order[index]))
  )
    return order;
  return [...earlier].sort((a, b) => (isLater(a, b) ? -1 : 1));
}

/**
 * Field by field; where both sides decided differently, the smaller value, so that the order of the
 * sides does not matter.
 */
function mergeDecision(base: Decision, ours: Decision, theirs: Decision): Decision | undefined {
  const choose = <Value>(
    b: Value | undefined,
    o: Value | undefined,
    t: Value | undefined,
  ): Value | undefined => {
    const [base, ours, theirs] = [b, o, t].map(inOrderOfKeys);
    if (ours === theirs || theirs === base) return o;
    if (ours === base) return t;
    if (ours === undefined || theirs === undefined) return o ?? t;
    return ours < theirs ? o : t;
  };
  const pin = choose(base.pin, ours.pin, theirs.pin);
  const accept = choose(base.accept, ours.accept, theirs.accept);
  const redo = choose(base.redo, ours.redo, theirs.redo);
  const pick = choose(base.pick, ours.pick, theirs.pick);
  const reject = choose(base.reject, ours.reject, theirs.reject);
  const by = choose(base.by, ours.by, theirs.by);
  return decisionIn({
    ...(pin !== undefined && { pin }),
    ...(accept !== undefined && { accept }),
    ...(redo !== undefined && { redo }),
    ...(pick !== undefined && { pick }),
    ...(reject !== undefined && { reject }),
    ...(by !== undefined && { by }),
  });
}

/** Equal for equal values, whatever the order of their keys. */
const inOrderOfKeys = (value: unknown): string | undefined =>
  value === undefined ? undefined : canonicalize(value);

const canonical = (result: Result): string =>
  JSON.stringify([
    result.clip?.path,
    result.completedAt,
    result.cost,
    result.error,
    result.mismatch,
  ]);
