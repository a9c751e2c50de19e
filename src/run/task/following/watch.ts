import { defined } from '../../../defined.ts';
import type { Expectation } from '../../limits/poll-cadence.ts';
import type { WatchedTask } from '../../limits/task-lengths.ts';
import type { RunContext } from '../../context.ts';
import type { Followed } from '../../job.ts';

/** What following has seen so far. */
export interface Watch {
  readonly beganAt: number;
  readonly length: WatchedTask;
  expectation: Expectation;
  unreadable: number;
  refusedReads: number;
  /** `sinceMs`: on the clock that never goes back. */
  unknown: { count: number; sinceMs: number };
  linkless: number;
  completedRecorded: boolean;
  /** What it cost is known from the gateway; some say it only after the clip. */
  costReported: boolean;
  /** At the last ask the task was not finished, so when its end is seen, it has just ended. */
  seenUnfinished: boolean;
  lastShown: string;
}

export function beginWatch(ctx: RunContext, task: Followed): Watch {
  const length = ctx.lengths.watch(
    task.model,
    task.asked?.seconds,
    task.expectedSeconds === undefined ? {} : { estimatedSeconds: task.expectedSeconds },
  );
  return {
    beganAt: ctx.deps.clock.monotonic(),
    length,
    expectation: expectationOf(length, task.expectedSeconds),
    unreadable: 0,
    refusedReads: 0,
    unknown: { count: 0, sinceMs: 0 },
    linkless: 0,
    completedRecorded: task.from === 'completed',
    costReported: task.reserved?.source === 'reported',
    seenUnfinished: task.from === 'fresh',
    lastShown: '',
  };
}

export function expectationOf(
  length: WatchedTask,
  expectedSeconds: number | undefined,
): Expectation {
  return defined({ prediction: length.predict(), expectedSeconds });
}
