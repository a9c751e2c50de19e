/** Sentences and records that several parts of the run share. */
import { renderWords } from '../../command-words.ts';
import { isoSeconds } from '../../ports/clock.ts';
import type { Cost } from '../../gateways/gateway.ts';
import type { LockCost } from '../../lock/file/format.ts';
import { toUsd } from '../../money.ts';
import type { RenderId, TaskId } from '../../ids.ts';
import type { JournalEvent } from '../../lock/journal/events.ts';
import type { RunContext } from '../context.ts';
import type { Followed, RunLedger } from '../job.ts';

export const now = (ctx: RunContext): string => isoSeconds(ctx.deps.clock.now());

/** What the gateway reported; the lock keeps the estimate beside it. */
export const reportedCost = (cost: Cost, refundPending = false): LockCost => ({
  usd: toUsd(cost.usd),
  ...(cost.credits === undefined ? {} : { credits: cost.credits }),
  source: 'reported',
  ...(refundPending ? { refund: 'pending' as const } : {}),
});

/**
 * Records what happened to a paid task. If the disk fails, nothing new is submitted from then
 * on, and the task's id is put where it may survive and shown as a line to copy.
 */
export async function recordPaid(
  ctx: RunContext,
  parts: {
    readonly manifest: string;
    readonly ledger: RunLedger;
    readonly id: RenderId;
    readonly task: TaskId;
  },
  event: JournalEvent,
): Promise<void> {
  const recorded = await parts.ledger.record(event);
  if (recorded.ok) return;
  diskFailed(ctx, recorded.problem.message);
  const line = `rushes recover ${renderWords(parts, `--adopt ${parts.task}`)}`;
  const where = await parts.ledger.emergency(line);
  ctx.once(`emergency ${line}`, () =>
    ctx.deps.emit({
      event: 'run.notice',
      severity: 'warning',
      message: `The journal could not be written; keep this line: ${line}${where === undefined ? '' : ` (also in ${where})`}`,
    }),
  );
}

/**
 * No further POST may be sent: its intent could not be kept (money rule 1), or its clip could not
 * be.
 */
export function diskFailed(ctx: RunContext, message: string, what = 'the journal'): void {
  ctx.stops.closeAll(`${what} cannot be written`);
  ctx.once('disk', () =>
    ctx.deps.emit({
      event: 'run.notice',
      severity: 'warning',
      message: `Nothing more is submitted, because ${what} cannot be written: ${message}`,
      hint: 'Tasks that are paid for are followed on. Free some space or make the folder writable, then run again.',
    }),
  );
}

/** No further POST may be sent: other branches could not know about it. */
export function recordFailed(ctx: RunContext, message: string): void {
  diskFailed(ctx, message, 'the spend record');
  ctx.tally.because('record', `the spend record cannot be used: ${message}`);
}

/** No further POST may be sent: if this machine vanished, it would be unknown. */
export function remoteRecordFailed(ctx: RunContext, message: string): void {
  const [what = '', ...next] = message.split('\n');
  ctx.stops.closeAll('the spend record cannot be pushed');
  ctx.once('remote-record', () =>
    ctx.deps.emit({
      event: 'run.notice',
      severity: 'warning',
      message: what,
      hint: next.map((line) => line.trim()).join(' '),
    }),
  );
  ctx.tally.because('remote', what);
}

export const about = ({
  manifest,
  id,
}: Followed): { readonly manifest: string; readonly id: Followed['id'] } => ({ manifest, id });
