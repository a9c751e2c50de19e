/** Inputs of a plan besides manifests and locks. */
export interface PlanOptions {
  /** Epoch milliseconds: decides which links are still valid. The plan does not read a clock. */
  readonly now: number;
  /**
   * `--retry-failed`: submit again what failed and has not changed since; paid again where the
   * failure was. Default false.
   */
  readonly retryFailed?: boolean;
  /**
   * `--restore`: fetch clips that landed on another machine, as long as their links live. Default
   * false.
   */
  readonly restore?: boolean;
  /**
   * `--resubmit-missing`: pay again for clips that are paid for, never landed or are damaged, and
   * can no longer be fetched. One that landed once is paid for again only where the filter names
   * its render in full. Default false.
   */
  readonly resubmitMissing?: boolean;
  /**
   * Renders in scope. Matching is always over the whole manifest, so a filter never makes an
   * orphan. Default: all.
   */
  readonly filter?: Filter;
  /** Globs of the filter that are arguments and not values of `--only`, for messages. */
  readonly bare?: readonly string[];
}

/**
 * Each list is a choice of one or the other; the lists narrow each other. An empty or absent list
 * narrows nothing; the library refuses a filter with nothing but empty lists.
 */
export interface Filter {
  /**
   * Globs over render ids, or over scene ids where there is no slash; `film:crab/*` for one
   * manifest only.
   */
  readonly only?: readonly string[];
  /** Aliases. */
  readonly models?: readonly string[];
  readonly tags?: readonly string[];
}
