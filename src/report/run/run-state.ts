/** What the views of a run know: made of its events alone, in order. */
import type { RenderId, TaskId } from '../../ids.ts';
import { NO_MONEY, NO_TOTALS } from '../../money.ts';
import type { RunEvent, RunTotals } from '../../run/events.ts';
import type { RunMoney } from '../../run/limits/cap.ts';
import type { Held, HoldReason } from '../text/next-steps.ts';
import { type RenderKey, renderKey } from '../../keys.ts';

export interface InFlight {
  readonly manifest: string;
  readonly id: RenderId;
  readonly model?: string;
  readonly task?: TaskId;
  readonly phase:
    | 'submitting'
    | 'accepted'
    | Extract<RunEvent, { event: 'render.progress' }>['phase'];
  /** Percent, as the gateway says; may be wrong. */
  readonly progress?: number;
  readonly expectedSeconds?: number;
  /** Milliseconds, when it was first heard of. */
  readonly sinceMs: number;
}

export type HeldEvent = Extract<RunEvent, { event: 'render.held' }>;
export type FailedEvent = Extract<RunEvent, { event: 'render.failed' }>;
export type CompletedEvent = Extract<RunEvent, { event: 'render.completed' }>;
export type FinishedEvent = Extract<RunEvent, { event: 'run.finished' }>;

/** What a run came to, in the order in which every face says it; what is nothing is left out. */
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
  readonly inFlight = new Map<string, InFlight>();
  /** Manifest -> renders that a gateway accepted in this run. */
  readonly submitted = new Map<string, number>();
  readonly completed: CompletedEvent[] = [];
  readonly failed: FailedEvent[] = [];
  readonly held: HeldEvent[] = [];
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
        return;
      case 'render.submitting':
        this.#fly(event, nowMs, { phase: 'submitting', model: event.model });
        return;
      case 'render.accepted':
        this.submitted.set(event.manifest, (this.submitted.get(event.manifest) ?? 0) + 1);
        this.#fly(event, nowMs, {
          phase: 'accepted',
          model: event.model,
          task: event.task,
          ...(event.expectedSeconds === undefined
            ? {}
            : { expectedSeconds: event.expectedSeconds }),
        });
        return;
      case 'render.progress':
        this.#fly(event, nowMs, {
          phase: event.phase,
          ...(event.task === undefined ? {} : { task: event.task }),
          ...(event.progress === undefined ? {} : { progress: event.progress }),
        });
        return;
      case 'render.completed':
        this.inFlight.delete(keyOf(event));
        this.completed.push(event);
        return;
      case 'render.failed':
        this.inFlight.delete(keyOf(event));
        this.failed.push(event);
        return;
      case 'render.held':
        this.inFlight.delete(keyOf(event));
        this.held.push(event);
        return;
      case 'render.kept':
        if (event.reason === 'moved') this.moved += 1;
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

  #fly(about: Held, nowMs: number, now: Partial<InFlight> & Pick<InFlight, 'phase'>): void {
    const key = keyOf(about);
    const before = this.inFlight.get(key);
    this.inFlight.set(key, {
      sinceMs: nowMs,
      ...before,
      manifest: about.manifest,
      id: about.id,
      ...now,
    });
  }

  /** Renders of {@link wanted} that have neither ended nor begun. */
  get toGo(): number {
    return Math.max(
      0,
      this.wanted - this.inFlight.size - this.completed.length - this.failed.length - this.heldNow,
    );
  }

  /** Holds that came of this run's own work, not those that it found. */
  get heldNow(): number {
    return this.held.filter(({ reason }) => HELD_BY_RUN.has(reason)).length;
  }
}

const HELD_BY_RUN: ReadonlySet<HoldReason> = new Set([
  'ambiguous',
  'lost',
  'pending',
  'not-submitted',
]);

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
