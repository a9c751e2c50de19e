/**
 * Which job may leave the queue now. It takes its slot, its money and its place in the limits a
 * minute; what can never leave is told and dropped.
 */
import { getOrMake } from '../../algorithms/get-or-make.ts';
import type { GatewayName } from '../../ids.ts';
import { aliasKey } from '../../keys.ts';
import type { RunContext } from '../context.ts';
import type { HeldBack } from '../events.ts';
import type { SubmitJob } from '../job.ts';
import { HeldBackTeller } from '../limits/held-back.ts';
import {
  budgetReached,
  capInTheWay,
  leastOf,
  priceOf,
  wallInTheWay,
} from '../limits/in-the-way.ts';
import type { Release } from '../limits/slots.ts';
import { SubmitRate } from '../limits/throttle.ts';
import { notSubmitted } from '../task/not-submitted.ts';
import type { SubmitsUnderWay } from './submits-under-way.ts';

/**
 * Submits under way at one gateway, each on a separate connection. More tasks than that may be in
 * flight: the next submit begins when one is answered.
 */
const MOST_SUBMITS_AT_ONCE = 100;

/** A job that leaves the queue, with its slot. */
export interface Begun {
  readonly job: SubmitJob;
  readonly release: Release;
}

/** `waitMs`: how long until time alone could change that nothing leaves. */
type Next = Begun | { readonly waitMs: number | undefined };

interface Parts {
  readonly submits: SubmitsUnderWay;
  /** Of the run, on the clock that never goes back. */
  readonly startedAt: number;
  /** Of the plan; 0 where there is none. */
  readonly forecastSeconds: number;
  /** Epoch milliseconds of submits of earlier runs, by gateway. */
  readonly recentSubmits: ReadonlyMap<GatewayName, readonly number[]>;
}

export class NextSubmit {
  readonly #ctx: RunContext;
  readonly #parts: Parts;
  readonly #teller: HeldBackTeller;
  /** By gateway, and by alias of a manifest. */
  readonly #rates = new Map<string, SubmitRate>();

  constructor(ctx: RunContext, parts: Parts) {
    this.#ctx = ctx;
    this.#parts = parts;
    this.#teller = new HeldBackTeller(ctx.deps.emit);
  }

  take(): Next {
    const { queue, slots, stops, deps } = this.#ctx;
    const { startedAt, forecastSeconds } = this.#parts;
    for (;;) {
      const heads = queue.heads((gateway) => slots.fullness(gateway));
      const shut = heads.flatMap((job) => {
        const elapsedMs = deps.clock.monotonic() - startedAt;
        const why =
          stops.closed(job.render.model.gateway) ??
          wallInTheWay(this.#ctx, job, { elapsedMs, forecastSeconds }) ??
          capInTheWay(this.#ctx, job);
        return why === undefined ? [] : [{ job, why }];
      });
      if (shut.length === 0) {
        const first = this.#firstOf(heads);
        if (!('job' in first)) this.#teller.tell(heads, (job) => this.#whyNot(job));
        return first;
      }
      for (const { job, why } of shut) {
        queue.take(job);
        notSubmitted(this.#ctx, job, why);
      }
    }
  }

  /** Why a job is still in the queue when nothing more can be done for it. */
  whyStillQueued(job: SubmitJob): string {
    const { cap, deps, stops } = this.#ctx;
    const { gateway } = job.render.model;
    const closed = stops.closed(gateway);
    if (closed !== undefined) return closed;
    if (!cap.fits(job.manifest, leastOf(job))) return budgetReached(this.#ctx, job);
    const pauseMs = this.#ctx.throttle(gateway).waitMs(deps.clock.monotonic());
    if (pauseMs > 0)
      return `${gateway} asks to wait for ${Math.ceil(pauseMs / 60_000)} more minutes`;
    return 'no free slot: earlier tasks have not ended';
  }

  #firstOf(heads: readonly SubmitJob[]): Next {
    const { cap, deps, queue, slots } = this.#ctx;
    let waitMs: number | undefined;
    for (const job of heads) {
      const { model, alias } = job.render;
      const { gateway } = model;
      if (this.#parts.submits.at(gateway) >= MOST_SUBMITS_AT_ONCE) continue;
      if (!cap.fits(job.manifest, leastOf(job))) continue;
      const nowMs = deps.clock.monotonic();
      const rates = this.#ratesOf(job);
      const pauseMs = Math.max(
        this.#ctx.throttle(gateway).waitMs(nowMs),
        ...rates.map((rate) => rate.waitMs(nowMs)),
      );
      if (pauseMs > 0) {
        waitMs = Math.min(waitMs ?? pauseMs, pauseMs);
        continue;
      }
      const release = slots.tryTake({ manifest: job.manifest, alias, gateway });
      if (release === undefined) continue;
      queue.take(job);
      cap.reserve(job.attempt, { manifest: job.manifest, model: model.name }, priceOf(job));
      for (const rate of rates) rate.sent(nowMs);
      return { job, release };
    }
    return { waitMs };
  }

  /** Why nothing is submitted for it right now; `undefined`: it may leave. */
  #whyNot(job: SubmitJob): HeldBack | undefined {
    const { cap, deps, slots } = this.#ctx;
    const { alias, model } = job.render;
    const { manifest } = job;
    const reached = slots.inTheWay({ manifest, alias, gateway: model.gateway });
    if (!cap.fits(manifest, leastOf(job))) return { by: 'cap' };
    const nowMs = deps.clock.monotonic();
    if (this.#ctx.throttle(model.gateway).waitMs(nowMs) > 0) return { by: 'gateway' };
    if (reached !== undefined) return { by: 'in-flight', ...reached };
    return this.#ratesOf(job).some((rate) => rate.waitMs(nowMs) > 0) ? { by: 'rate' } : undefined;
  }

  #ratesOf({ manifest, render }: SubmitJob): readonly SubmitRate[] {
    const { limits } = this.#ctx;
    const { gateway } = render.model;
    return [
      getOrMake(
        this.#rates,
        gateway,
        () =>
          new SubmitRate(
            limits.gatewayPerMinute(gateway),
            this.#parts.recentSubmits.get(gateway)?.map((at) => this.#sinceStart(at)),
          ),
      ),
      getOrMake(
        this.#rates,
        aliasKey(manifest, render.alias),
        () => new SubmitRate(limits.aliasPerMinute(manifest, render.alias)),
      ),
    ];
  }

  /**
   * On the clock that never goes back; a submit that lies in the future, by another machine's
   * clock, was just now.
   */
  #sinceStart(epochMs: number): number {
    const { clock } = this.#ctx.deps;
    return clock.monotonic() - Math.max(0, clock.now() - epochMs);
  }
}
