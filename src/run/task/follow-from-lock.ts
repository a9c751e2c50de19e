/** What the lock says that this run must follow: every task that is paid for and not home yet. */
import { defined } from '../../defined.ts';
import type { RenderId } from '../../ids.ts';
import { parseModelName, parseRenderId } from '../../ids.ts';
import { answersOf, unfinished } from '../../lock/attempt.ts';
import { resultsOf } from '../../lock/entry.ts';
import { keyOf, type Lock, type Result } from '../../lock/file/format.ts';
import { fromLockPath } from '../../lock/file/paths.ts';
import type { Catalogue, AskedClip } from '../../models/model.ts';
import type { GatewayName } from '../../ids.ts';
import { fromUsd } from '../../money.ts';
import { tookSeconds } from '../../plan/estimate/durations.ts';
import type { RunContext } from '../context.ts';
import { follow } from './follow.ts';
import { SUBMIT_WINDOW_MS } from '../limits/throttle.ts';
import type { Followed, RunLedger } from '../job.ts';

/**
 * What a run does about a result, if anything. What is lost is asked once per run wherever it
 * stands, current, outdated or orphaned, because a gateway may find it again.
 */
export const toFollow = (result: Result, nowMs: number): ToFollow['from'] | undefined =>
  unfinished(result, nowMs) ?? (answersOf(result).awaitsClip === 'lost' ? 'lost' : undefined);

/**
 * The clip that a request asked for, as its model reads it; `undefined` for a model that is not in
 * the catalogue any more.
 */
const askedOf = (
  catalogue: Catalogue,
  { model, request }: Pick<Result, 'model' | 'request'>,
): AskedClip | undefined =>
  request === undefined ? undefined : catalogue.get(model)?.asked(request);

export interface ToFollow {
  readonly manifest: string;
  readonly ledger: RunLedger;
  readonly id: RenderId;
  readonly result: Result;
  readonly from: Followed['from'];
  readonly counts: boolean;
  readonly deadlineMs: number;
  readonly root: string;
  /** Where its clip belongs now, if not where the lock says. */
  readonly targetPath?: string;
  readonly again?: Followed['again'];
  readonly ifMissing?: Followed['ifMissing'];
}

/**
 * Takes the slot of the task, whatever the limits, and follows it. False if its gateway cannot
 * be asked.
 */
export function followResult(ctx: RunContext, parts: ToFollow): boolean {
  const { manifest, ledger, id, result, from } = parts;
  const { clock, gateways, catalogue, remedies } = ctx.deps;
  const gatewayName = parseModelName(result.model)?.gateway;
  if (result.task === undefined || gatewayName === undefined) return false;
  const alias = parseRenderId(id)?.alias ?? id;
  // A task that has an end, or is lost, takes no slot.
  const release =
    from === 'pending' || from === 'out-of-scope'
      ? ctx.slots.occupy({ manifest, alias, gateway: gatewayName })
      : (): void => {};
  const capKey = keyOf(result);
  adoptCarried(ctx, result);
  const gateway = gateways.get(gatewayName);
  if (gateway === undefined) {
    // What is out of scope was not asked for, and what is lost needs a person more than a key:
    // neither makes it a matter of keys.
    if (from !== 'out-of-scope' && from !== 'lost') {
      ctx.tally.because(
        'auth',
        `${gatewayName} cannot be asked: ${remedies?.get(gatewayName) ?? `set ${gatewayName.toUpperCase()}_API_KEY`}`,
      );
    }
    return false;
  }
  if (parts.counts) ctx.tally.set(manifest, id, from === 'lost' ? 'lost' : 'pending');
  const targetPath = parts.targetPath ?? pathOf(ledger, result);
  const asked = askedOf(catalogue, result);
  const submittedAtMs =
    result.submittedAt === undefined ? clock.now() : Date.parse(result.submittedAt);
  ctx.spawn(
    follow(ctx, {
      manifest,
      ledger,
      id,
      gateway,
      model: result.model,
      task: result.task,
      capKey,
      fingerprint: result.fingerprint,
      submittedAtMs,
      ...defined({ asked, targetPath, reserved: result.cost, onMismatch: result.onMismatch }),
      deadlineMs: parts.deadlineMs,
      root: parts.root,
      from,
      counts: parts.counts,
      ...(result.completedAt === undefined
        ? {}
        : { completedAtMs: Date.parse(result.completedAt) }),
      ...(result.expiresAt === undefined ? {} : { expiresAtMs: Date.parse(result.expiresAt) }),
      ...defined({ again: parts.again, ifMissing: parts.ifMissing }),
      release,
    }),
  );
  return true;
}

/**
 * Money that a killed run spent under a cap stays under that of its manifest then, even if the
 * result has moved to another one since.
 */
export function adoptCarried(ctx: RunContext, result: Result): void {
  const { attempt, model, cost } = result;
  if (attempt === undefined) return;
  for (const [manifest, { carried }] of ctx.deps.ledgers) {
    if (!carried.attempts.has(attempt)) continue;
    ctx.cap.adoptCarried(keyOf(result), { manifest, model }, fromUsd(cost?.usd ?? 0));
    return;
  }
}

/**
 * Submits whose answer was lost may be tasks that are still running: each keeps a slot until such a
 * task must have ended. Older ones cost nothing to look at.
 */
export function occupyAmbiguous(
  ctx: RunContext,
  manifest: string,
  lock: Lock,
  counts: (id: RenderId) => boolean,
): void {
  for (const id of lock.renders.keys()) {
    if (!counts(id)) continue;
    for (const result of resultsOf(lock, id)) {
      const { model, submittedAt } = result;
      const gateway = parseModelName(model)?.gateway;
      if (
        answersOf(result).slot !== 'possible-task' ||
        gateway === undefined ||
        submittedAt === undefined
      )
        continue;
      const release = ctx.slots.occupy({
        manifest,
        alias: parseRenderId(id)?.alias ?? id,
        gateway,
      });
      // By another machine's clock it may be in the future: then it counts as now.
      const ageMs = Math.max(0, ctx.deps.clock.now() - Date.parse(submittedAt));
      ctx.releaseLater(release, { model, ageMs });
    }
  }
}

/** Where its clip is, was, or will be. */
function pathOf(ledger: RunLedger, { target, clip }: Result): string | undefined {
  const path = target ?? clip?.path;
  return path === undefined ? undefined : fromLockPath(ledger.lockPath, path);
}

/** Every time a task took that the lock can tell. */
export function learn(
  { history, lengths, deps: { catalogue } }: Pick<RunContext, 'history' | 'lengths' | 'deps'>,
  lock: Lock,
): void {
  for (const id of lock.renders.keys()) {
    for (const result of resultsOf(lock, id)) {
      const took = tookSeconds(result);
      if (took === undefined) continue;
      const clipSeconds = askedOf(catalogue, result)?.seconds;
      history.add(result.model, clipSeconds, took);
      lengths.remember(result.model, clipSeconds, took);
    }
  }
}

/** When tasks were submitted during the last minute, by gateway. */
export function recentSubmits(locks: Iterable<Lock>, nowMs: number): Map<GatewayName, number[]> {
  const recent = new Map<GatewayName, number[]>();
  for (const lock of locks) {
    for (const id of lock.renders.keys()) {
      for (const { model, submittedAt } of resultsOf(lock, id)) {
        const gateway = parseModelName(model)?.gateway;
        const atMs = submittedAt === undefined ? Number.NaN : Date.parse(submittedAt);
        if (gateway === undefined || !(atMs > nowMs - SUBMIT_WINDOW_MS)) continue;
        const times = recent.get(gateway);
        if (times === undefined) recent.set(gateway, [atMs]);
        else times.push(atMs);
      }
    }
  }
  return recent;
}
