/**
 * How a run ends early. Three doors close one after the other: submitting, asking, downloading.
 * What is paid keeps its door open longest.
 */
import { setMaxListeners } from 'node:events';
import type { GatewayName } from '../../ids.ts';
import type { Clock } from '../../ports/clock.ts';

/**
 * A POST that waits for its answer gets this long after a polite stop; then its intent counts as
 * ambiguous.
 */
const POST_GRACE_MS = 4_000;
/** A run that was asked to stop is over after this, whatever still hangs. */
const STOP_WITHIN_MS = 4_800;
/** Kept free for running downloads at the end of `--max-wall`; a fifth of short walls. */
const DOWNLOAD_MINUTE_MS = 60_000;

export class Stops {
  readonly #asks = new AbortController();
  readonly #posts = new AbortController();
  readonly #downloads = new AbortController();
  readonly #over = new AbortController();
  readonly #gateways = new Map<GatewayName, string>();
  #everywhere: string | undefined;
  #politely = false;

  constructor() {
    // Every sleeper and every request of a large run listens to these: that is not a leak.
    setMaxListeners(0, this.asks, this.posts, this.downloads, this.over);
  }

  /** Aborts waiting and asking. */
  get asks(): AbortSignal {
    return this.#asks.signal;
  }
  get posts(): AbortSignal {
    return this.#posts.signal;
  }
  get downloads(): AbortSignal {
    return this.#downloads.signal;
  }
  /** The run itself: ends the timers that serve it. */
  get over(): AbortSignal {
    return this.#over.signal;
  }
  get interrupted(): boolean {
    return this.#politely;
  }

  /** Why nothing more is submitted there, or `undefined` while it may be. */
  closed(gateway: GatewayName): string | undefined {
    return this.#everywhere ?? this.#gateways.get(gateway);
  }

  closeGateway(gateway: GatewayName, why: string): void {
    if (!this.#gateways.has(gateway)) this.#gateways.set(gateway, why);
  }

  closeAll(why: string): void {
    this.#everywhere ??= why;
  }

  stopAsking(): void {
    this.#asks.abort();
  }

  stopDownloading(): void {
    this.#downloads.abort();
  }

  /** The answers of POSTs that are under way are given up: their intents stand. */
  stopPosts(): void {
    this.#posts.abort();
  }

  /**
   * SIGINT, SIGTERM: everything but POSTs stops now, POSTs after their grace. Resolves when the run
   * must be over.
   */
  async politely(clock: Clock): Promise<void> {
    this.#politely = true;
    this.closeAll('the run was interrupted');
    this.stopAsking();
    this.stopDownloading();
    await clock.sleep(POST_GRACE_MS, this.over);
    this.stopPosts();
    await clock.sleep(STOP_WITHIN_MS - POST_GRACE_MS, this.over);
  }

  /** Ends the timers of the run. */
  finish(): void {
    this.#over.abort();
  }
}

/** A `--max-wall` that leaves so long for asking, in whole minutes as people write it. */
export function wallFor(neededMs: number): string {
  const wallMs = Math.min(neededMs + DOWNLOAD_MINUTE_MS, (neededMs * 5) / 4);
  const minutes = Math.max(1, Math.ceil(wallMs / 60_000));
  return minutes < 60 ? `${minutes}m` : `${Math.floor(minutes / 60)}h${minutes % 60}m`;
}

/** When the doors of `--max-wall` close, in milliseconds from the start of the run. */
export function wallDoors(maxWallMs: number): {
  readonly asksMs: number;
  readonly downloadsMs: number;
} {
  return {
    asksMs: maxWallMs - Math.min(DOWNLOAD_MINUTE_MS, maxWallMs / 5),
    downloadsMs: maxWallMs,
  };
}
