/**
 * The links that requests of this run hold in place of pictures: one upload per gateway and digest,
 * however many renders use it, and few at a time.
 */
import pLimit, { type LimitFunction } from 'p-limit';
import { getOrMake } from '../../algorithms/get-or-make.ts';
import type { Gateway } from '../../gateways/gateway.ts';
import type { Uploads } from '../../gateways/uploads/uploads.ts';
import type { GatewayName } from '../../ids.ts';
import { digestInPlace, placeholdersIn } from '../../pictures/placeholder.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Emit } from '../events.ts';
import type { JsonObject } from '../../scene.ts';
import type { Stops } from '../limits/shutdown.ts';
import { memoryCache, type UploadCache, uploadKey } from './upload-cache.ts';
import { hasLife, type LinkOutcome, uploadOnce, type UploadSource } from './upload-once.ts';

/** At each gateway; docs/providers/uploads.md, rule UP27. */
const AT_ONCE = 2;

export interface PictureLinksParts {
  readonly cache?: UploadCache | undefined;
  readonly clock: Clock;
  readonly emit: Emit;
  readonly stops: Stops;
}

export class PictureLinks {
  readonly #parts: PictureLinksParts;
  readonly #cache: UploadCache;
  readonly #links = new Map<string, Promise<LinkOutcome>>();
  /** By link, epoch milliseconds; without one that the gateway could not read. */
  readonly #goodUntil = new Map<string, number>();
  /** Keys of what this run has uploaded itself. */
  readonly #fresh = new Set<string>();
  readonly #turns = new Map<GatewayName, LimitFunction>();
  /** Gateways where the first refusal that is not about a file ends all uploads. */
  readonly #stopped = new Map<GatewayName, LinkOutcome>();
  readonly #places = new Map<GatewayName, Promise<string | undefined>>();

  constructor(parts: PictureLinksParts) {
    this.#parts = parts;
    this.#cache = parts.cache ?? memoryCache();
  }

  /** Links of earlier runs: gateway texts about them never appear in a message. */
  hideKnown(gateways: Iterable<Gateway>): void {
    for (const { name, uploads } of gateways) {
      if (uploads === undefined || 'remedy' in uploads) continue;
      for (const [key, { link, placeholder }] of this.#cache.stored())
        if (key.startsWith(`${name} ${uploads.account} `)) uploads.hide(link, placeholder);
    }
  }

  /**
   * How many of the pictures must be uploaded to the gateway, so that places can be counted before
   * the first one.
   */
  expect(gateway: Gateway, sources: readonly UploadSource[]): void {
    const { name, uploads } = gateway;
    if (uploads === undefined || 'remedy' in uploads || uploads.placesLeft === undefined) return;
    const { clock, stops } = this.#parts;
    const missing = new Set(
      sources
        .map(({ sha256 }) => uploadKey(name, uploads.account, sha256))
        .filter((key) => !hasLife(this.#cache.get(key), clock.now())),
    ).size;
    if (missing === 0) return;
    const ask = async (): Promise<string | undefined> => {
      const left = await uploads.placesLeft?.(stops.asks);
      // What cannot be read stops nothing: the upload itself says so.
      return typeof left === 'number' && left < missing
        ? `${name} has place for ${left} more ${left === 1 ? 'file' : 'files'}, and ${missing} pictures must be uploaded; files are deleted 72 hours after their upload`
        : undefined;
    };
    this.#places.set(name, ask());
  }

  /** Whether a request with these links may leave now. */
  areGood(links: readonly string[]): boolean {
    const now = this.#parts.clock.now();
    return links.every((link) => now <= (this.#goodUntil.get(link) ?? 0));
  }

  /** Never rejects. One upload for the same picture, and another one once its link is too old. */
  async link(gateway: Gateway, source: UploadSource): Promise<LinkOutcome> {
    const { name, uploads } = gateway;
    if (uploads === undefined || 'remedy' in uploads)
      return {
        kind: 'stopped',
        why: 'wrong-address',
        message:
          uploads === undefined
            ? `${name} takes no pictures of the repository`
            : `${name} has no address for files: ${uploads.remedy}`,
      };
    const key = uploadKey(name, uploads.account, source.sha256);
    for (;;) {
      const link = getOrMake(this.#links, key, () =>
        this.#turn(name)(() => this.#upload(name, uploads, key, source)),
      );
      const outcome = await link;
      if (outcome.kind !== 'link' || this.areGood([outcome.link])) return outcome;
      if (this.#links.get(key) === link) this.#links.delete(key);
    }
  }

  /**
   * The gateway says that it cannot read a link of the request: what asks for these pictures from
   * now on uploads them again, once. `sent`: the body with its links; `undefined` for a task of an
   * earlier run, which cannot have used a link of this one.
   */
  async forget(
    { name, uploads }: Gateway,
    request: JsonObject,
    sent: string | undefined,
  ): Promise<void> {
    if (uploads === undefined || 'remedy' in uploads) return;
    const used = new Set(placeholdersIn(request).map(digestInPlace));
    for (const [key, { link, placeholder }] of this.#cache.stored()) {
      if (!key.startsWith(`${name} ${uploads.account} `)) continue;
      if (!used.has(digestInPlace(placeholder))) continue;
      const isDead = sent === undefined ? !this.#fresh.has(key) : sent.includes(link);
      if (!isDead) continue;
      this.#links.delete(key);
      this.#goodUntil.delete(link);
      this.#fresh.delete(key);
      await this.#cache.forget(key);
    }
  }

  #turn(gateway: GatewayName): LimitFunction {
    let turn = this.#turns.get(gateway);
    if (turn === undefined) this.#turns.set(gateway, (turn = pLimit(AT_ONCE)));
    return turn;
  }

  async #upload(
    gateway: GatewayName,
    uploads: Uploads,
    key: string,
    source: UploadSource,
  ): Promise<LinkOutcome> {
    const { clock, emit, stops } = this.#parts;
    const closed = stops.closed(gateway);
    if (closed !== undefined) return { kind: 'stopped', why: 'unreachable', message: closed };
    const known = this.#stopped.get(gateway);
    if (known !== undefined) return known;
    const full = await this.#places.get(gateway);
    if (full !== undefined) return { kind: 'stopped', why: 'quota', message: full };
    const about = { gateway, picture: source.placeholder };
    const outcome = await uploadOnce({
      uploads,
      cache: this.#cache,
      key,
      source,
      clock,
      signal: stops.asks,
      sending: (bytes) => emit({ event: 'picture.uploading', ...about, bytes }),
    });
    if (outcome.kind === 'stopped') this.#stopped.set(gateway, outcome);
    if (outcome.kind === 'link') {
      if (outcome.from !== 'cache') this.#fresh.add(key);
      this.#goodUntil.set(outcome.link, outcome.goodUntilMs);
      emit({ event: 'picture.uploaded', ...about, cached: outcome.from === 'cache' });
    } else {
      const { kind: reason, message } = outcome;
      emit({ event: 'picture.failed', ...about, reason, message });
    }
    return outcome;
  }
}
