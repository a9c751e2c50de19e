import { onAbort } from './on-abort.ts';

/** Time, as an argument. `now` and `sleep` belong together: half a clock cannot be tested. */
export interface Clock {
  /** Milliseconds since 1970, for times that are written down. */
  now(): number;
  /** Milliseconds that never go back, for durations and deadlines; the origin means nothing. */
  monotonic(): number;
  /**
   * Resolves after `ms` (0 and below: soon), or as soon as `signal` aborts. It never rejects: the
   * caller looks at the signal.
   */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
}

/** setTimeout fires at once beyond this. */
const MAX_TIMER_MS = 2_147_483_647;

export const systemClock: Clock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
  sleep: (ms, signal) =>
    new Promise((resolve) => {
      if (signal?.aborted === true) return resolve();
      const done = (): void => {
        clearTimeout(timer);
        forget?.();
        resolve();
      };
      const timer = setTimeout(done, Math.min(Math.max(ms, 0), MAX_TIMER_MS));
      const forget = signal === undefined ? undefined : onAbort(signal, done);
    }),
};

/** `2026-11-20T17:00:00Z`: whole seconds, as the lock has them. */
export function isoSeconds(epochMs: number): string {
  const second = Math.floor(epochMs / 1000);
  if (second !== latest.second)
    latest = { second, text: `${new Date(second * 1000).toISOString().slice(0, 19)}Z` };
  return latest.text;
}
/** A run writes the time of the same second many times. */
let latest = { second: Number.NaN, text: '' };
