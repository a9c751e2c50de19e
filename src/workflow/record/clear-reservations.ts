/**
 * Reservations that a machine left behind when it vanished: the record on the remote has an intent,
 * and its outcome will never be recorded. If the gateway lists its tasks, the list says
 * whether one of them can be it; if none can, nothing was accepted, and the render is free again.
 */
import { renderWords } from '../../command-words.ts';
import type { Diagnostic } from '../../diagnostic.ts';
import { originsOf } from '../../gateways/open.ts';
import type { Gateway, TaskList } from '../../gateways/gateway.ts';
import { type GatewayName, parseModelName } from '../../ids.ts';
import { unclear } from '../../lock/attempt.ts';
import { declareNeverHappened } from '../../lock/decisions.ts';
import { resultsOf } from '../../lock/entry.ts';
import { isoSeconds } from '../../ports/clock.ts';
import { isUnanswered, mayBeUnderWay, type RecordedAttempt } from '../../record/attempt-line.ts';
import type { SpendRecord } from '../../record/record.ts';
import { candidatesFor } from '../../run/unclear-renders.ts';
import type { Ledgers } from '../open/open-ledgers.ts';
import type { Network } from '../open/open-network.ts';
import type { Surroundings } from '../open/surroundings.ts';

/** An accepted task is in the list long before. */
const SETTLED_MS = 10 * 60_000;
/** As `candidatesFor`: the list must reach back before the earliest task that can be ours. */
const EARLIER_MS = 2 * 60_000;
/** Only this gateway has a list: docs/providers/evolink.md. */
const LISTS: ReadonlySet<GatewayName> = new Set(['evolink']);

/**
 * With the record on a remote only: on one machine the journal knows. Notes say what was cleared,
 * warnings which tasks may be the ones of what stays held.
 */
export async function clearReservations(
  at: Pick<Surroundings, 'env' | 'clock' | 'remoteRecord'>,
  ledgers: Ledgers,
  { gateways }: Pick<Network, 'gateways'>,
): Promise<readonly Diagnostic[]> {
  if (at.remoteRecord === undefined) return [];
  const origins = originsOf(at.env);
  const found: Diagnostic[] = [];
  const records = new Set(
    [...ledgers.byManifest.keys()].flatMap((manifest) => ledgers.recordOf(manifest)?.record ?? []),
  );
  const now = at.clock.now();
  const ownRuns = new Set([...ledgers.byManifest.values()].map(({ run }) => run));
  for (const record of records) {
    const left = record.attempts.all().filter((one) => {
      const gateway = parseModelName(one.model)?.gateway;
      return (
        isUnanswered(one) &&
        !mayBeUnderWay(one, now) &&
        gateway !== undefined &&
        LISTS.has(gateway) &&
        one.origin === origins.get(gateway) &&
        !ownRuns.has(one.run ?? '')
      );
    });
    for (const name of LISTS) {
      const ofGateway = left.filter(({ model }) => parseModelName(model)?.gateway === name);
      const gateway = gateways.get(name);
      if (ofGateway.length > 0 && gateway !== undefined)
        found.push(...(await judge(at, { record, ledgers, gateway }, ofGateway)));
    }
    await record.flush();
  }
  freeInLocks(ledgers);
  return found;
}

async function judge(
  { clock }: Pick<Surroundings, 'clock'>,
  {
    record,
    ledgers,
    gateway,
  }: { readonly record: SpendRecord; readonly ledgers: Ledgers; readonly gateway: Gateway },
  left: readonly RecordedAttempt[],
): Promise<readonly Diagnostic[]> {
  const list = await gateway.list();
  if ('kind' in list) return [];
  const claimed = new Set<string>(
    [...ledgers.byManifest.values()].flatMap(({ lock }) =>
      [...lock.renders.keys()].flatMap((id) =>
        resultsOf(lock, id).flatMap(({ task }) => task ?? []),
      ),
    ),
  );
  for (const { task } of record.attempts.all()) if (task !== undefined) claimed.add(task);
  const free = list.tasks.filter(({ task }) => !claimed.has(task));
  const now = clock.now() - (gateway.clockAheadMs?.() ?? 0);
  const found: Diagnostic[] = [];
  for (const one of left) {
    const sentAtMs = Date.parse(one.submittedAt ?? '');
    const native = parseModelName(one.model)?.native ?? '';
    const settled = now - sentAtMs >= SETTLED_MS && reachesBack(list, sentAtMs);
    const candidates = candidatesFor(one, native, free);
    // The list names the model that was really used, which may be another than was asked for.
    const others = candidatesFor(one, undefined, free).filter(
      ({ type = 'video' }) => type === 'video',
    );
    const what = `${one.id} of ${one.lock} was reserved at ${one.submittedAt ?? 'an unknown time'} by a machine that is gone`;
    if (candidates.length > 0)
      found.push({
        code: 'reservation-open',
        severity: 'warning',
        message: `${what}; ${candidates.length === 1 ? 'this task' : 'one of these tasks'} of ${gateway.name} may be its: ${candidates.map(({ task }) => task).join(', ')}`,
        hint: `rushes recover ${namedIn(ledgers, one)} --adopt ${candidates[0]?.task ?? '<task>'}`,
        renders: [one.id],
      });
    else if (others[0] !== undefined)
      found.push({
        code: 'reservation-open',
        severity: 'warning',
        message: `${what}; a gateway may answer with another model, and ${gateway.name} has a task from that time that no render here has: ${others.map(({ task, model }) => `${task}${model === undefined ? '' : ` (${model})`}`).join(', ')}`,
        hint: `If none of them is this request: rushes recover ${namedIn(ledgers, one)} --never-happened`,
        renders: [one.id],
      });
    else if (settled) {
      const { task: _none, ...known } = one;
      record.note([
        { ...known, status: 'failed', error: 'never-happened', at: isoSeconds(clock.now()) },
      ]);
      found.push({
        code: 'reservation-cleared',
        severity: 'note',
        message: `${what}, and the task list of ${gateway.name} has no task of ${native} from that time: it was never accepted`,
        renders: [one.id],
      });
    }
  }
  return found;
}

/** With its manifest, where a lock that is open here has the attempt. */
function namedIn({ byManifest }: Ledgers, { id, attempt }: RecordedAttempt): string {
  const holder = [...byManifest].find(([, { lock }]) =>
    resultsOf(lock, id).some((result) => result.attempt === attempt),
  );
  return holder === undefined ? id : renderWords({ manifest: holder[0], id });
}

/**
 * Every task has its id and its time, and the oldest is older than what we look for, or there is
 * none before it.
 */
const reachesBack = ({ tasks, isWhole, hasUnreadable }: TaskList, sentAtMs: number): boolean =>
  hasUnreadable !== true &&
  tasks.every(({ createdAtMs }) => createdAtMs !== undefined) &&
  (isWhole || tasks.some(({ createdAtMs = 0 }) => createdAtMs < sentAtMs - EARLIER_MS));

/** Entries that an earlier run adopted while it could not be known. */
function freeInLocks({ byManifest, recordOf }: Ledgers): void {
  for (const [manifest, ledger] of byManifest) {
    const attempts = recordOf(manifest)?.record.attempts;
    if (attempts === undefined) continue;
    let { lock } = ledger;
    for (const id of ledger.lock.renders.keys())
      for (const result of resultsOf(ledger.lock, id)) {
        const { attempt } = result;
        if (attempt === undefined || unclear(result) !== 'ambiguous') continue;
        if (attempts.get(attempt)?.error !== 'never-happened') continue;
        const decided = declareNeverHappened(lock, id, { attempt });
        if (decided.ok) ({ lock } = decided);
      }
    if (lock !== ledger.lock) ledger.decide(lock);
  }
}
