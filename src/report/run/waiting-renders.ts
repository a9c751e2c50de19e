/**
 * Renders of a run that need clips which are not there yet, as the events tell: for the time that
 * is left, which a chain makes longer than any limit does.
 */
import type { RenderId } from '../../ids.ts';
import { type RenderKey, renderKey } from '../../keys.ts';
import type { RunEvent } from '../../run/events.ts';

type Waits = NonNullable<Extract<RunEvent, { event: 'run.started' }>['waits']>;

export interface WaitingRender {
  readonly manifest: string;
  readonly id: RenderId;
  /** Clips that it still needs. */
  readonly open: Map<RenderKey, RenderId>;
}

export class WaitingRenders {
  readonly #waiting = new Map<RenderKey, WaitingRender>();
  /** Those that will not be sent in this run: a clip that they need will not come. */
  readonly #stuck = new Map<RenderKey, WaitingRender>();
  readonly #behind = new Map<RenderKey, RenderKey[]>();

  start(waits: Waits): void {
    for (const { manifest, id, upstream } of waits) {
      const key = renderKey(manifest, id);
      const open = new Map(upstream.map((one) => [renderKey(manifest, one), one]));
      this.#waiting.set(key, { manifest, id, open });
      for (const one of open.keys()) {
        const behind = this.#behind.get(one);
        // One clip may be needed by thousands.
        if (behind === undefined) this.#behind.set(one, [key]);
        else behind.push(key);
      }
    }
  }

  /** It was sent, or it ended without that. */
  left(key: RenderKey): void {
    this.#waiting.delete(key);
    this.#stuck.delete(key);
  }

  landed(key: RenderKey): void {
    for (const next of this.#behind.get(key) ?? []) this.#waiting.get(next)?.open.delete(key);
  }

  /** It ended without a clip. */
  failed(key: RenderKey): void {
    const open = [key];
    for (let one = open.pop(); one !== undefined; one = open.pop())
      for (const next of this.#behind.get(one) ?? []) {
        const waiting = this.#waiting.get(next);
        if (waiting === undefined || !this.#waiting.delete(next)) continue;
        this.#stuck.set(next, waiting);
        open.push(next);
      }
  }

  get waiting(): ReadonlyMap<RenderKey, WaitingRender> {
    return this.#waiting;
  }

  get stuck(): Iterable<WaitingRender> {
    return this.#stuck.values();
  }
}
