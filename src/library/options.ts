/** Options of every function of the library. */
import type { Filter } from '../plan/options.ts';

export interface EnvironmentOptions {
  /** Base folder of manifest paths. Default: the process's working folder. */
  readonly cwd?: string;
  /**
   * Where keys, base URLs and settings are read: `APIMART_API_KEY`, `EVOLINK_API_KEY`,
   * `APIMART_BASE_URL`, `EVOLINK_BASE_URL`, `RUSHES_BUDGET_USD`, `RUSHES_POLL_MIN_MS`. Default: the
   * process's.
   */
  readonly env?: Readonly<Record<string, string | undefined>>;
}

export interface SelectionOptions {
  /** Which renders are in scope. Default: all. */
  readonly filter?: Filter;
  /** The locks, clips and embedded gateway of a draft, which spends nothing. Default false. */
  readonly draft?: boolean;
}
