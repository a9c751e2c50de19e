/**
 * The lines of the journal. The lock at any moment is `replay(lock at the start, events so far)`:
 * there is one truth, whether a run continues, ends or is killed.
 */
import type {
  AttemptId,
  Fingerprint,
  GatewayName,
  ModelName,
  RenderId,
  TaskId,
} from '../../ids.ts';
import type { JsonObject } from '../../scene.ts';
import type { LockClip, LockCost, LockEntry } from '../file/format.ts';

/**
 * `at` is ISO time in whole seconds. Money is in US dollars as the lock has it. `gateway`: whose
 * task it is, because two gateways may give the same id; where it is absent, the id alone decides.
 */
export type JournalEvent =
  /**
   * A run begins; the ledger writes it. `carriedUsd`: what killed predecessors had already spent or
   * reserved under the same cap, `attempts`: by which attempts. `branch`: checked out when the run
   * began; absent outside of git.
   */
  | {
      readonly kind: 'run';
      readonly at: string;
      readonly run: string;
      readonly carriedUsd: number;
      readonly attempts?: readonly AttemptId[];
      readonly branch?: string;
    }
  /**
   * On disk before the POST leaves. Without a later line it reads as ambiguous. May come again for
   * one attempt after `withdrawn`.
   */
  | {
      readonly kind: 'intent';
      readonly at: string;
      readonly id: RenderId;
      readonly attempt: AttemptId;
      readonly fingerprint: Fingerprint;
      readonly model: ModelName;
      readonly request: JsonObject;
      readonly target: string;
      /** The amount reserved under the cap; `usd: null` if the price is unknown. */
      readonly cost: LockCost;
      readonly onMismatch?: 'fail';
    }
  /**
   * Surely not accepted, and may be tried again: never connected, 429, unavailable before accept.
   * As if the intent had not been.
   */
  | {
      readonly kind: 'withdrawn';
      readonly at: string;
      readonly attempt: AttemptId;
      readonly reason: string;
      /** The gateway asked to send nothing more before then (`Retry-After`). ISO time. */
      readonly wait?: { readonly gateway: GatewayName; readonly until: string };
    }
  /**
   * Surely not accepted, and trying again will not help (or a person must act first). Costs
   * nothing.
   */
  | {
      readonly kind: 'refused';
      readonly at: string;
      readonly attempt: AttemptId;
      readonly error: { readonly kind: string; readonly message: string };
    }
  | {
      readonly kind: 'ambiguous';
      readonly at: string;
      readonly attempt: AttemptId;
      readonly reason: string;
    }
  /** On disk before the first ask. */
  | {
      readonly kind: 'accepted';
      readonly at: string;
      readonly attempt: AttemptId;
      readonly task: TaskId;
      readonly expectedSeconds?: number;
      readonly reserved?: LockCost;
      /** If it differs from the requested one. */
      readonly answeredModel?: string;
    }
  /** The gateway says that the clip is made. From here on the render is paid. */
  | {
      readonly kind: 'completed';
      readonly at: string;
      readonly task: TaskId;
      readonly gateway?: GatewayName;
      /** If it differs from the requested one. */
      readonly answeredModel?: string;
      readonly cost?: LockCost;
      readonly expiresAt?: string;
      readonly completedAt: string;
    }
  | {
      readonly kind: 'failed';
      readonly at: string;
      readonly task: TaskId;
      readonly gateway?: GatewayName;
      readonly error: { readonly kind: string; readonly message: string };
      readonly cost?: LockCost;
    }
  | {
      readonly kind: 'lost';
      readonly at: string;
      readonly task: TaskId;
      readonly gateway?: GatewayName;
      readonly reason: string;
    }
  /** The clip is in its place. One that was there before is `moved` first. */
  | {
      readonly kind: 'landed';
      readonly at: string;
      readonly task: TaskId;
      readonly gateway?: GatewayName;
      readonly clip: LockClip;
      readonly mismatch?: readonly string[];
    }
  /**
   * A render under a new id or path: nothing is sent. `path`: where its clip is now, if it was
   * here; while none has landed, where it will be. `result`: key of the result that is meant (its
   * attempt, else its task); the ledger adds it, so that a second replay moves nothing else.
   */
  | {
      readonly kind: 'moved';
      readonly at: string;
      readonly from: RenderId;
      readonly to: RenderId;
      readonly path?: string;
      readonly result?: string;
    }
  /**
   * A render of another manifest is one of this lock from now on: its whole entry, paths relative
   * to this lock already. On disk before the other lock lets go of it. `carried`: those of its
   * attempts that count under a killed run's cap.
   */
  | {
      readonly kind: 'received';
      readonly at: string;
      readonly id: RenderId;
      readonly entry: LockEntry;
      readonly carried?: readonly AttemptId[];
    }
  /**
   * Another lock has `received` these results (by their keys) and holds them on disk: they are gone
   * from this one.
   */
  | {
      readonly kind: 'given';
      readonly at: string;
      readonly id: RenderId;
      readonly results: readonly string[];
    }
  /**
   * The wanted fingerprint is among the earlier results: it becomes current again. `path` and
   * `result` as in `moved`.
   */
  | {
      readonly kind: 'restored';
      readonly at: string;
      readonly id: RenderId;
      readonly fingerprint: Fingerprint;
      readonly path?: string;
      readonly result?: string;
    };
