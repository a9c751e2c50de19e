/** The cost of attempts, from the lock. Pure. */
import type { AttemptId } from '../ids.ts';
import { addMoney, fromUsd, type MicroUsd, NO_MONEY, subtractMoney } from '../money.ts';
import type { JournalEvent } from './journal/events.ts';
import type { Lock } from './file/format.ts';
import type { Replayer } from './journal/replay.ts';

/** What a run has under its cap: the attempts that count, and their cost. */
export interface Carried {
  /** Reported where reported, else reserved; an unknown price counts 0. */
  readonly usd: MicroUsd;
  readonly attempts: ReadonlySet<AttemptId>;
}

export const NOTHING_CARRIED: Carried = { usd: NO_MONEY, attempts: new Set() };

/**
 * What the journal's run had spent or reserved when it ended without a word, with what it had
 * carried itself.
 */
export function carriedOf(
  events: readonly JournalEvent[],
  books: Pick<Replayer, 'byKey'>,
): Carried {
  const attempts = new Set<AttemptId>();
  for (const event of events) for (const attempt of attemptsOf(event)) attempts.add(attempt);
  return spentBy(attempts, books);
}

/** Which attempts an event brings under the cap of its run. */
export function attemptsOf(event: JournalEvent): readonly AttemptId[] {
  if (event.kind === 'intent') return [event.attempt];
  if (event.kind === 'run') return event.attempts ?? [];
  return event.kind === 'received' ? (event.carried ?? []) : [];
}

/**
 * What killed runs carried, by manifest, each attempt once: a hand-over between two manifests that
 * was cut short leaves an attempt in both ledgers, and it counts in the first.
 */
export function carriedOnce(
  ledgers: Iterable<readonly [manifest: string, ledger: CarryingLedger]>,
): Map<string, MicroUsd> {
  const counted = new Set<AttemptId>();
  const usd = new Map<string, MicroUsd>();
  for (const [manifest, { carried, lock }] of ledgers) {
    const twice = new Set([...carried.attempts].filter((attempt) => counted.has(attempt)));
    usd.set(
      manifest,
      subtractMoney(carried.usd, twice.size === 0 ? NO_MONEY : costOf(twice, lock)),
    );
    for (const attempt of carried.attempts) counted.add(attempt);
  }
  return usd;
}

interface CarryingLedger {
  readonly carried: Carried;
  readonly lock: Lock;
}

function costOf(attempts: ReadonlySet<AttemptId>, { renders }: Lock): MicroUsd {
  let usd = NO_MONEY;
  for (const entry of renders.values()) {
    for (const { attempt, cost } of [entry, ...(entry.earlier ?? [])])
      if (attempt !== undefined && attempts.has(attempt))
        usd = addMoney(usd, fromUsd(cost?.usd ?? 0));
  }
  return usd;
}

/** Attempts that were withdrawn or refused cost nothing, and are left out. */
export function spentBy(attempts: Iterable<AttemptId>, books: Pick<Replayer, 'byKey'>): Carried {
  const counted = new Set<AttemptId>();
  let usd = NO_MONEY;
  for (const attempt of attempts) {
    const result = books.byKey(attempt)?.result;
    if (result?.cost === undefined) continue;
    counted.add(attempt);
    usd = addMoney(usd, fromUsd(result.cost.usd ?? 0));
  }
  return { usd, attempts: counted };
}
