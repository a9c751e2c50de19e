/**
 * Renders that another manifest has now. The receiving lock has the whole entry on disk before the
 * giving lock lets go of it: a run that is killed in between leaves it in both, nothing paid is
 * lost, and the next run takes it out of the first.
 */
import { qualified } from '../../command-words.ts';
import type { AttemptId, RenderId } from '../../ids.ts';
import { keyOf, type LockEntry } from '../../lock/file/format.ts';
import { fromLockPath, toLockPath } from '../../lock/file/paths.ts';
import { rebased } from '../../lock/journal/rebase.ts';
import { atPath, entryOf, resultOf } from '../../lock/entry.ts';
import type { Plan, ProjectPlan } from '../../plan/plan.ts';
import type { RunContext } from '../context.ts';
import { moveClip, staysInside } from '../task/delivery/landing.ts';
import { stepAside } from './move-within-lock.ts';
import { diskFailed, now } from '../task/record.ts';
import type { RunLedger } from '../job.ts';
import { renderKey, resultKey } from '../../keys.ts';

interface Side {
  readonly part: ProjectPlan;
  readonly ledger: RunLedger;
  readonly id: RenderId;
}

interface HandOver {
  readonly from: Side;
  readonly to: Side;
  /** Where the clip belongs now; `undefined` if no render in scope says so. */
  readonly target?: string;
}

/**
 * First what an earlier run began and did not end, then what this plan moves. Before anything is
 * followed or submitted.
 */
export async function handOverAll(
  ctx: RunContext,
  plan: Plan,
  ledgerOf: (part: ProjectPlan) => RunLedger,
): Promise<void> {
  const parts = new Map(plan.projects.map((part) => [part.project.manifest, part]));
  const side = (part: ProjectPlan, id: RenderId): Side => ({ part, ledger: ledgerOf(part), id });
  await handOver(ctx, begun(plan, parts, side));
  const crossing = plan.projects.flatMap((part) =>
    part.renders.flatMap(({ render, action, entry }) => {
      const giving =
        action.kind === 'moved' && action.fromManifest !== undefined
          ? parts.get(action.fromManifest)
          : undefined;
      return action.kind !== 'moved' || giving === undefined || entry === undefined
        ? []
        : [{ giving, id: action.from, entry, part, render }];
    }),
  );
  // Two scenes that change places: what leaves a lock must not meet there what comes in under its
  // name.
  const leaving = new Set(
    crossing.map(({ giving, entry }) => resultKey(giving.project.manifest, keyOf(entry))),
  );
  for (const { part, render } of crossing) {
    const ledger = ledgerOf(part);
    const there = ledger.lock.renders.get(render.id);
    if (there !== undefined && leaving.has(resultKey(part.project.manifest, keyOf(there))))
      await stepAside(ctx, part.project, ledger, { from: render.id, target: render.target });
  }
  const moved = crossing.map(({ giving, id, entry, part, render }): HandOver => ({
    from: side(giving, whereIs(ledgerOf(giving), id, entry)),
    to: side(part, render.id),
    target: render.target,
  }));
  await handOver(ctx, moved);
}

/** The current id of the entry: it may have made room for a move within its own lock. */
function whereIs({ lock }: RunLedger, id: RenderId, entry: LockEntry): RenderId {
  const there = lock.renders.get(id);
  if (there !== undefined && keyOf(there) === keyOf(entry)) return id;
  for (const [other, one] of lock.renders) if (keyOf(one) === keyOf(entry)) return other;
  return id;
}

/**
 * Entries that two locks have. Where the receiving one has it as the current result of a render in
 * scope, its clip goes there.
 */
function begun(
  plan: Plan,
  parts: ReadonlyMap<string, ProjectPlan>,
  side: (part: ProjectPlan, id: RenderId) => Side,
): HandOver[] {
  const found = plan.projects.flatMap((part) =>
    part.orphans.flatMap(({ id, entry, heldBy }): (HandOver & { readonly key: string })[] => {
      const holder = heldBy === undefined ? undefined : parts.get(heldBy.manifest);
      if (heldBy === undefined || holder === undefined) return [];
      return [{ from: side(part, id), to: side(holder, heldBy.id), key: keyOf(entry) }];
    }),
  );
  if (found.length === 0) return found;
  const targets = new Map(
    plan.projects.flatMap((part) =>
      part.renders.map(
        ({ render }) => [renderKey(part.project.manifest, render.id), render.target] as const,
      ),
    ),
  );
  return found.map(({ from, to, key }) => {
    const current = to.ledger.lock.renders.get(to.id);
    const target = targets.get(renderKey(to.part.project.manifest, to.id));
    return {
      from,
      to,
      ...(current !== undefined && keyOf(current) === key && target !== undefined
        ? { target }
        : {}),
    };
  });
}

async function handOver(ctx: RunContext, all: readonly HandOver[]): Promise<void> {
  const receiving: Promise<
    { readonly one: HandOver; readonly results: readonly string[] } | undefined
  >[] = [];
  // Clips one after the other; many journal lines in one flush.
  for (const one of all) {
    const entry = one.from.ledger.lock.renders.get(one.from.id);
    if (entry === undefined) continue;
    const path =
      one.target === undefined
        ? undefined
        : await carryClip(ctx, entry, { ...one, target: one.target });
    receiving.push(receive(ctx, entry, one, path).then((results) => results && { one, results }));
  }
  const received = (await Promise.all(receiving)).filter((done) => done !== undefined);
  // The lock itself, not only its journal: a lock is committed without it.
  const unsaved = new Set<RunLedger>();
  for (const ledger of new Set(received.map(({ one }) => one.to.ledger))) {
    const saved = await ledger.save();
    if (saved.ok) continue;
    unsaved.add(ledger);
    diskFailed(ctx, saved.problem.message, 'the lock');
  }
  await Promise.all(
    received.map(async ({ one: { from, to }, results }) => {
      if (unsaved.has(to.ledger)) return;
      const given = await from.ledger.record({ kind: 'given', at: now(ctx), id: from.id, results });
      if (!given.ok) diskFailed(ctx, given.problem.message);
    }),
  );
}

/**
 * The keys of the results that the receiving lock has now; `undefined` if they could not be written
 * down.
 */
async function receive(
  ctx: RunContext,
  entry: LockEntry,
  { from, to }: HandOver,
  path: string | undefined,
): Promise<readonly string[] | undefined> {
  const here = rebased(entry, from.ledger.lockPath, to.ledger.lockPath);
  const there =
    path === undefined
      ? here
      : entryOf(atPath(resultOf(here), path), here.decision, here.earlier ?? []);
  const results = [entry, ...(entry.earlier ?? [])];
  const counted = from.ledger.carried.attempts;
  const carried = results.flatMap(({ attempt }): AttemptId[] =>
    attempt !== undefined && counted.has(attempt) ? [attempt] : [],
  );
  const known = to.ledger.lock.renders.get(to.id);
  const at = now(ctx);
  const written = [
    to.ledger.record({
      kind: 'received',
      at,
      id: to.id,
      entry: there,
      ...(carried.length === 0 ? {} : { carried }),
    }),
  ];
  // What the lock has already keeps its path when it is received once more.
  if (path !== undefined && known !== undefined && keyOf(known) === keyOf(entry))
    written.push(to.ledger.record({ kind: 'moved', at, from: to.id, to: to.id, path }));
  for (const recorded of await Promise.all(written)) {
    if (recorded.ok) continue;
    diskFailed(ctx, recorded.problem.message);
    return undefined;
  }
  return results.map(keyOf);
}

/**
 * Where the clip is from now on, or will be, as the receiving lock says it; `undefined` if it stays
 * where it is.
 */
async function carryClip(
  ctx: RunContext,
  entry: LockEntry,
  { from, to, target }: Required<HandOver>,
): Promise<string | undefined> {
  const path = toLockPath(to.ledger.lockPath, target);
  if (entry.clip === undefined) return path;
  const old = fromLockPath(from.ledger.lockPath, entry.clip.path);
  const inside =
    (await staysInside(from.part.project.root, old)) &&
    (await staysInside(to.part.project.root, target));
  const problem = inside
    ? await moveClip(old, target, entry.clip.sha256)
    : 'a path leads out of the project';
  if (problem === undefined) return path;
  if (problem !== 'elsewhere') {
    ctx.deps.emit({
      event: 'run.notice',
      severity: 'warning',
      message: `The clip of ${qualified(from.part.project.manifest, from.id)}, which is ${qualified(to.part.project.manifest, to.id)} now, keeps its old name: ${problem === 'occupied' ? 'another file has the new one' : problem}`,
    });
  }
  return undefined;
}
