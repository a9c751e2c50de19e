/** The limits of a run played through: when would everything be finished? Pure. */
import type { Heap } from '../../algorithms/heap.ts';

/** One line of submits: an alias of a manifest. */
export interface Lane {
  readonly gateway: Gate;
  readonly inFlight: number;
  /** Seconds between two submits; 0 without a limit. */
  readonly gapSeconds: number;
  /** Ascending by expected seconds: the last one leaves first. */
  readonly waiting: Job[];
  running: number;
  opensAt: number;
}

/** One task; those that need its clip cannot leave before it is made. */
export interface Job {
  readonly lane: Lane;
  /** Expected. */
  readonly seconds: number;
  /** Clips that are still to be made. */
  open: number;
  readonly after: Job[];
}

export interface Gate {
  readonly inFlight: number;
  readonly gapSeconds: number;
  running: number;
  opensAt: number;
}

export const jobOf = (lane: Lane, seconds: number): Job => ({ lane, seconds, open: 0, after: [] });

/**
 * Seconds until the last task has ended. Slots are taken narrow to wide (lane, gate, all), longest
 * expected first, as the run does. Changes what it is given.
 */
export function playLimits(lanes: readonly Lane[], running: Heap<Job>, total: number): number {
  let now = 0;
  let inFlight = lanes.reduce((sum, lane) => sum + lane.running, 0);
  let waiting = lanes.reduce((sum, lane) => sum + lane.waiting.length, 0);
  for (;;) {
    let best: Lane | undefined;
    let opensAt = Infinity;
    for (const lane of inFlight < total ? lanes : []) {
      const longest = lane.waiting.at(-1);
      if (
        longest === undefined ||
        lane.running >= lane.inFlight ||
        lane.gateway.running >= lane.gateway.inFlight
      )
        continue;
      const opens = Math.max(lane.opensAt, lane.gateway.opensAt);
      if (opens > now) opensAt = Math.min(opensAt, opens);
      else if (best === undefined || longest.seconds > (best.waiting.at(-1)?.seconds ?? 0))
        best = lane;
    }
    const job = best?.waiting.pop();
    if (best !== undefined && job !== undefined) {
      best.running += 1;
      best.gateway.running += 1;
      best.opensAt = now + best.gapSeconds;
      best.gateway.opensAt = now + best.gateway.gapSeconds;
      inFlight += 1;
      waiting -= 1;
      running.push({ at: now + job.seconds, item: job });
      continue;
    }
    const finishesAt = running.next?.at ?? Infinity;
    if (waiting > 0 && opensAt < finishesAt) {
      now = opensAt;
      continue;
    }
    const done = running.pop();
    if (done === undefined) return now;
    now = Math.max(now, done.at);
    const { lane, after } = done.item;
    lane.running -= 1;
    lane.gateway.running -= 1;
    inFlight -= 1;
    for (const next of after) {
      next.open -= 1;
      if (next.open > 0) continue;
      insert(next.lane.waiting, next);
      waiting += 1;
    }
  }
}

/** Keeps the line ascending. */
function insert(line: Job[], job: Job): void {
  let at = line.length;
  while (at > 0 && (line[at - 1]?.seconds ?? 0) > job.seconds) at -= 1;
  line.splice(at, 0, job);
}
