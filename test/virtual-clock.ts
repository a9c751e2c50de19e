/**
 * A clock that stands still until a test moves it. `asleep` and `advance` for tests that say every
 * step; `drive` for whole runs: whenever nothing is going on in reality, time jumps to the next
 * timer.
 */
import type { Clock } from '../src/ports/clock.ts';

export interface VirtualClock extends Clock {
  /** Resolves when somebody sleeps. */
  asleep(): Promise<void>;
  /** Moves time on and wakes, in order, whoever's time has come. */
  advance(ms: number): void;
  /** When the next sleeper wakes, in milliseconds from now; `undefined` while nobody sleeps. */
  next(): number | undefined;
  /**
   * Moves time from timer to timer until the work is done. `busy`: whether real work is under way,
   * such as an HTTP exchange.
   */
  drive<T>(work: Promise<T>, busy?: () => boolean): Promise<T>;
}

interface Sleeper {
  readonly dueAt: number;
  readonly order: number;
  readonly wake: () => void;
}

/** `startMs`: epoch milliseconds at the start. */
export function virtualClock(startMs = Date.parse('2026-11-20T17:00:00Z')): VirtualClock {
  let now = startMs;
  let order = 0;
  const sleepers = new Set<Sleeper>();
  let watchers: (() => void)[] = [];

  const first = (): Sleeper | undefined =>
    [...sleepers].reduce<Sleeper | undefined>(
      (best, one) =>
        best === undefined ||
        one.dueAt < best.dueAt ||
        (one.dueAt === best.dueAt && one.order < best.order)
          ? one
          : best,
      undefined,
    );

  const clock: VirtualClock = {
    now: () => now,
    monotonic: () => now - startMs,
    sleep: (ms, signal) =>
      new Promise((resolve) => {
        if (signal?.aborted === true) return resolve();
        const sleeper: Sleeper = {
          dueAt: now + Math.max(0, ms),
          order: order++,
          wake: () => {
            sleepers.delete(sleeper);
            signal?.removeEventListener('abort', sleeper.wake);
            resolve();
          },
        };
        sleepers.add(sleeper);
        signal?.addEventListener('abort', sleeper.wake, { once: true });
        for (const watcher of watchers) watcher();
        watchers = [];
      }),
    asleep: () =>
      sleepers.size > 0 ? Promise.resolve() : new Promise((resolve) => watchers.push(resolve)),
    advance: (ms) => {
      const until = now + ms;
      for (
        let sleeper = first();
        sleeper !== undefined && sleeper.dueAt <= until;
        sleeper = first()
      ) {
        now = Math.max(now, sleeper.dueAt);
        sleeper.wake();
      }
      now = until;
    },
    next: () => {
      const sleeper = first();
      return sleeper === undefined ? undefined : Math.max(0, sleeper.dueAt - now);
    },
    drive: async (work, busy = () => false) => {
      const state = { done: false };
      const ended = work.finally(() => {
        state.done = true;
      });
      // The rejection, if any, is the caller's: it gets the same promise.
      ended.catch(() => {});
      while (!state.done) {
        await quiet(() => busy() || filesAreBusy());
        const ms = clock.next();
        if (!state.done && ms !== undefined) clock.advance(ms);
      }
      return ended;
    },
  };
  return clock;
}

/**
 * A few turns of the event loop in a row in which nothing was going on. While something is, the
 * loop waits for it instead of turning at full speed.
 */
async function quiet(busy: () => boolean): Promise<void> {
  for (let calm = 0; calm < 3;) {
    await new Promise((resolve) => setImmediate(resolve));
    if (!busy()) calm += 1;
    else {
      calm = 0;
      await new Promise((resolve) => setTimeout(resolve, 1));
    }
  }
}

/**
 * As Node names what it works on: `CloseReq` is a file that is being closed, which takes its time
 * on a busy machine.
 */
const filesAreBusy = (): boolean =>
  process.getActiveResourcesInfo().some((name) => name.startsWith('FSReq') || name === 'CloseReq');
