/** The input and the result of a run, and the state that its parts share. */
import type { Catalogue } from '../models/model.ts';
import type { Gateway } from '../gateways/gateway.ts';
import type { AttemptId, GatewayName, ModelName } from '../ids.ts';
import type { MicroUsd } from '../money.ts';
import type { JournalEvent } from '../lock/journal/events.ts';
import type { Clock } from '../ports/clock.ts';
import type { Http } from '../ports/http/http.ts';
import type { Asker } from './queues/batched-polls.ts';
import type { Bell } from './queues/wakeup.ts';
import type { Pacing } from './limits/poll-cadence.ts';
import type { Cap } from './limits/cap.ts';
import type { DownloadQueue } from './queues/download-queue.ts';
import type { Emit, RunTotals, StopReason } from './events.ts';
import type { History } from './limits/history.ts';
import type { TaskLengths } from './limits/task-lengths.ts';
import type { Release, RunLimits, Slots } from './limits/slots.ts';
import type { Stops } from './limits/shutdown.ts';
import type { SubmitQueue } from './queues/submit-queue.ts';
import type { OneByOne } from './queues/one-by-one.ts';
import type { RunLedger } from './job.ts';
import type { Tally } from './tally.ts';
import type { Throttle } from './limits/throttle.ts';
import type { ClipFile, FrameTaken } from '../pictures/frames/frame-files.ts';
import type { Frame } from '../pictures/frame-text.ts';
import type { FrameWaits } from './frames/frame-waits.ts';
import type { ProjectFolders } from './task/delivery/project-folders.ts';
import type { PictureLinks } from './uploads/picture-links.ts';
import type { UploadCache } from './uploads/upload-cache.ts';

export interface RunOptions {
  /**
   * The most that this run may spend over all manifests; each manifest's own `budget` holds beside
   * it.
   */
  readonly capUsd?: MicroUsd;
  /** Ask once, fetch what is done, fill the free slots, leave. */
  readonly detach?: boolean;
  /** When the process will be gone, from its start. */
  readonly maxWallMs?: number;
  /** Lowers the floor between two asks; `RUSHES_POLL_MIN_MS`. Default 2 s. */
  readonly pollMinMs?: number;
  /** False: follow and fetch only. */
  readonly submits: boolean;
  /**
   * One of several machines that render this manifest (`--shard`): tasks of renders outside of the
   * plan are theirs, neither asked nor counted. Default false: a task outside of a filter takes its
   * slot.
   */
  readonly shard?: boolean;
  /** A clip that is not as asked, and that no decision accepts, makes the run fail: exit 1. */
  readonly strict?: boolean;
  /** For the User-Agent of downloads: `rushes/<version>`. */
  readonly version: string;
  /** How a path is shown to people; default: unchanged. */
  readonly showPath?: (absolutePath: string) => string;
}

type Intent = Extract<JournalEvent, { readonly kind: 'intent' }>;

export type Claim =
  | { readonly kind: 'claimed' }
  /** Another run has sent the same request since this one was planned. */
  | { readonly kind: 'paid-already'; readonly message: string }
  /** The record cannot be written: nothing may leave. */
  | { readonly kind: 'problem'; readonly message: string }
  /** The remote that the record lives on takes no push: nothing may leave. */
  | { readonly kind: 'remote-problem'; readonly message: string };

/** The spend record, before each request. */
export interface Claims {
  claim(manifest: string, intent: Intent): Promise<Claim>;
  /** It did not leave after all. */
  unclaim(manifest: string, intent: Intent): void;
}

/** Frames of the clips of a manifest. */
export interface RunFrames {
  take(manifest: string, clip: ClipFile, frame: Frame): Promise<FrameTaken>;
}

export interface RunDeps {
  readonly clock: Clock;
  readonly http: Http;
  readonly gateways: ReadonlyMap<GatewayName, Gateway>;
  /**
   * What to do about a gateway that is not among them, such as `set APIMART_API_KEY`; default: to
   * set its key.
   */
  readonly remedies?: ReadonlyMap<GatewayName, string>;
  /**
   * By the manifest's path as shown to people, run lock held by the caller, who also closes them.
   */
  readonly ledgers: ReadonlyMap<string, RunLedger>;
  /** Absent in a draft: nothing is paid for. */
  readonly claims?: Claims;
  /** For the clips that old requests asked for. */
  readonly catalogue: Catalogue;
  /** Links of pictures that were uploaded before. Default: of this run alone. */
  readonly uploadCache?: UploadCache;
  /** Takes frames of clips, of a clip that only the store has too. Absent: no request needs one. */
  readonly frames?: RunFrames;
  readonly emit: Emit;
  /** Aborted: stop politely, within 5 s. */
  readonly signal?: AbortSignal;
  readonly uuid: () => AttemptId;
  readonly options: RunOptions;
}

export interface RunResult {
  readonly exit: number;
  readonly totals: RunTotals;
  /** Why the run stopped early, one sentence each; empty if it did everything that it could. */
  readonly reasons: readonly string[];
  readonly stoppedBy: readonly StopReason[];
}

/** What the parts of one run share. */
export interface RunContext {
  readonly deps: RunDeps;
  readonly pacing: Pacing;
  readonly limits: RunLimits;
  readonly slots: Slots;
  readonly cap: Cap;
  readonly history: History;
  readonly lengths: TaskLengths;
  readonly tally: Tally;
  readonly stops: Stops;
  readonly bell: Bell;
  readonly queue: SubmitQueue;
  readonly downloads: DownloadQueue;
  readonly folders: ProjectFolders;
  /** Clips of one render take their places one after the other. */
  readonly landings: OneByOne;
  readonly pictures: PictureLinks;
  readonly waits: FrameWaits;
  throttle(gateway: GatewayName): Throttle;
  asker(gateway: Gateway): Asker;
  /** Runs beside everything else; the run is not over before it is. */
  spawn(work: Promise<void>): void;
  /**
   * Gives a slot back once such a task must have ended: the gateway may be working on an ambiguous
   * submit of that age.
   */
  releaseLater(
    release: Release,
    submit: { readonly model: ModelName; readonly ageMs: number },
  ): void;
  /** Says a thing once per run. */
  once(key: string, say: () => void): void;
}
