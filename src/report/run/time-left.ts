/**
 * How long a run still takes: the rest of its work played through its limits, each task as long as
 * those of its alias took in this run. Pure.
 */
import { Heap } from '../../algorithms/heap.ts';
import { type RenderId, parseModelName } from '../../ids.ts';
import { aliasKey, type RenderKey } from '../../keys.ts';
import {
  type Gate,
  type Job,
  jobOf,
  type Lane,
  playLimits,
} from '../../plan/estimate/play-limits.ts';
import { type AliasState, aliasOf, type RunState } from './run-state.ts';
import type { WaitingRender } from './waiting-renders.ts';

/** Before so many clips are there, how fast they come says nothing. */
const PACE_AFTER = 5;
/** What is overdue takes this share of its usual time again. */
const OVERDUE = 0.1;
/** Seconds: less is not worth a word. */
const LEAST_TOLD = 1;

/**
 * Seconds; `undefined` if nothing is to wait for. `nowMs`: the clock of the state's events.
 */
export function secondsLeft(state: RunState, nowMs: number): number | undefined {
  const left = state.toGo + state.inFlight.size;
  if (state.finished !== undefined || left === 0) return undefined;
  const gates = new Map<string, Gate>();
  const lanes = new Map<string, Lane>();
  const running = new Heap<Job>();
  for (const alias of state.aliases.values()) {
    const seconds = taskSeconds(alias);
    const lane: Lane = {
      gateway: gateOf(state, gates, parseModelName(alias.model)?.gateway ?? ''),
      inFlight: alias.inFlight ?? Infinity,
      gapSeconds: gap(alias.perMinute),
      waiting: [],
      running: 0,
      opensAt: 0,
    };
    for (let left = state.toGoOf(alias); left > 0; left -= 1)
      lane.waiting.push(jobOf(lane, seconds));
    lanes.set(aliasKey(alias.manifest, alias.alias), lane);
  }
  const laneOf = ({ manifest, id }: Pick<WaitingRender, 'manifest' | 'id'>): Lane | undefined =>
    lanes.get(aliasKey(manifest, aliasOf(id)));
  // Only renders that can be sent: one whose needed clip will not come is never sent.
  for (const one of state.waits.stuck) laneOf(one)?.waiting.pop();
  const jobs = new Map<RenderKey, Job>();
  for (const [key, one] of state.waits.waiting) {
    const job = laneOf(one)?.waiting.pop();
    if (job !== undefined) jobs.set(key, job);
  }
  let downloads = 0;
  for (const [key, { manifest, alias, sinceMs, phase }] of state.inFlight) {
    const lane = lanes.get(aliasKey(manifest, alias));
    const of = state.aliases.get(aliasKey(manifest, alias));
    if (lane === undefined || of === undefined) continue;
    if (phase === 'downloading') {
      downloads += 1;
      continue;
    }
    const usual = taskSeconds(of);
    lane.running += 1;
    lane.gateway.running += 1;
    const age = (nowMs - sinceMs) / 1_000;
    const job = jobOf(lane, usual);
    jobs.set(key, job);
    running.push({ at: Math.max(usual * OVERDUE, usual - age), item: job });
  }
  putBehind(state, jobs, laneOf);
  const byLimits = playLimits([...lanes.values()], running, state.limits.all);
  const isPaced = downloads * 2 > state.inFlight.size;
  const seconds = Math.max(byLimits, isPaced ? byPace(state, left, nowMs) : 0);
  return seconds >= LEAST_TOLD ? seconds : undefined;
}

/** What waits for clips: behind the jobs that make them. */
function putBehind(
  { waits, inFlight }: RunState,
  jobs: Map<RenderKey, Job>,
  laneOf: (one: Pick<WaitingRender, 'manifest' | 'id'>) => Lane | undefined,
): void {
  /** Of those that are to go and wait for nothing, one stands for each clip that is needed. */
  const taken = new Map<Lane, number>();
  const first = (manifest: string, [key, id]: readonly [RenderKey, RenderId]): Job | undefined => {
    const known = jobs.get(key);
    // A download is nearly done.
    if (known !== undefined || inFlight.has(key)) return known;
    const lane = laneOf({ manifest, id });
    if (lane === undefined) return undefined;
    const at = taken.get(lane) ?? 0;
    taken.set(lane, at + 1);
    const job = lane.waiting.at(-1 - at);
    if (job !== undefined) jobs.set(key, job);
    return job;
  };
  const behind: Job[] = [];
  for (const [key, one] of waits.waiting) {
    const job = jobs.get(key);
    if (job === undefined) continue;
    for (const open of one.open) {
      const before = first(one.manifest, open);
      if (before === undefined) continue;
      before.after.push(job);
      job.open += 1;
    }
    if (job.open === 0) behind.push(job);
  }
  // Their clips are there: they leave with the others.
  for (const job of behind) job.lane.waiting.push(job);
}

/** As long as the tasks of this run took on average, else as was expected. */
const taskSeconds = ({ seconds, expectedSeconds }: AliasState): number =>
  seconds.length === 0
    ? expectedSeconds
    : seconds.reduce((sum, each) => sum + each, 0) / seconds.length;

function gateOf({ limits }: RunState, gates: Map<string, Gate>, gateway: string): Gate {
  const known = gates.get(gateway);
  if (known !== undefined) return known;
  const limit = limits.gateways.find((one) => one.gateway === gateway);
  const gate: Gate = {
    inFlight: limit?.inFlight ?? Infinity,
    gapSeconds: gap(limit?.perMinute),
    running: 0,
    opensAt: 0,
  };
  gates.set(gateway, gate);
  return gate;
}

const gap = (perMinute: number | undefined): number =>
  perMinute === undefined ? 0 : 60 / perMinute;

/** If downloads limit the run, its pace predicts more than its limits. */
function byPace({ completed, firstDoneMs }: RunState, left: number, nowMs: number): number {
  return completed.length < PACE_AFTER
    ? 0
    : (left * (nowMs - firstDoneMs)) / (completed.length * 1_000);
}
