/**
 * Renders that wait to be submitted. One line per alias, longest expected first; among lines
 * the one whose gateway is least full goes first, so a slow gateway never idles a fast one.
 */
import type { GatewayName } from '../../ids.ts';
import type { SubmitJob } from '../job.ts';
import { type AliasKey, aliasKey } from '../../keys.ts';

interface Line {
  /** Shortest expected first: the next one is at the end. */
  readonly jobs: SubmitJob[];
}

export class SubmitQueue {
  readonly #lines = new Map<AliasKey, Line>();
  #size = 0;

  get size(): number {
    return this.#size;
  }

  /** Jobs of one alias keep their order where nothing tells them apart. */
  addAll(jobs: readonly SubmitJob[]): void {
    for (const job of jobs) this.#line(job).jobs.push(job);
    this.#size += jobs.length;
    for (const { jobs: line } of this.#lines.values()) {
      const place = new Map(line.map((job, index) => [job, index]));
      line.sort(
        (a, b) =>
          a.expectedSeconds - b.expectedSeconds || (place.get(b) ?? 0) - (place.get(a) ?? 0),
      );
    }
  }

  /** Goes to the head of its line: it was there before. */
  putBack(job: SubmitJob): void {
    this.#line(job).jobs.push(job);
    this.#size += 1;
  }

  /** The heads of all lines: longest expected first, gateways by `fullness`, least full first. */
  heads(fullness: (gateway: GatewayName) => number): SubmitJob[] {
    const heads = [...this.#lines.values()].flatMap(({ jobs }) => jobs.at(-1) ?? []);
    return heads.sort(
      (a, b) =>
        fullness(a.render.model.gateway) - fullness(b.render.model.gateway) ||
        b.expectedSeconds - a.expectedSeconds,
    );
  }

  /** Takes the head of a line out. */
  take(job: SubmitJob): void {
    const { jobs } = this.#line(job);
    if (jobs.at(-1) !== job) return;
    jobs.pop();
    this.#size -= 1;
  }

  /** All that is left, in the order in which it would have gone. */
  drain(): SubmitJob[] {
    const left = [...this.#lines.values()].flatMap(({ jobs }) => jobs.splice(0).reverse());
    this.#size = 0;
    return left;
  }

  #line({ manifest, render }: SubmitJob): Line {
    const key = aliasKey(manifest, render.alias);
    let line = this.#lines.get(key);
    if (line === undefined) this.#lines.set(key, (line = { jobs: [] }));
    return line;
  }
}
