/** Why the end of a task is not known yet, or its clip not here, while the run goes on trying. */
import type { RunContext } from '../context.ts';
import type { Followed } from '../job.ts';
import { about } from './record.ts';

export function tellDelay(ctx: RunContext, task: Followed, message: string): void {
  if (task.from === 'out-of-scope') return;
  ctx.deps.emit({
    event: 'render.progress',
    ...about(task),
    task: task.task,
    phase: 'delayed',
    message,
  });
}
