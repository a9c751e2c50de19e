/** Whatever a ledger writes of an attempt, the record writes too. */
import { EMPTY_LOCK, type Lock } from '../../lock/file/format.ts';
import { replayer } from '../../lock/journal/replay.ts';
import type { Ledger, LedgerObserver } from '../../lock/ledger.ts';
import { type Clock, isoSeconds } from '../../ports/clock.ts';
import type { SpendRecord } from '../../record/record.ts';
import { newsFor, recordedIn, type Whereabouts } from '../../record/results.ts';

export interface Observed {
  readonly record: SpendRecord;
  readonly clock: Clock;
  /** Of the lock, from the project's root. */
  readonly lock: string;
  readonly branch: string | undefined;
}

const where = ({ lock, branch, clock }: Observed): Whereabouts => ({
  lock,
  branch,
  at: isoSeconds(clock.now()),
});

/** Notes what the lock knows and the record does not. */
export function noteLock(observed: Observed, lock: Lock, branch = observed.branch): void {
  const { record } = observed;
  record.note(
    recordedIn(lock, { ...where(observed), branch }).filter((line) => record.attempts.isNews(line)),
  );
}

export function observe(observed: Observed): LedgerObserver {
  const { record } = observed;
  return {
    applied: (event, renders) => {
      if (event.kind === 'withdrawn') {
        const known = record.attempts.get(event.attempt);
        // As if it had not been: unless an answer has come since.
        if (known?.status === 'ambiguous' && known.task === undefined)
          record.note([{ ...known, status: 'withdrawn', at: where(observed).at }]);
        return;
      }
      noteLock(observed, { renders });
    },
    replaced: (lock) => noteLock(observed, lock),
  };
}

/**
 * Brings ledger and record together when both are open: each may know what the other was not told,
 * by a merge, by git, or because a run was cut short between the two.
 */
export async function bringTogether(observed: Observed, ledger: Ledger): Promise<void> {
  const { foreign } = ledger;
  if (foreign !== undefined) {
    const theirs = replayer(EMPTY_LOCK);
    for (const event of foreign.events) theirs.apply(event);
    noteLock(observed, theirs.lock, foreign.branch);
    withdrawUnsent(observed, foreign.runs, theirs);
  }
  noteLock(observed, ledger.lock);
  withdrawUnsent(observed, ledger.tookIn, ledger);
  // What was noted is known only when it is written.
  await observed.record.flush();
  for (const event of newsFor(ledger.lock, observed.record.attempts, observed.lock))
    await ledger.record(event);
}

/**
 * The journal takes an intent after the record, and the request leaves after both: what a killed
 * run claimed, and its surviving journal does not have, was never sent.
 */
function withdrawUnsent(
  { record, lock, clock }: Observed,
  runs: readonly string[],
  journal: Pick<Ledger, 'byKey'>,
): void {
  if (runs.length === 0) return;
  const unsent = record.attempts
    .all()
    .filter(
      (one) =>
        one.run !== undefined &&
        runs.includes(one.run) &&
        one.lock === lock &&
        one.status === 'ambiguous' &&
        one.error === 'no-answer' &&
        journal.byKey(one.attempt ?? '') === undefined,
    );
  const at = isoSeconds(clock.now());
  record.note(unsent.map((one) => ({ ...one, status: 'withdrawn', at })));
}
