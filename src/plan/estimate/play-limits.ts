/** The limits of a run played through: when would everything be finished? Pure. */
import type { Heap } from '../../heap.ts';

/** One line of submits: an alias of a manifest. */
export interface Lane {
  readonly gateway: Gate;
  readonly inFlight: number;
  /** Seconds between two submits; 0 without a limit. */
  readonly gapSeconds: number;
  /** Expected seconds of each job, ascending: the last one leaves first. */
  readonly waiting: number[];
  running: number;
  opensAt: number;
}

export interface Gate {
  readonly inFlight: number;
  readonly gapSeconds: number;
  running: number;
  opensAt: number;
}

/**
 * Seconds until the last task has ended. Slots are taken narrow to wide (lane, gate, all), longest
 * expected first, as the run does. Changes what it is given.
 */
export function playLimits(lanes: readonly Lane[], running: Heap<Lane>, total: number): number {
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
      else if (best === undefined || longest > (best.waiting.at(-1) ?? 0)) best = lane;
    }
    const seconds = best?.waiting.pop();
    if (best !== undefined && seconds !== undefined) {
      best.running += 1;
      best.gateway.running += 1;
      best.opensAt = now + best.gapSeconds;
      best.gateway.opensAt = now + best.gateway.gapSeconds;
      inFlight += 1;
      waiting -= 1;
      running.push({ at: now + seconds, item: best });
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
    done.item.running -= 1;
    done.item.gateway.running -= 1;
    inFlight -= 1;
  }
}
