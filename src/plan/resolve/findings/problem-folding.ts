/**
 * One mistake, one diagnostic: a wrong default that breaks 14 renders is reported once, at the
 * default, with the 14 ids and the places that made it matter.
 */
import type { Diagnostic, Place } from '../../../diagnostic.ts';
import type { RenderId } from '../../../ids.ts';

/**
 * A place that made a problem matter. The first one of a kind is shown, the others are counted in
 * `renders`.
 */
interface Related {
  /** Such as `alias kling` or `scene`. */
  readonly kind: string;
  readonly message: string;
  /**
   * The problem as seen from here: shown only if the diagnostic does not already say it.
   */
  readonly reason?: string;
  readonly place: Place;
}

export interface Problem extends Omit<Diagnostic, 'also' | 'renders'> {
  /** Problems at one place with one code and one key are one problem. Default: the message. */
  readonly key?: string;
  readonly related?: readonly Related[];
  readonly renders: readonly RenderId[];
}

interface Folded {
  readonly problem: Problem;
  readonly renders: Set<RenderId>;
  readonly related: Map<string, Related>;
}

/** Collects problems in the order in which they are found. */
export class Folding {
  readonly #folded = new Map<string, Folded>();

  add(problem: Problem): void {
    const { place, code, severity } = problem;
    const at = place === undefined ? '' : `${place.source.path}\n${place.start}\n${place.end}`;
    const key = `${at}\n${code}\n${severity}\n${problem.key ?? problem.message}`;
    let folded = this.#folded.get(key);
    if (folded === undefined) {
      folded = { problem, renders: new Set(), related: new Map() };
      this.#folded.set(key, folded);
    }
    for (const id of problem.renders) folded.renders.add(id);
    for (const related of problem.related ?? [])
      if (!folded.related.has(related.kind)) folded.related.set(related.kind, related);
  }

  /** Everything found, each once, to be added elsewhere. */
  problems(): Problem[] {
    return [...this.#folded.values()].map(({ problem, renders, related }) => ({
      ...problem,
      renders: [...renders],
      related: [...related.values()],
    }));
  }

  /** Whether something of that kind was found at the same place. */
  hasAt({ place, code, severity }: Problem): boolean {
    return [...this.#folded.values()].some(
      ({ problem }) =>
        problem.code === code &&
        problem.severity === severity &&
        problem.place?.source === place?.source &&
        problem.place?.start === place?.start &&
        problem.place?.end === place?.end,
    );
  }

  /** Everything found, each once. */
  diagnostics(): Diagnostic[] {
    return [...this.#folded.values()].map(
      ({ problem: { key: _key, related: _related, ...problem }, renders, related }) => ({
        ...problem,
        ...(related.size === 0
          ? {}
          : {
              also: [...related.values()].map((one) => ({
                message: told(one, problem.message),
                place: one.place,
              })),
            }),
        renders: [...renders],
      }),
    );
  }
}

const told = ({ kind, message, reason }: Related, said: string): string =>
  reason === undefined || reason === said ? message : `${kind}: ${reason}`;
