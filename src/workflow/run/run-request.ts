/** What a run is asked for, and the answer of one that is refused. */
import type { Diagnostic } from '../../diagnostic.ts';
import type { FaultScript } from '../../local-gateway/faults/script.ts';
import type { Carried } from '../../lock/spent.ts';
import type { ExitCode } from '../../plan/exit.ts';
import type { Plan, Resolved } from '../../plan/plan.ts';
import type { PushOptions } from '../../store/push-clips.ts';
import type { LedgerProblem } from '../open/ledger-problems.ts';
import type { Ledgers } from '../open/open-ledgers.ts';
import type { Caps } from '../open/settings.ts';
import type { PlanRequest } from '../plan/make-plan.ts';

/** The plan to carry out: made now, or made earlier and compared with the locks as they are now. */
export type PlanSource =
  | { readonly kind: 'make'; readonly resolved: readonly Resolved[]; readonly request: PlanRequest }
  | { readonly kind: 'made'; readonly plan: Plan };

export interface PrepareRequest {
  readonly source: PlanSource;
  readonly caps: Caps;
  /** The embedded gateway, and the locks and places of a draft. Default false. */
  readonly draft?: boolean | undefined;
  /** For the embedded gateway of a draft. */
  readonly faults?: FaultScript | undefined;
  /** As the user typed it: shown to other runs that find a manifest locked. */
  readonly command: string;
  /** Warnings of the manifests, for the list of what is worth saying. */
  readonly warnings?: readonly Diagnostic[];
  /** Shows how far clips are that come out of the store before the plan is made. */
  readonly onPull?: PushOptions['onProgress'];
  /** The part of the plan that may be carried out at all. Default: all of it. */
  readonly narrow?: ((plan: Plan, ledgers: Ledgers) => Plan) | undefined;
  /** What earlier runs have spent and reserved under the caps of this one, by manifest. */
  readonly carries?: ((ledgers: Ledgers) => ReadonlyMap<string, Carried>) | undefined;
  /** Further reasons against the plan, such as a saved one that has moved. */
  readonly check?: (plan: Plan) => Promise<readonly Diagnostic[]>;
}

/** Nothing was sent, and everything is closed again. */
export interface RefusedRun {
  readonly kind: 'refused';
  readonly exit: ExitCode;
  /** Why; warnings beside the errors. */
  readonly diagnostics: readonly Diagnostic[];
  /** Ledgers that did not open. */
  readonly problems: readonly LedgerProblem[];
  /** What was found while opening the ledgers. */
  readonly notices: readonly Diagnostic[];
  /** Absent if no plan was made. */
  readonly plan?: Plan;
}
