/**
 * How long a run goes on: the rest of its work played through its limits, each task as long as
 * those of its alias took in this run. Pure.
 */
import { Heap } from '../../heap.ts';
import { aliasKey } from '../../keys.ts';
import {
  type Gate,
  type Job,
  jobOf,
  type Lane,
  playLimits,
} from '../../plan/estimate/play-limits.ts';
import { parseModelName } from '../../ids.ts';
import type { AliasState, RunState } from './run-state.ts';

/** Before so many clips are there, how fast they come says nothing. */
const PACE_AFTER = 5;
/** What is overdue takes this share of its usual time again. */
const OVERDUE = 0.1;

/**
 * Seconds; `undefined` where nothing is to wait for. `nowMs`: the clock of the state's events.
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
    // Which of them wait for another's clip is not known here.
    for (let left = state.toGoOf(alias); left > 0; left -= 1)
      lane.waiting.push(jobOf(lane, seconds));
    lanes.set(aliasKey(alias.manifest, alias.alias), lane);
  }
  let downloads = 0;
  for (const { manifest, alias, sinceMs, phase } of state.inFlight.values()) {
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
    running.push({ at: Math.max(usual * OVERDUE, usual - age), item: jobOf(lane, usual) });
  }
  const byLimits = playLimits([...lanes.values()], running, state.limits.all);
  const isPaced = downloads * 2 > state.inFlight.size;
  const seconds = Math.max(byLimits, isPaced ? byPace(state, left, nowMs) : 0);
  return seconds > 0 ? seconds : undefined;
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

/** Where downloads hold the run back, its pace says more than its limits. */
function byPace({ completed, firstDoneMs }: RunState, left: number, nowMs: number): number {
  return completed.length < PACE_AFTER
    ? 0
    : (left * (nowMs - firstDoneMs)) / (completed.length * 1_000);
}
