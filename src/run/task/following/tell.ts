/** What is told about a task while it is followed. */
import type { Gateway } from '../../../gateways/gateway.ts';
import type { RunContext } from '../../context.ts';
import type { Followed } from '../../job.ts';
import { about } from '../record.ts';
import type { Watch } from './watch.ts';

export function tellProgress(
  ctx: RunContext,
  task: Followed,
  watch: Watch,
  phase: 'waiting' | 'running',
  progress: number | undefined,
): void {
  const shown = `${phase} ${progress ?? ''}`;
  if (shown === watch.lastShown || task.from === 'out-of-scope') return;
  watch.lastShown = shown;
  ctx.deps.emit({
    event: 'render.progress',
    ...about(task),
    task: task.task,
    phase,
    ...(progress === undefined ? {} : { progress }),
  });
}

export function tellUnknownWord(ctx: RunContext, task: Followed, word: string): void {
  ctx.once(`word ${task.gateway.name} ${word}`, () =>
    ctx.deps.emit({
      event: 'run.notice',
      severity: 'note',
      message: `${task.gateway.name} uses a state that is not documented, ${JSON.stringify(word.slice(0, 80))}; the task is waited for.`,
    }),
  );
}

/** More than the time that an answer may have been under way. */
const CLOCK_OFF_MS = 2 * 60_000;

/** Once per run: which links have expired, and how old a task is, is read from this clock. */
export function tellClockOff(ctx: RunContext, { name, clockAheadMs }: Gateway): void {
  const aheadMs = clockAheadMs?.() ?? 0;
  if (Math.abs(aheadMs) <= CLOCK_OFF_MS) return;
  ctx.once('clock', () =>
    ctx.deps.emit({
      event: 'run.notice',
      severity: 'warning',
      message: `The clock of this machine is ${inWords(Math.abs(aheadMs))} ${aheadMs > 0 ? 'ahead of' : 'behind'} the clock of ${name}.`,
      hint: 'Set it: times in the lock, and which links have expired, are read from it.',
    }),
  );
}

export function inWords(ms: number): string {
  if (ms < 120_000) return `${Math.round(ms / 1_000)} seconds`;
  return ms < 7_200_000
    ? `${Math.round(ms / 60_000)} minutes`
    : `${Math.round(ms / 3_600_000)} hours`;
}
