/** Options that many commands share, and what the filters among them say. */
import type { Filter } from '../plan/options.ts';

/** As commander gives them. */
export interface SharedOptions {
  readonly only?: readonly string[];
  readonly model?: readonly string[];
  readonly tag?: readonly string[];
  readonly var?: readonly string[];
  readonly draft?: boolean;
  readonly json?: boolean;
}

export const filterOf = ({ only, model, tag }: SharedOptions): Filter => ({
  ...(only === undefined ? {} : { only }),
  ...(model === undefined ? {} : { models: model }),
  ...(tag === undefined ? {} : { tags: tag }),
});
