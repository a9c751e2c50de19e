/**
 * What is wrong, collected while a manifest is read. The same thing said of the same place by many
 * expansions is kept once, with everything that it affects; which renders these are is known only
 * at the end.
 */
import { MOST_SEARCHES } from '../../algorithms/nearest.ts';
import { defined } from '../../defined.ts';
import type { Diagnostic, Severity } from '../../diagnostic.ts';
import type { Alias, SceneId } from '../../ids.ts';

/**
 * What a problem reaches: some scenes, one alias, or everything that takes a key from `defaults`.
 */
export type Reach =
  | { readonly kind: 'scene'; readonly scene: SceneId; readonly alias?: Alias }
  | { readonly kind: 'alias'; readonly alias: Alias; readonly key: string | undefined }
  | { readonly kind: 'defaults'; readonly key: string | undefined };

export interface Problem extends Omit<Diagnostic, 'renders' | 'severity' | 'hint'> {
  /** Default: `error`. */
  readonly severity?: Severity;
  /** A function where it has to be looked for: it is called for the first problems only. */
  readonly hint?: string | (() => string | undefined);
  /** The path of a picture that is not there, where a scene could be meant. */
  readonly insteadOfScene?: InsteadOfScene;
}

/** Which scenes there are is known only at the end. */
export interface InsteadOfScene {
  readonly word: 'first_frame' | 'last_frame';
  readonly path: string;
}

type KeptProblem = Omit<Diagnostic, 'renders'> & Pick<Problem, 'insteadOfScene'>;

export interface Reached {
  readonly problem: KeptProblem;
  readonly reach: Reach[];
}

/** Where problems go. */
export type Report = (problem: Problem) => void;

/** Different problems of one project: beyond these, the number says more than each one. */
const MAX_PROBLEMS = 500;

export class Problems {
  readonly #found = new Map<string, Reached>();
  readonly #sources = new Map<object, number>();
  #errors = 0;
  #searches = 0;
  #dropped = 0;
  #firstDropped: Problem | undefined;

  /** How many errors were reported so far, folded ones too: to see whether a step went well. */
  get errors(): number {
    return this.#errors;
  }

  add(problem: Problem, reach?: Reach): void {
    const severity = problem.severity ?? 'error';
    if (severity === 'error') this.#errors += 1;
    const key = this.#key(problem, severity);
    const known = this.#found.get(key);
    if (known === undefined && this.#found.size >= MAX_PROBLEMS) this.#drop(problem);
    else if (known === undefined)
      this.#found.set(key, {
        problem: this.#kept(problem, severity),
        reach: reach === undefined ? [] : [reach],
      });
    else if (reach !== undefined) known.reach.push(reach);
  }

  /** In the order in which they were found. */
  all(): readonly Reached[] {
    const found = [...this.#found.values()];
    if (this.#firstDropped === undefined) return found;
    const { place } = this.#firstDropped;
    const message = `${this.#dropped.toLocaleString('en')} more problems are not listed`;
    return [
      ...found,
      {
        problem: {
          code: 'too-many-problems',
          severity: 'error',
          message,
          ...defined({ place }),
        },
        reach: [],
      },
    ];
  }

  #kept({ hint, ...problem }: Problem, severity: Severity): KeptProblem {
    if (typeof hint !== 'function') return { ...problem, severity, ...defined({ hint }) };
    this.#searches += 1;
    const found = this.#searches > MOST_SEARCHES ? undefined : hint();
    return { ...problem, severity, ...defined({ hint: found }) };
  }

  #drop(problem: Problem): void {
    this.#dropped += 1;
    this.#firstDropped ??= problem;
  }

  /** A second error about the very same range is an echo of the first. */
  #key({ place, code, message }: Problem, severity: Severity): string {
    if (place === undefined) return `${severity} ${code} ${message}`;
    let source = this.#sources.get(place.source);
    if (source === undefined) this.#sources.set(place.source, (source = this.#sources.size));
    const range = `${source}:${place.start}:${place.end}`;
    return severity === 'error' ? range : `${range} ${severity} ${code} ${message}`;
  }
}
