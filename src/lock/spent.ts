/** What attempts came to, as the lock has it. Pure. */
import type { AttemptId } from '../ids.ts';
import { addMoney, fromUsd, type MicroUsd, NO_MONEY } from '../money.ts';
import type { JournalEvent } from './events.ts';
import type { Replayer } from './replay.ts';

/** What a run has under its cap: the attempts that count, and what they came to. */
export interface Carried {
  /** Reported where reported, else reserved; what nobody can price counts 0. */
  readonly usd: MicroUsd;
  readonly attempts: ReadonlySet<AttemptId>;
}

/** What the journal's run had spent or reserved when it ended without a word, with what it had carried itself. */
export function carriedOf(events: readonly JournalEvent[], books: Pick<Replayer, 'byKey'>): Carried {
  const attempts = new Set<AttemptId>();
  for (const event of events) {
    if (event.kind === 'run') for (const attempt of event.attempts ?? []) attempts.add(attempt);
    else if (event.kind === 'intent') attempts.add(event.attempt);
  }
  return spentBy(attempts, books);
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
