/** The data of the views of a run: made from its events alone, in order. */
import type { RenderId, TaskId } from '../../ids.ts';
import { NO_MONEY, NO_TOTALS } from '../../money.ts';
import type {
  HeldBack,
  HeldReason,
  RunCap,
  RunEvent,
  RunInFlight,
  RunTotals,
} from '../../run/events.ts';
import type { RunMoney } from '../../run/limits/cap.ts';
import { qualified } from '../text/format.ts';
import type { Held } from '../text/next-steps.ts';
import { aliasKey, type RenderKey, renderKey } from '../../keys.ts';
import { WaitingRenders } from './waiting-renders.ts';

export interface InFlight {
  readonly manifest: string;
  readonly id: RenderId;
  readonly alias: string;
  /** Submitted by this run, so that its whole life is seen. */
  readonly fresh: boolean;
  readonly task?: TaskId;
  readonly phase:
    | 'submitting'
    | 'accepted'
    | Exclude<Extract<RunEvent, { event: 'render.progress' }>['phase'], 'queued'>;
  /** Percent, as the gateway says; may be wrong. */
  readonly progress?: number;
  readonly expectedSeconds?: number;
  /** Milliseconds, when it was first heard of. */
  readonly sinceMs: number;
  /** Why nothing moves, and since when. */
  readonly delayed?: { readonly message: string; readonly sinceMs: number };
}

/** One alias of a manifest: a line of the live view. Changed in place, as the state is. */
export interface AliasState {
  readonly manifest: string;
  readonly alias: string;
  readonly model: string;
  /** Of this run. */
  readonly renders: number;
  readonly expectedSeconds: number;
  readonly inFlight?: number;
  readonly perMinute?: number;
  /** At the gateway. */
  running: number;
  downloading: number;
  completed: number;
  failed: number;
  /** Held by what this run did. */
  held: number;
  mismatched: number;
  heldBack: HeldBack | undefined;
  /** How long the latest tasks of this run took; at most {@link LATEST}. */
  readonly seconds: number[];
}

/** The duration of a model's tasks changes in a long run: only the latest tasks count. */
const LATEST = 40;

export type HeldEvent = Extract<RunEvent, { event: 'render.held' }>;
export type FailedEvent = Extract<RunEvent, { event: 'render.failed' }>;
export type CompletedEvent = Extract<RunEvent, { event: 'render.completed' }>;
export type TransferEvent = Extract<RunEvent, { event: 'run.transfer' }>;
export type FinishedEvent = Extract<RunEvent, { event: 'run.finished' }>;

/** The counts of a run, in the order that every output uses; zero counts are left out. */
export const countsOf = (totals: RunTotals): readonly (readonly [number, string])[] =>
  (
    [
      [totals.completed, 'done'],
      [totals.mismatched, 'not as asked'],
      [totals.kept, 'kept'],
      [totals.failed, 'failed'],
      [totals.ambiguous, 'ambiguous'],
      [totals.lost, 'lost'],
      [totals.missing, 'missing'],
      [totals.pending, 'pending'],
      [totals.notSubmitted, 'not submitted'],
    ] as const
  ).filter(([number]) => number > 0);

/** Changed in place by {@link RunState.take}: a run of 20,000 renders has 100,000 events. */
export class RunState {
  startedMs = 0;
  /** Of this run, as shown to people. */
  manifests: readonly string[] = [];
  /** Renders that this run is about to make or fetch. */
  wanted = 0;
  kept = 0;
  /** Of {@link kept}: only their names are new. */
  moved = 0;
  limits: RunInFlight = { all: Infinity, gateways: [] };
  caps: readonly RunCap[] = [];
  readonly aliases = new Map<string, AliasState>();
  readonly transfers = new Map<TransferEvent['name'], TransferEvent>();
  /** Milliseconds, when the first clip of this run landed. */
  firstDoneMs = 0;
  readonly inFlight = new Map<RenderKey, InFlight>();
  readonly waits = new WaitingRenders();
  /** Manifest -> renders that a gateway accepted in this run. */
  readonly submitted = new Map<string, number>();
  readonly completed: CompletedEvent[] = [];
  readonly failed: FailedEvent[] = [];
  readonly held: HeldEvent[] = [];
  /** Holds that came of this run's own work, not those that it found. */
  heldNow = 0;
  readonly notices: Extract<RunEvent, { event: 'run.notice' }>[] = [];
  /** Uploads: those that are under way, and those that are done. */
  readonly uploading = new Set<string>();
  uploaded = 0;
  money: RunMoney = { thisRun: NO_TOTALS, carried: NO_MONEY, underCap: NO_MONEY };
  finished: FinishedEvent | undefined;

  /** @param nowMs any clock that never goes back. */
  take(event: RunEvent, nowMs: number): void {
    switch (event.event) {
      case 'run.started':
        this.startedMs = nowMs;
        this.manifests = event.manifests;
        this.wanted = event.submits + event.attaches + event.fetches;
        this.kept = event.kept;
        this.limits = event.inFlight;
        this.caps = event.caps;
        this.waits.start(event.waits ?? []);
        for (const model of event.models)
          this.aliases.set(aliasKey(model.manifest, model.alias), {
            ...model,
            running: 0,
            downloading: 0,
            completed: 0,
            failed: 0,
            held: 0,
            mismatched: 0,
            heldBack: undefined,
            seconds: [],
          });
        return;
      case 'render.submitting':
        this.#fly(event, nowMs, { phase: 'submitting', fresh: true });
        return;
      case 'render.accepted':
        this.submitted.set(event.manifest, (this.submitted.get(event.manifest) ?? 0) + 1);
        this.#fly(event, nowMs, {
          phase: 'accepted',
          fresh: true,
          task: event.task,
          ...(event.expectedSeconds === undefined
            ? {}
            : { expectedSeconds: event.expectedSeconds }),
        });
        return;
      case 'render.progress': {
        const before = this.inFlight.get(keyOf(event));
        if (event.phase === 'queued') {
          this.#place(event, before?.phase, undefined);
          this.inFlight.delete(keyOf(event));
          return;
        }
        if (event.phase === 'downloading' && before?.phase !== 'downloading')
          this.#taskEnded(before, nowMs);
        this.#fly(event, nowMs, {
          phase: event.phase,
          ...(event.task === undefined ? {} : { task: event.task }),
          ...(event.progress === undefined ? {} : { progress: event.progress }),
          ...(event.phase === 'delayed'
            ? { delayed: { message: event.message ?? '', sinceMs: nowMs, ...before?.delayed } }
            : {}),
        });
        return;
      }
      case 'render.completed':
        this.completed.push(event);
        this.waits.landed(keyOf(event));
        if (this.completed.length === 1) this.firstDoneMs = nowMs;
        this.#end(event, (alias) => {
          alias.completed += 1;
          if (event.mismatch !== undefined && event.mismatch.length > 0) alias.mismatched += 1;
        });
        return;
      case 'render.failed':
        this.#taskEnded(this.inFlight.get(keyOf(event)), nowMs);
        this.failed.push(event);
        this.waits.failed(keyOf(event));
        this.#end(event, (alias) => (alias.failed += 1));
        return;
      case 'render.held':
        this.held.push(event);
        if (!WAS_TO_DO.has(event.reason) && !this.inFlight.has(keyOf(event))) return;
        this.heldNow += 1;
        this.waits.failed(keyOf(event));
        this.#end(event, (alias) => (alias.held += 1));
        return;
      case 'render.kept':
        if (event.reason === 'moved') this.moved += 1;
        return;
      case 'run.held-back': {
        const alias = this.aliases.get(aliasKey(event.manifest, event.alias));
        if (alias !== undefined) alias.heldBack = event.limit;
        return;
      }
      case 'run.transfer':
        this.transfers.set(event.name, event);
        return;
      case 'run.money':
        this.money = event;
        return;
      case 'picture.uploading':
        this.uploading.add(pictureKey(event));
        return;
      case 'picture.uploaded':
        if (!event.cached) this.uploaded += 1;
        this.uploading.delete(pictureKey(event));
        return;
      case 'picture.failed':
        this.uploading.delete(pictureKey(event));
        return;
      case 'run.notice':
        this.notices.push(event);
        return;
      case 'run.finished':
        this.finished = event;
        this.inFlight.clear();
        return;
    }
  }

  #aliasOf({ manifest, id }: Held): AliasState | undefined {
    return this.aliases.get(aliasKey(manifest, aliasOf(id)));
  }

  #fly(about: Held, nowMs: number, now: Partial<InFlight> & Pick<InFlight, 'phase'>): void {
    const key = keyOf(about);
    const { delayed, ...before } = this.inFlight.get(key) ?? {};
    this.#place(about, this.inFlight.get(key)?.phase, now.phase);
    this.waits.left(key);
    this.inFlight.set(key, {
      sinceMs: nowMs,
      fresh: false,
      ...before,
      ...(now.phase === 'delayed' && delayed !== undefined ? { delayed } : {}),
      manifest: about.manifest,
      id: about.id,
      alias: aliasOf(about.id),
      ...now,
    });
  }

  /** Its slot is free: how long it had it is what the next one will take. */
  #taskEnded(flight: InFlight | undefined, nowMs: number): void {
    if (flight?.fresh !== true || flight.phase === 'downloading') return;
    const seconds = this.#aliasOf(flight)?.seconds;
    if (seconds === undefined) return;
    seconds.push((nowMs - flight.sinceMs) / 1_000);
    if (seconds.length > LATEST) seconds.shift();
  }

  #end(about: Held, count: (alias: AliasState) => void): void {
    this.#place(about, this.inFlight.get(keyOf(about))?.phase, undefined);
    this.inFlight.delete(keyOf(about));
    this.waits.left(keyOf(about));
    const alias = this.#aliasOf(about);
    if (alias !== undefined) count(alias);
  }

  #place(
    about: Held,
    from: InFlight['phase'] | undefined,
    to: InFlight['phase'] | undefined,
  ): void {
    const alias = this.#aliasOf(about);
    if (alias === undefined) return;
    for (const [phase, by] of [
      [from, -1],
      [to, 1],
    ] as const) {
      if (phase === undefined) continue;
      alias[phase === 'downloading' ? 'downloading' : 'running'] += by;
    }
  }

  /** Renders that are over for this run. */
  get ended(): number {
    return this.completed.length + this.failed.length + this.heldNow;
  }

  /** Renders of {@link wanted} that have neither ended nor begun. */
  get toGo(): number {
    return Math.max(0, this.wanted - this.inFlight.size - this.ended);
  }

  /** As people name a render: with its manifest only where there are several. */
  nameOf({ manifest, id }: Held): string {
    return this.manifests.length > 1 ? qualified(manifest, id) : id;
  }

  /** The task that has waited longest without progress. */
  get oldestDelayed(): InFlight | undefined {
    let oldest: InFlight | undefined;
    for (const flight of this.inFlight.values()) {
      if (flight.phase !== 'delayed' || flight.delayed === undefined) continue;
      if (oldest?.delayed === undefined || flight.delayed.sinceMs < oldest.delayed.sinceMs)
        oldest = flight;
    }
    return oldest;
  }

  /** Of one alias, as {@link toGo}. */
  toGoOf({ renders, running, downloading, completed, failed, held }: AliasState): number {
    return Math.max(0, renders - running - downloading - completed - failed - held);
  }
}

/** Renders held for these were part of the run's work; others only if they were in flight. */
const WAS_TO_DO: ReadonlySet<HeldReason> = new Set(['pending', 'not-submitted', 'upstream']);

/**
 * The same event without its money: a draft spends none, whatever its gateway says for the lock.
 */
export function withoutCost(event: RunEvent): RunEvent {
  if (event.event !== 'render.completed') return event;
  const { cost: _, ...rest } = event;
  return rest;
}

const pictureKey = ({
  gateway,
  picture,
}: Pick<Extract<RunEvent, { event: 'picture.uploaded' }>, 'gateway' | 'picture'>): string =>
  `${gateway} ${picture}`;
const keyOf = ({ manifest, id }: Held): RenderKey => renderKey(manifest, id);

/** `kling` of `crab/kling/2`. */
export const aliasOf = (id: RenderId): string => id.split('/', 2)[1] ?? id;

/** How a run ended, for the steps that come next. */
export const endOf = ({
  exit,
  stoppedBy,
}: FinishedEvent): Pick<FinishedEvent, 'exit' | 'stoppedBy'> => ({
  exit,
  ...(stoppedBy === undefined ? {} : { stoppedBy }),
});
