/** What became of the renders of each model, read from the events of the run. */
import type { ModelName, RenderId } from '../ids.ts';
import type { RenderKey } from '../keys.ts';
import { renderKey } from '../keys.ts';
import type { MicroUsd } from '../money.ts';
import type { ModelResult, RunEvent } from './events.ts';

export type ModelOf = (manifest: string, id: RenderId) => ModelName | undefined;

interface Counts {
  completed: number;
  kept: number;
  failed: number;
  mismatched: number;
  readonly seconds: number[];
}

export class ModelTally {
  readonly #modelOf: ModelOf;
  readonly #models = new Map<string, Counts>();
  readonly #acceptedMs = new Map<RenderKey, number>();

  constructor(modelOf: ModelOf) {
    this.#modelOf = modelOf;
  }

  /** @param nowMs of a clock that never goes back. */
  take(event: RunEvent, nowMs: number): void {
    switch (event.event) {
      case 'render.accepted':
        this.#acceptedMs.set(renderKey(event.manifest, event.id), nowMs);
        return;
      case 'render.progress':
        // The rest of the time is the download's, not the model's.
        if (event.phase === 'downloading') this.#finished(event, nowMs);
        return;
      case 'render.completed': {
        this.#finished(event, nowMs);
        const counts = this.#of(event);
        counts.completed += 1;
        if (event.mismatch !== undefined) counts.mismatched += 1;
        return;
      }
      case 'render.failed':
        this.#of(event).failed += 1;
        return;
      case 'render.kept':
        this.#of(event).kept += 1;
        return;
      case 'render.submitting':
      case 'render.held':
      case 'run.started':
      case 'run.held-back':
      case 'run.transfer':
      case 'run.money':
      case 'run.notice':
      case 'picture.uploading':
      case 'picture.uploaded':
      case 'picture.failed':
      case 'run.finished':
        return;
    }
  }

  get mismatched(): number {
    let sum = 0;
    for (const { mismatched } of this.#models.values()) sum += mismatched;
    return sum;
  }

  results(charged: (model: string) => MicroUsd): readonly ModelResult[] {
    return [...this.#models]
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([model, { seconds, ...counts }]) => {
        const median = seconds.sort((a, b) => a - b)[seconds.length >> 1];
        return {
          model,
          ...counts,
          ...(median === undefined ? {} : { medianSeconds: Math.round(median * 10) / 10 }),
          charged: charged(model),
        };
      });
  }

  #finished({ manifest, id }: About, nowMs: number): void {
    const key = renderKey(manifest, id);
    const since = this.#acceptedMs.get(key);
    if (since === undefined) return;
    this.#acceptedMs.delete(key);
    this.#of({ manifest, id }).seconds.push((nowMs - since) / 1_000);
  }

  #of({ manifest, id }: About): Counts {
    const model = this.#modelOf(manifest, id) ?? 'unknown model';
    let counts = this.#models.get(model);
    if (counts === undefined) {
      counts = { completed: 0, kept: 0, failed: 0, mismatched: 0, seconds: [] };
      this.#models.set(model, counts);
    }
    return counts;
  }
}

interface About {
  readonly manifest: string;
  readonly id: RenderId;
}
