/**
 * Options as JavaScript may pass them, where types say nothing. One that is misspelled would be
 * ignored: a budget would not hold, and a filter would let everything through.
 */
import { inspect } from 'node:util';
import type { Filter } from '../plan/options.ts';
import { RefusedError } from './errors.ts';

/** The names of a type of options, all but `cwd` and `env`, which many have. */
export type Names<Options> = Readonly<Record<Exclude<keyof Options, 'cwd' | 'env'>, true>>;

const FILTER: Names<Filter> = { only: true, models: true, tags: true };

/**
 * Throws `RefusedError` (64) if `options` has a name that is not one of `known`, or a filter that
 * is none. `cwd` and `env` are known everywhere: the same two are passed to several functions.
 */
export function checkOptions(options: object, known: Readonly<Record<string, true>>): void {
  checkNames('an option', options, { cwd: true, env: true, ...known });
  if ('filter' in options && options.filter !== undefined) checkFilter(options.filter);
}

/** A filter without a single value selects nothing, which is hardly what everything means. */
function checkFilter(filter: unknown): void {
  if (typeof filter !== 'object' || filter === null || Array.isArray(filter))
    throw new RefusedError(
      `filter is ${inspect(filter)}: must be an object with lists, such as { only: ['crab'] }`,
      64,
    );
  checkNames('a part of a filter', filter, FILTER);
  const lists = Object.entries(filter).filter(([, list]) => list !== undefined);
  for (const [name, list] of lists)
    if (!Array.isArray(list) || !list.every((value) => typeof value === 'string'))
      throw new RefusedError(`filter.${name} is ${inspect(list)}: must be a list of strings`, 64);
  if (lists.length > 0 && lists.every(([, list]) => list.length === 0))
    throw new RefusedError('the filter selects nothing: leave it out to select all renders', 64);
}

function checkNames(what: string, value: object, known: Readonly<Record<string, true>>): void {
  const unknown = Object.keys(value).find((name) => !Object.hasOwn(known, name));
  if (unknown !== undefined)
    throw new RefusedError(
      `${unknown} is not ${what}: there are ${Object.keys(known).join(', ')}`,
      64,
    );
}
