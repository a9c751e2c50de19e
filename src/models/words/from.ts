import type { Word } from '../../scene.ts';

/** A word of the manifest, and a path below it. */
export type Origin = readonly [Word, ...(string | number)[]];

/** Something of a body with the word that it came from. */
export interface From<Value> {
  readonly value: Value;
  readonly from: Origin;
}
