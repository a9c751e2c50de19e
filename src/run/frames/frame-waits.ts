/**
 * Renders whose request needs a frame of a clip that this run makes or fetches, until every such
 * clip has landed and was checked.
 */
import { type RenderKey, renderKey } from '../../keys.ts';
import type { RenderId } from '../../ids.ts';
import type { WaitAction } from '../../plan/plan.ts';
import type { SubmitJob } from '../job.ts';

interface Waiting {
  readonly job: SubmitJob;
  /** Clips that are still to land. */
  readonly open: Set<RenderId>;
}

export class FrameWaits {
  readonly #byUpstream = new Map<RenderKey, Set<Waiting>>();
  readonly #all = new Set<Waiting>();

  add(job: SubmitJob, { upstream }: Pick<WaitAction, 'upstream'>): void {
    const waiting: Waiting = { job, open: new Set(upstream) };
    this.#all.add(waiting);
    for (const id of upstream) {
      const key = renderKey(job.manifest, id);
      const list = this.#byUpstream.get(key) ?? new Set();
      this.#byUpstream.set(key, list.add(waiting));
    }
  }

  /** A clip has landed and was checked: the jobs that waited for nothing else. */
  landed(manifest: string, id: RenderId): readonly SubmitJob[] {
    const ready: SubmitJob[] = [];
    for (const waiting of this.#byUpstream.get(renderKey(manifest, id)) ?? []) {
      waiting.open.delete(id);
      if (waiting.open.size > 0 || !this.#all.delete(waiting)) continue;
      ready.push(waiting.job);
    }
    this.#byUpstream.delete(renderKey(manifest, id));
    return ready;
  }

  /** What still waits, and for which clips. */
  drain(): readonly { readonly job: SubmitJob; readonly open: readonly RenderId[] }[] {
    const left = [...this.#all].map(({ job, open }) => ({ job, open: [...open] }));
    this.#all.clear();
    this.#byUpstream.clear();
    return left;
  }
}
