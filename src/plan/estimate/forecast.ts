/**
 * How long a run of this plan would take by the wall clock: the limits played through with past
 * durations. Slots are taken narrow to wide (alias, gateway, all), longest expected first, as the
 * run does. O(n log n) in renders.
 */
import { parseModelName, parseRenderId, type GatewayName } from '../../ids.ts';
import { answersOf } from '../../lock/attempt.ts';
import { resultsOf } from '../../lock/entry.ts';
import type { Result } from '../../lock/file/format.ts';
import { type ExpectedSeconds, expectedSeconds } from './durations.ts';
import { Heap } from '../../heap.ts';
import { aliasLimits, gatewayInFlight, gatewayPerMinute, totalInFlight } from './limits.ts';
import type { ProjectPlan } from '../plan.ts';

/** One line of submits: an alias of a manifest. */
interface Lane {
  readonly gateway: Gate;
  readonly inFlight: number;
  /** Seconds between two submits; 0 without a limit. */
  readonly gapSeconds: number;
  /** Expected seconds of each job, ascending: the last one leaves first. */
  readonly waiting: number[];
  running: number;
  opensAt: number;
}

interface Gate {
  readonly inFlight: number;
  readonly gapSeconds: number;
  running: number;
  opensAt: number;
}

/**
 * Seconds until everything is finished; 0 where nothing is to wait for. `now`: epoch milliseconds.
 */
export function forecastSeconds(projects: readonly ProjectPlan[], now: number): number {
  if (
    !projects.some(
      ({ renders, orphans }) =>
        orphans.some(({ follow }) => follow) || renders.some(({ action }) => waits(action.kind)),
    )
  ) {
    return 0;
  }
  const expected = expectedSeconds(projects.map(({ lock }) => lock));
  const limited = projects.map(({ project }) => project);
  const gates = new Map<GatewayName, Gate>();
  const running = new Heap<Lane>();
  const lanes: Lane[] = [];

  for (const { project, renders, lock } of projects) {
    const own = new Map<string, Lane>();
    const laneOf = (alias: string, gateway: GatewayName): Lane => {
      let gate = gates.get(gateway);
      if (gate === undefined) {
        gate = {
          inFlight: gatewayInFlight(limited, gateway),
          gapSeconds: gap(gatewayPerMinute(limited, gateway)),
          running: 0,
          opensAt: 0,
        };
        gates.set(gateway, gate);
      }
      const key = `${alias}\n${gateway}`;
      let lane = own.get(key);
      if (lane === undefined) {
        const { in_flight, submits_per_minute } = aliasLimits(project.limits, alias);
        lane = {
          gateway: gate,
          inFlight: in_flight ?? Infinity,
          gapSeconds: gap(submits_per_minute),
          waiting: [],
          running: 0,
          opensAt: 0,
        };
        own.set(key, lane);
        lanes.push(lane);
      }
      return lane;
    };
    for (const { render, action } of renders) {
      if (action.kind === 'submit')
        laneOf(render.alias, render.model.gateway).waiting.push(
          expected(render.model.name, render.asked.seconds),
        );
    }
    // Tasks of earlier runs have their slots already, whatever the limits say.
    for (const [id, entry] of lock.renders) {
      if (entry.earlier === undefined && answersOf(entry).slot !== 'task') continue;
      for (const result of resultsOf(lock, id)) {
        const gateway =
          answersOf(result).slot === 'task' ? parseModelName(result.model)?.gateway : undefined;
        if (gateway === undefined) continue;
        const lane = laneOf(parseRenderId(id)?.alias ?? id, gateway);
        lane.running += 1;
        lane.gateway.running += 1;
        running.push({ at: leftSeconds(result, expected, now), item: lane });
      }
    }
  }
  for (const { waiting } of lanes) waiting.sort((a, b) => a - b);
  return Math.ceil(play(lanes, running, totalInFlight(limited)));
}

const waits = (kind: string): boolean => kind === 'submit' || kind === 'attach' || kind === 'moved';
const gap = (perMinute: number | undefined): number =>
  perMinute === undefined ? 0 : 60 / perMinute;

function leftSeconds(result: Result, expected: ExpectedSeconds, now: number): number {
  const asked = result.request?.['duration'];
  const whole = expected(result.model, typeof asked === 'number' ? asked : 5);
  const age = result.submittedAt === undefined ? 0 : (now - Date.parse(result.submittedAt)) / 1000;
  return Math.max(0, whole - Math.max(0, age));
}

function play(lanes: readonly Lane[], running: Heap<Lane>, total: number): number {
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
