/** Input of a change of a body. */
import type { JsonObject } from '../../scene.ts';
import type { BodyPath } from '../model.ts';
import type { Breach, Rule } from '../rule.ts';

/** Input of a change, in addition to the merged body. */
export interface Merging {
  /** The body that the words gave, before `params`. */
  readonly translated: JsonObject;
  readonly params: JsonObject;
  /** Whether the alias has the second reading of this field sent. */
  readonly sends: (field: string) => boolean;
  /** Records a change of the body: every change has one. */
  readonly note: (rule: Pick<Rule, 'rule'>, breach: Breach) => void;
  /**
   * Records that a field of the body stood elsewhere in `params`: places of findings are looked up
   * there.
   */
  readonly moved: (to: BodyPath, from: BodyPath) => void;
}
