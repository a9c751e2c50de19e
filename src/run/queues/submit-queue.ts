/**
 * Renders that wait to be submitted. One line per alias, longest expected first; among lines
 * the one whose gateway is least full goes first, so a slow gateway never idles a fast one.
 */
import type { GatewayName } from '../../ids.ts';
import type { SubmitJob } from '../job.ts';
import { type AliasKey, aliasKey } from '../../keys.ts';

export class SubmitQueue {
  /** Shortest expected first: the next one is at the end. */
  readonly #lines = new Map<AliasKey, SubmitJob[]>();
  #size = 0;

  get size(): number {
    return this.#size;
  }

  /** Jobs of one alias keep their order where nothing tells them apart. */
  addAll(jobs: readonly SubmitJob[]): void {
    const fresh = new Map<AliasKey, SubmitJob[]>();
    for (const job of jobs) {
      const line = fresh.get(keyOf(job));
      if (line === undefined) fresh.set(keyOf(job), [job]);
      else line.push(job);
    }
    for (const [key, line] of fresh) {
      const there = this.#lines.get(key) ?? [];
      // The end leaves first: of equal ones those that were there.
      const all = [...line.reverse(), ...there];
      this.#lines.set(
        key,
        all.sort((a, b) => a.expectedSeconds - b.expectedSeconds),
      );
    }
    this.#size += jobs.length;
  }

  /** Goes to the head of its line: it was there before. */
  putBack(job: SubmitJob): void {
    this.#line(job).push(job);
    this.#size += 1;
  }

  /** The heads of all lines: longest expected first, gateways by `fullness`, least full first. */
  heads(fullness: (gateway: GatewayName) => number): SubmitJob[] {
    const heads = [...this.#lines.values()].flatMap((line) => line.at(-1) ?? []);
    return heads.sort(
      (a, b) =>
        fullness(a.render.model.gateway) - fullness(b.render.model.gateway) ||
        b.expectedSeconds - a.expectedSeconds,
    );
  }

  /** Takes the head of a line out. */
  take(job: SubmitJob): void {
    const line = this.#line(job);
    if (line.at(-1) !== job) return;
    line.pop();
    this.#size -= 1;
  }

  /** All that is left, in the order in which it would have gone. */
  drain(): SubmitJob[] {
    const left = [...this.#lines.values()].flatMap((line) => line.splice(0).reverse());
    this.#size = 0;
    return left;
  }

  #line(job: SubmitJob): SubmitJob[] {
    const key = keyOf(job);
    let line = this.#lines.get(key);
    if (line === undefined) this.#lines.set(key, (line = []));
    return line;
  }
}

const keyOf = ({ manifest, render }: SubmitJob): AliasKey => aliasKey(manifest, render.alias);
