/**
 * Renders under a new name, and earlier results that are needed again: nothing is sent, files are
 * renamed, nothing is overwritten.
 */
import { unlink } from 'node:fs/promises';
import { defined } from '../../defined.ts';
import { parseModelName, parseRenderId, renderId, type RenderId } from '../../ids.ts';
import { keyOf, type LockEntry, type Result } from '../../lock/file/format.ts';
import { fromLockPath, toLockPath } from '../../lock/file/paths.ts';
import type { PlannedRender, ProjectPlan, ResolvedRender } from '../../plan/plan.ts';
import { systemFiles } from '../../ports/files/files.ts';
import type { RunContext } from '../context.ts';
import { recordDisplaced } from '../task/record-displaced.ts';
import {
  asidePath,
  land,
  moveClip,
  partPathOf,
  secondName,
  staysInside,
} from '../task/delivery/landing.ts';
import type { Project } from '../../scene.ts';
import { diskFailed, now } from '../task/record.ts';
import type { RunLedger } from '../job.ts';

type Moved = PlannedRender & {
  readonly action: Extract<PlannedRender['action'], { kind: 'moved' }>;
};

/** Within this manifest; entries from another one are passed in. */
const isOwnMove = (planned: PlannedRender): planned is Moved =>
  planned.action.kind === 'moved' && planned.action.fromManifest === undefined;

/** In an order in which every new name is free: `a` to `b` waits for `b` to `c`. */
export async function moveAll(
  ctx: RunContext,
  { renders, project }: ProjectPlan,
  ledger: RunLedger,
): Promise<void> {
  const moves = new Map(renders.filter(isOwnMove).map((planned) => [planned.action.from, planned]));
  // A numbered list that grew at its front is one long chain: a loop, not a recursion.
  const done = new Set<Moved>();
  const inPlace: Step[] = [];
  for (const first of moves.values()) {
    const chain: Step[] = [];
    let next: Moved | undefined = first;
    while (next !== undefined && !done.has(next)) {
      done.add(next);
      chain.push({ from: next.action.from, to: next.render.id, target: next.render.target });
      next = moves.get(next.render.id);
    }
    const [head] = chain;
    const last = chain.at(-1);
    // In a circle one of them must make room first.
    if (head !== undefined && last !== undefined && chain.length > 1 && last.to === head.from) {
      const aside = roomAside(ledger, head);
      await move(ctx, project, ledger, aside);
      chain[0] = { ...head, from: aside.to };
    }
    if (head !== undefined && head.from === head.to) inPlace.push(head);
    else for (const step of chain.reverse()) await move(ctx, project, ledger, step);
  }
  for (const step of inFreeOrder(ledger, inPlace)) await move(ctx, project, ledger, step);
}

/**
 * Clips that only change their place: one whose place another of them still has waits for that one.
 */
function inFreeOrder({ lock, lockPath }: RunLedger, steps: readonly Step[]): readonly Step[] {
  const placeOf = ({ from }: Step): string | undefined => {
    const clip = lock.renders.get(from)?.clip;
    return clip === undefined ? undefined : fromLockPath(lockPath, clip.path);
  };
  const byPlace = new Map(steps.map((step) => [placeOf(step), step]));
  const ordered = new Set<Step>();
  for (const step of steps) {
    const chain = new Set<Step>();
    let next: Step | undefined = step;
    while (next !== undefined && !ordered.has(next) && !chain.has(next)) {
      chain.add(next);
      next = byPlace.get(next.target);
    }
    for (const one of [...chain].reverse()) ordered.add(one);
  }
  return [...ordered];
}

interface Step {
  readonly from: RenderId;
  readonly to: RenderId;
  /** Absolute. */
  readonly target: string;
}

/**
 * An unused name: a take that is not in the manifest, and so an orphan. A run that is killed on
 * the way finds it again by what it is.
 */
function roomAside({ lock }: RunLedger, { from, target }: Omit<Step, 'to'>): Step {
  const parts = parseRenderId(from);
  const entry = lock.renders.get(from);
  if (parts === undefined || entry === undefined) throw new Error(`the lock has no render ${from}`);
  let take = 999_999;
  while (lock.renders.has(renderId(parts.scene, parts.alias, take))) take--;
  return {
    from,
    to: renderId(parts.scene, parts.alias, take),
    target: asidePath(target, entry.fingerprint),
  };
}

/**
 * The entry leaves its name to another one, and stays in the lock under one that is not in the
 * manifest.
 */
export const stepAside = (
  ctx: RunContext,
  project: Project,
  ledger: RunLedger,
  from: Omit<Step, 'to'>,
): Promise<void> => move(ctx, project, ledger, roomAside(ledger, from));

async function move(
  ctx: RunContext,
  project: Project,
  ledger: RunLedger,
  step: Step,
): Promise<void> {
  const entry = ledger.lock.renders.get(step.from);
  if (entry === undefined) return;
  // What is at the new name and did not move on is of another scene, as likely as not: an orphan is
  // found by the render that wants it.
  if (step.to !== step.from && ledger.lock.renders.has(step.to))
    await stepAside(ctx, project, ledger, { from: step.to, target: step.target });
  // A run that was killed while a clip took its place again has left another one of the same render
  // there.
  if (step.to === step.from && entry.clip !== undefined && (await holdsEarlier(entry, step.target)))
    return takePlace(ctx, ledger, {
      id: step.to,
      wanted: entry,
      target: step.target,
      root: project.root,
    });
  let path: string | undefined = toLockPath(ledger.lockPath, step.target);
  if (entry.clip !== undefined) {
    const from = fromLockPath(ledger.lockPath, entry.clip.path);
    const problem = (await staysInside(project.root, from))
      ? await moveClip(from, step.target, entry.clip.sha256)
      : 'the lock names a place outside of the project';
    if (problem !== undefined) path = undefined;
    if (problem !== undefined && problem !== 'elsewhere') {
      ctx.deps.emit({
        event: 'run.notice',
        severity: 'warning',
        message: `The clip of ${step.from} (${project.manifest}) keeps its old name: ${problem === 'occupied' ? 'another file has the new one' : problem}`,
      });
    }
  }
  const recorded = await ledger.record({
    kind: 'moved',
    at: now(ctx),
    from: step.from,
    to: step.to,
    ...defined({ path }),
  });
  if (!recorded.ok) diskFailed(ctx, recorded.problem.message);
}

/** Whether a file is the clip of an earlier result. */
async function holdsEarlier({ clip, earlier = [] }: LockEntry, path: string): Promise<boolean> {
  if (earlier.length === 0) return false;
  const there = await systemFiles.hash(path);
  return (
    there.ok &&
    there.value.sha256 !== clip?.sha256 &&
    earlier.some((one) => one.clip?.sha256 === there.value.sha256)
  );
}

/**
 * An earlier result becomes current again; if its clip is here, it takes its place and the other
 * one steps aside.
 */
export async function restore(
  ctx: RunContext,
  ledger: RunLedger,
  {
    render,
    wanted,
    root,
  }: { readonly render: ResolvedRender; readonly wanted: Result; readonly root: string },
): Promise<void> {
  const recorded = await ledger.record({
    kind: 'restored',
    at: now(ctx),
    id: render.id,
    fingerprint: wanted.fingerprint,
  });
  if (!recorded.ok) return diskFailed(ctx, recorded.problem.message);
  await takePlace(ctx, ledger, { id: render.id, wanted, target: render.target, root });
}

interface Placing {
  readonly id: RenderId;
  /** The current result. */
  readonly wanted: Result;
  /** Absolute. */
  readonly target: string;
  readonly root: string;
}

/**
 * The clip of the current result takes the place that is the render's; the one that stands there
 * steps aside.
 */
async function takePlace(
  ctx: RunContext,
  ledger: RunLedger,
  { id, wanted, target, root }: Placing,
): Promise<void> {
  const { clip, task } = wanted;
  if (clip === undefined || task === undefined) return;
  const path = fromLockPath(ledger.lockPath, clip.path);
  if (path === target || !(await staysInside(root, path))) return;
  const there = await systemFiles.hash(path);
  // Damaged, or any file that a lock from a pull request names: it is not the clip.
  if (!there.ok || there.value.sha256 !== clip.sha256) return;
  const entry = ledger.lock.renders.get(id);
  // Under a temporary name: until the lock knows the new place, the clip also stays at the old
  // one.
  const partPath = partPathOf(target, keyOf(wanted));
  await unlink(partPath).catch(() => undefined);
  const landed = await land({
    partPath,
    take: () => secondName(path, partPath),
    sha256: clip.sha256,
    targetPath: target,
    ownerOf: (sha256) =>
      [entry, ...(entry?.earlier ?? [])].find((one) => one?.clip?.sha256 === sha256)?.fingerprint,
    displaced: (replaced) => recordDisplaced(ctx, { ledger, id, target }, replaced),
  });
  if (landed.kind === 'disk') {
    await unlink(partPath).catch(() => undefined);
    ctx.deps.emit({
      event: 'run.notice',
      severity: 'warning',
      message: `The clip of ${id} keeps its name ${path}: ${landed.reason}`,
    });
    return;
  }
  const gateway = parseModelName(wanted.model)?.gateway;
  const put = await ledger.record({
    kind: 'landed',
    at: now(ctx),
    task,
    ...defined({ gateway }),
    clip: { ...clip, path: toLockPath(ledger.lockPath, landed.path) },
    ...defined({ mismatch: wanted.mismatch }),
  });
  if (!put.ok) return diskFailed(ctx, put.problem.message);
  await unlink(path).catch(() => undefined);
}
