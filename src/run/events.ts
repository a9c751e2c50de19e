/**
 * What a run reports: the views in `report/` show it, `--json` prints one event per line.
 * Free of keys and links.
 */
import type { Alias, GatewayName, ModelName, RenderId, TaskId } from '../ids.ts';
import type { MicroUsd, MoneyTotals } from '../money.ts';
import type { HoldReason } from '../plan/plan.ts';
import type { AboveEstimate, RunMoney } from './limits/cap.ts';

/** Why nothing more is done for a render in this run. */
export type HeldReason = HoldReason | 'pending' | 'not-submitted';

export interface RunCounts {
  readonly submitted: number;
  readonly completed: number;
  readonly failed: number;
  readonly kept: number;
  readonly held: number;
  readonly pending: number;
  readonly ambiguous: number;
  readonly lost: number;
  readonly missing: number;
  readonly notSubmitted: number;
}

export interface RunTotals extends RunCounts, RunMoney {
  /** Of {@link completed}: clips that are not as asked. */
  readonly mismatched: number;
  /**
   * Of all runs of these manifests, as their locks have it at the end; absent if no lock was
   * read.
   */
  readonly allRuns?: MoneyTotals;
  /** Absent: none. */
  readonly aboveEstimate?: AboveEstimate;
}

/** The results of a run for one model. */
export interface ModelResult {
  readonly model: string;
  readonly completed: number;
  readonly kept: number;
  readonly failed: number;
  /** Of {@link completed}: clips that are not as asked. */
  readonly mismatched: number;
  /** From acceptance to the finished clip, of tasks that this run submitted and fetched. */
  readonly medianSeconds?: number;
  /** By this run. */
  readonly charged: MicroUsd;
}

/** What a run is about to make or fetch on one alias of a manifest. */
export interface RunModel {
  readonly manifest: string;
  readonly alias: Alias;
  readonly model: ModelName;
  /** Renders to submit, follow or fetch. */
  readonly renders: number;
  /** How long such a task takes, by earlier tasks or a guess. */
  readonly expectedSeconds: number;
  /** Tasks in flight that the manifest allows; absent: as many as the gateway. */
  readonly inFlight?: number;
  /** Submits a minute; absent: no limit. */
  readonly perMinute?: number;
}

/** How many tasks may be in flight in this run, and how fast they may be submitted. */
export interface RunInFlight {
  readonly all: number;
  readonly gateways: readonly {
    readonly gateway: GatewayName;
    readonly inFlight: number;
    /** Submits a minute; absent: no limit. */
    readonly perMinute?: number;
  }[];
}

/** A cap that holds for this run. */
export interface RunCap {
  /** Whose `budget` it is; absent for the cap over everything. */
  readonly manifest?: string;
  readonly limit: MicroUsd;
}

/** Why the next render of an alias is not submitted yet. */
export type HeldBack =
  /** `scope`: whose limit of tasks in flight is reached. */
  | { readonly by: 'in-flight'; readonly scope: 'alias' | 'gateway' | 'all'; readonly most: number }
  /** Submits a minute. */
  | { readonly by: 'rate' }
  /** The gateway has asked to wait. */
  | { readonly by: 'gateway' }
  /** What is reserved may still come back. */
  | { readonly by: 'cap' };

interface About {
  /** The project's manifest, as shown to people. */
  readonly manifest: string;
  readonly id: RenderId;
}

interface AboutPicture {
  readonly gateway: GatewayName;
  readonly picture: string;
}

/**
 * Why a run stopped short, each with its own exit code. `remote`: the git remote of the record.
 * `unpriced`: a cap, and a price that is unknown and not accepted.
 */
export const STOP_REASONS = [
  'interrupted',
  'auth',
  'balance',
  'unreachable',
  'remote',
  'unclear',
  'cap',
  'unpriced',
  'wall',
  'record',
  'mismatch',
] as const;
export type StopReason = (typeof STOP_REASONS)[number];

/** `at`: ISO time with milliseconds, added by the emitter. */
export type RunEvent =
  | {
      readonly event: 'run.started';
      readonly manifests: readonly string[];
      readonly submits: number;
      /** Pictures that these need a link for, once for each gateway; absent if there are none. */
      readonly pictures?: number;
      readonly attaches: number;
      readonly fetches: number;
      readonly kept: number;
      readonly held: number;
      /** Those with something to do, in manifest order. */
      readonly models: readonly RunModel[];
      readonly inFlight: RunInFlight;
      readonly caps: readonly RunCap[];
      /** Renders that need clips which this run makes or fetches; absent if there are none. */
      readonly waits?: readonly (About & { readonly upstream: readonly RenderId[] })[];
    }
  | ({ readonly event: 'render.submitting'; readonly model: string } & About)
  | ({
      readonly event: 'render.accepted';
      readonly task: TaskId;
      readonly model: string;
      readonly expectedSeconds?: number;
    } & About)
  | ({
      readonly event: 'render.progress';
      readonly task?: TaskId;
      /** `queued`: not accepted, and to be submitted again. */
      readonly phase: 'queued' | 'waiting' | 'running' | 'downloading' | 'delayed';
      readonly progress?: number;
      readonly message?: string;
    } & About)
  | ({
      readonly event: 'render.completed';
      readonly task: TaskId;
      readonly path: string;
      readonly bytes: number;
      readonly seconds: number;
      readonly cost?: MicroUsd;
      readonly mismatch?: readonly string[];
    } & About)
  | ({
      readonly event: 'render.failed';
      readonly task?: TaskId;
      readonly kind: string;
      readonly message: string;
      readonly hint?: string;
    } & About)
  /** Nothing more is done for it in this run, and a person or a later run must. */
  | ({
      readonly event: 'render.held';
      readonly reason: HeldReason;
      readonly task?: TaskId;
      /** Of `pending`: the gateway had no record of the task when it was asked last. */
      readonly denied?: true;
      readonly message: string;
      readonly hint?: string;
    } & About)
  | ({ readonly event: 'render.kept'; readonly reason: string; readonly message?: string } & About)
  /** What holds the next submit of an alias back has changed; absent: nothing does. */
  | {
      readonly event: 'run.held-back';
      readonly manifest: string;
      readonly alias: Alias;
      readonly limit?: HeldBack;
    }
  /** How far files are that go somewhere beside the renders. */
  | {
      readonly event: 'run.transfer';
      readonly name: 'store-push';
      readonly done: number;
      readonly total: number;
    }
  /** The money under the caps has changed. */
  | ({ readonly event: 'run.money' } & RunMoney)
  /** `picture`: its placeholder in requests, `file:refs/crab.png#sha256:…`. */
  | ({ readonly event: 'picture.uploading'; readonly bytes: number } & AboutPicture)
  /** `cached`: the link of an earlier upload is used. */
  | ({ readonly event: 'picture.uploaded'; readonly cached: boolean } & AboutPicture)
  /** The renders that need it are not submitted. */
  | ({
      readonly event: 'picture.failed';
      readonly reason: 'refused' | 'changed' | 'stopped' | 'unknown';
      readonly message: string;
    } & AboutPicture)
  | {
      readonly event: 'run.notice';
      readonly severity: 'warning' | 'note';
      readonly message: string;
      readonly hint?: string;
      /** Clips of this run are on this machine only, although it has a store. */
      readonly unstored?: true;
    }
  | ({
      readonly event: 'run.finished';
      readonly exit: number;
      /** Why it stopped early, one sentence each; empty if it did everything that it could. */
      readonly reasons: readonly string[];
      /** The kind of each reason; absent if there are no reasons. */
      readonly stoppedBy?: readonly StopReason[];
      readonly wallSeconds: number;
      readonly pending: number;
      readonly notSubmitted: number;
      /** In order of name. */
      readonly models: readonly ModelResult[];
    } & { readonly totals: RunTotals });

export type Emit = (event: RunEvent) => void;
