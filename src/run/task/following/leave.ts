/** A task that is not followed to its end: for now, or because it has none. */
import { commandWord, renderWords } from '../../../command-words.ts';
import { defined } from '../../../defined.ts';
import type { RunContext } from '../../context.ts';
import type { Followed } from '../../job.ts';
import { hintFor } from '../hold.ts';
import { queueJob } from '../queue-job.ts';
import { about, now, recordPaid } from '../record.ts';
import type { Watch } from './watch.ts';

/** A task without an end is lost after this long. */
export const LOST_AFTER_MS = 24 * 3_600_000;

/**
 * Not finished, and this run stops asking. Its slot stays taken: the task still runs, unless the
 * gateway had no record of it when it was asked last.
 */
export function leave(ctx: RunContext, task: Followed, watch: Watch, message: string): void {
  if (task.from === 'lost') return holdTask(ctx, task, 'lost', message);
  if (watch.unknown.count === 0) return holdTask(ctx, task, 'pending', message);
  holdTask(ctx, task, 'pending', 'the gateway has no record of the task', {
    denied: true,
    hint: `rushes collect ${commandWord(task.manifest)} asks again; rushes recover ${renderWords(task, '--give-up')} gives it up`,
  });
}

export async function recordLost(ctx: RunContext, task: Followed, reason: string): Promise<'over'> {
  if (task.from !== 'lost')
    await recordPaid(ctx, task, {
      kind: 'lost',
      at: now(ctx),
      task: task.task,
      gateway: task.gateway.name,
      reason,
    });
  ctx.cap.settle(task.capKey, undefined, 'unclear');
  task.release();
  holdTask(ctx, task, 'lost', `the task is lost: ${reason}`);
  return 'over';
}

export function holdTask(
  ctx: RunContext,
  task: Followed,
  reason: 'pending' | 'lost' | 'missing',
  message: string,
  more?: { readonly hint: string; readonly denied: true },
): void {
  if (task.from === 'out-of-scope') return;
  // It is not needed any more, or a person has decided about it: nothing new to report.
  if (task.from === 'lost' && !task.counts && reason === 'lost') return;
  if (reason === 'missing' && task.ifMissing !== undefined) {
    ctx.tally.set(task.manifest, task.id, 'not-submitted');
    ctx.spawn(queueJob(ctx, task.ifMissing));
    return;
  }
  if (task.counts) ctx.tally.set(task.manifest, task.id, reason);
  // Paid for and under way, whatever uses it: as long as one is, the exit code says so.
  else if (reason === 'pending') ctx.tally.alsoPending(task.manifest, task.capKey);
  ctx.deps.emit({
    event: 'render.held',
    ...about(task),
    task: task.task,
    reason,
    message,
    ...(more ?? defined({ hint: hintFor(reason, task) })),
  });
}
