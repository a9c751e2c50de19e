/**
 * How long a run of this plan would take by the wall clock: the limits played through with past
 * durations. Slots are taken narrow to wide (alias, gateway, all), longest expected first, as the
 * run does. O(n log n) in renders.
 */
import { parseModelName, parseRenderId, type GatewayName, type RenderId } from '../../ids.ts';
import { answersOf } from '../../lock/attempt.ts';
import { resultsOf } from '../../lock/entry.ts';
import type { Result } from '../../lock/file/format.ts';
import { type ExpectedSeconds, expectedSeconds } from './durations.ts';
import { Heap } from '../../algorithms/heap.ts';
import { type Gate, type Job, jobOf, type Lane, playLimits } from './play-limits.ts';
import { aliasLimits, gatewayInFlight, gatewayPerMinute, totalInFlight } from './limits.ts';
import { isPaidFor, type ProjectPlan } from '../plan.ts';

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
  const running = new Heap<Job>();
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
    const jobs = new Map<RenderId, Job>();
    for (const { render, action } of renders)
      if (isPaidFor(action)) {
        const lane = laneOf(render.alias, render.model.gateway);
        jobs.set(render.id, jobOf(lane, expected(render.model.name, render.asked.seconds)));
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
        const left = leftSeconds(result, expected, now);
        const job = jobOf(lane, left);
        if (result.task === entry.task && !jobs.has(id)) jobs.set(id, job);
        running.push({ at: left, item: job });
      }
    }
    for (const { render, action } of renders) {
      const job = jobs.get(render.id);
      if (job === undefined || !isPaidFor(action)) continue;
      for (const upstream of action.kind === 'wait' ? action.upstream : []) {
        const first = jobs.get(upstream);
        if (first === undefined) continue;
        first.after.push(job);
        job.open += 1;
      }
      if (job.open === 0) job.lane.waiting.push(job);
    }
  }
  for (const { waiting } of lanes) waiting.sort((a, b) => a.seconds - b.seconds);
  return Math.ceil(playLimits(lanes, running, totalInFlight(limited)));
}

const waits = (kind: string): boolean =>
  kind === 'submit' || kind === 'wait' || kind === 'attach' || kind === 'moved';
const gap = (perMinute: number | undefined): number =>
  perMinute === undefined ? 0 : 60 / perMinute;

function leftSeconds(result: Result, expected: ExpectedSeconds, now: number): number {
  const asked = result.request?.['duration'];
  const whole = expected(result.model, typeof asked === 'number' ? asked : 5);
  const age = result.submittedAt === undefined ? 0 : (now - Date.parse(result.submittedAt)) / 1000;
  return Math.max(0, whole - Math.max(0, age));
}
