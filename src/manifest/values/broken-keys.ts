/**
 * Which keys of a scene or a layer something is wrong with, as has been said: what they would have
 * said is unknown.
 */
import type { LocatedMap } from '../../scene.ts';
import { getMap, holdsLost } from './located.ts';

const NONE: ReadonlySet<string> = new Set();

/**
 * Most scenes are sound, and there are thousands: what holds the keys is made with the first of
 * them.
 */
export class BrokenKeys {
  #keys: Set<string> | undefined;
  #overrides: Map<string, Set<string>> | undefined;
  #written: Map<string, string> | undefined;

  /** Of the map itself. */
  get keys(): ReadonlySet<string> {
    return this.#keys ?? NONE;
  }

  /** Of `overrides.<alias>`. */
  below(alias: string): ReadonlySet<string> {
    return this.#overrides?.get(alias) ?? NONE;
  }

  /** The misspelt key that stands for this one. */
  writtenFor(key: string): string | undefined {
    return this.#written?.get(key);
  }

  /** `meant`: the key that the unknown one at the end of the path was probably meant to be. */
  add(path: readonly (string | number)[], meant?: string): void {
    const [first, alias, inner] = path;
    if (typeof first !== 'string') return;
    if (first === 'overrides' && typeof alias === 'string') {
      if (typeof inner === 'string')
        this.#addBelow(alias, path.length === 3 ? (meant ?? inner) : inner);
      return;
    }
    this.#addKey(first);
    if (meant === undefined || path.length > 1) return;
    this.#addKey(meant);
    (this.#written ??= new Map()).set(meant, first);
  }

  /** Everything that contains a value which could not be read. */
  addLost(map: LocatedMap): void {
    for (const [key, { value }] of map.entries)
      if (key !== 'overrides' && holdsLost(value)) this.#addKey(key);
    for (const [alias, { value }] of getMap(map, 'overrides')?.entries ?? []) {
      if (value.kind !== 'map') continue;
      for (const [key, inner] of value.entries)
        if (holdsLost(inner.value)) this.#addBelow(alias, key);
    }
  }

  #addKey(key: string): void {
    (this.#keys ??= new Set()).add(key);
  }

  #addBelow(alias: string, key: string): void {
    const keys = this.#overrides?.get(alias);
    if (keys === undefined) (this.#overrides ??= new Map()).set(alias, new Set([key]));
    else keys.add(key);
  }
}
