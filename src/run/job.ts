/** The two kinds of work of a run: a render to be submitted, and a task to be followed. */
import type { Gateway } from '../gateways/gateway.ts';
import type { AttemptId, Fingerprint, ModelName, RenderId, TaskId } from '../ids.ts';
import type { LockCost } from '../lock/file/format.ts';
import type { Ledger } from '../lock/ledger.ts';
import type { AskedClip } from '../models/model.ts';
import type { ResolvedRender } from '../plan/plan.ts';
import type { Project } from '../scene.ts';
import type { Release } from './limits/slots.ts';

/** The part of the lock's ledger that a run needs. */
export type RunLedger = Pick<
  Ledger,
  | 'lockPath'
  | 'received'
  | 'lock'
  | 'carried'
  | 'waits'
  | 'record'
  | 'recordSoon'
  | 'save'
  | 'emergency'
>;

/** One render that waits to be submitted. */
export interface SubmitJob {
  readonly manifest: string;
  readonly ledger: RunLedger;
  readonly project: Project;
  readonly render: ResolvedRender;
  /** Stays through safe resends; a retry of a failed task gets a new one. */
  readonly attempt: AttemptId;
  /**
   * The exact bytes of the body, the same for every resend of the attempt; links stand in it in
   * place of the request's pictures once the job is in the queue.
   */
  readonly body: string;
  /** The links in the body. Absent: it needs none. */
  readonly links?: readonly string[];
  /** How long its task will probably take: for the order and for `--max-wall`. */
  readonly expectedSeconds: number;
  /** Paid attempts that are still allowed after such a failure. */
  readonly retries: { readonly service: number; readonly timeout: number };
  /** What the task before this retry failed of: what the render is if the retry does not leave. */
  readonly failedBefore?: { readonly kind: string; readonly message: string };
}

/** One task that this run follows. */
export interface Followed {
  readonly manifest: string;
  readonly ledger: RunLedger;
  readonly id: RenderId;
  readonly gateway: Gateway;
  readonly model: ModelName;
  readonly task: TaskId;
  /** Key of its reservation: the attempt, or the task where it was made elsewhere. */
  readonly capKey: string;
  readonly fingerprint: Fingerprint;
  readonly submittedAtMs: number;
  readonly expectedSeconds?: number;
  readonly asked?: AskedClip;
  /** Absolute; `undefined` if the lock does not say. */
  readonly targetPath?: string;
  /** The project's root: nothing is written outside of it. */
  readonly root: string;
  readonly reserved?: LockCost;
  readonly onMismatch?: 'fail';
  /** How long this run follows it. */
  readonly deadlineMs: number;
  /**
   * `pending`: to its end. `completed`: only its clip is missing. `lost`: asked once.
   * `out-of-scope`: asked, because it holds a slot, but not fetched.
   */
  readonly from: 'fresh' | 'pending' | 'completed' | 'lost' | 'out-of-scope';
  /**
   * Whether what becomes of it is the state of a render in scope; not so for orphans and outdated
   * tasks.
   */
  readonly counts: boolean;
  readonly completedAtMs?: number;
  /** From the gateway, or its documents; absent if neither does. */
  readonly expiresAtMs?: number;
  /** What would be submitted again if it fails and `retries:` says so. */
  readonly again?: SubmitJob;
  /** Is paid for again if its clip can no longer be fetched: `--resubmit-missing`. */
  readonly ifMissing?: SubmitJob;
  readonly release: Release;
}
