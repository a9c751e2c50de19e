/**
 * The plan is a value: the list of renders with what would be done to each, why, and for how much.
 * Same arguments, same plan. `run/` does it, `report/` shows it.
 */
import type { Diagnostic, Place } from '../diagnostic.ts';
import type { Alias, Fingerprint, RenderId, SceneId, TaskId } from '../ids.ts';
import type { Lock, LockEntry, Result } from '../lock/file/format.ts';
import type { JournalEvent } from '../lock/journal/events.ts';
import type { AskedClip, Model, Price } from '../models/model.ts';
import type { MicroUsd } from '../money.ts';
import type { FrameReference } from '../pictures/frame-text.ts';
import type { Picture } from '../pictures/picture.ts';
import type { Json, JsonObject, Project } from '../scene.ts';
import type { Filter } from './options.ts';

/** A render that could be sent: what `resolve` makes of a scene, an alias and a take. */
export interface ResolvedRender {
  readonly id: RenderId;
  readonly scene: SceneId;
  readonly alias: Alias;
  readonly take: number;
  readonly model: Model;
  readonly profile?: string;
  readonly tags: readonly string[];
  readonly skip?: { readonly reason?: string };
  /**
   * The exact body that would be sent, delivery fields included; a picture that is uploaded first
   * is a placeholder, in whose place the link is sent.
   */
  readonly request: JsonObject;
  /** The pictures that {@link request} needs a link for; absent if it needs none. */
  readonly pictures?: readonly UsedPicture[];
  /** The frames of other clips that {@link request} needs; absent if it needs none. */
  readonly frames?: readonly UsedFrame[];
  /**
   * Over the clips of its frames by their bytes, and by their requests where they are still to be
   * made.
   */
  readonly fingerprint: Fingerprint;
  /**
   * Of a render with frames: over the requests of all clips that it needs. It is known before they
   * are made, and stays when they are.
   */
  readonly planned?: Fingerprint;
  readonly revision: number;
  readonly asked: AskedClip;
  readonly price: Price;
  /** Where the clip goes: absolute. */
  readonly target: string;
  /** Changes and omissions on the way, one sentence each. */
  readonly notes: readonly string[];
  /** Where the scene is written. */
  readonly place: Place;
  /**
   * The place that a native field of the request came from; the scene's place where it came from
   * none.
   */
  placeOf(path: readonly (string | number)[]): Place;
}

/** A picture in a request. */
export interface UsedPicture {
  /** Path in the body. */
  readonly at: readonly (string | number)[];
  /** The text that stands there until the POST. */
  readonly placeholder: string;
  readonly picture: Picture;
  /** A link of an earlier upload is known, and lives long enough. */
  readonly uploaded?: true;
}

/** A frame of another render's clip in a request. */
export interface UsedFrame {
  /** Path in the body. */
  readonly at: readonly (string | number)[];
  /** The text that is there until the POST. */
  readonly placeholder: string;
  /** As written in the manifest. */
  readonly reference: FrameReference;
  /** Absent until it is linked, and where only a lock could say which render it is. */
  readonly upstream?: RenderId;
}

export interface Resolved {
  readonly project: Project;
  /** In manifest order. Renders that cannot be made are left out: the diagnostics name them. */
  readonly renders: readonly ResolvedRender[];
  readonly diagnostics: readonly Diagnostic[];
}

export interface FieldChange {
  /** Native path joined with `.`; `revision` and `gateway` too. */
  readonly path: string;
  /** `undefined`: the field was not there. */
  readonly old: Json | undefined;
  readonly new: Json | undefined;
  /**
   * The field was not there and is now set to the documented default of the model, or the other way
   * round: the same is asked for, in a request that is not the same.
   */
  readonly isDefault?: true;
  readonly place: Place;
}

export type SubmitAction =
  | { readonly kind: 'submit'; readonly reason: 'new' | 'redo' | 'failed-before' | 'missing' }
  | {
      readonly kind: 'submit';
      readonly reason: 'changed';
      readonly changes: readonly FieldChange[];
      /** The outdated task is still pending: paid for, and will be fetched. */
      readonly outdated?: TaskId;
    };

/** Would be submitted once the clips whose frames it needs are here. */
export type WaitAction = (
  | Omit<
      Extract<SubmitAction, { readonly reason: 'new' | 'redo' | 'failed-before' | 'missing' }>,
      'kind'
    >
  | Omit<Extract<SubmitAction, { readonly reason: 'changed' }>, 'kind'>
) & {
  readonly kind: 'wait';
  /** Renders whose clips are made or fetched first. */
  readonly upstream: readonly RenderId[];
};

export type Action =
  | SubmitAction
  | WaitAction
  | { readonly kind: 'attach'; readonly reason: 'pending'; readonly task: TaskId }
  | {
      readonly kind: 'fetch';
      /** `link-expired`: the gateway is asked for a fresh link, which is free. */
      readonly reason: 'never-landed' | 'damaged' | 'restore' | 'link-expired';
      readonly task: TaskId;
    }
  | {
      readonly kind: 'keep';
      /** Not on this machine: `stored` if the store has the clip, else `elsewhere`. */
      readonly reason: 'current' | 'elsewhere' | 'stored' | 'restored' | 'accepted';
    }
  | {
      readonly kind: 'moved';
      readonly reason: 'moved';
      readonly from: RenderId;
      /** The manifest whose lock has the entry until now, where it is another one. */
      readonly fromManifest?: string;
      /** The action for the entry under its new id. */ readonly then:
        | 'keep'
        | 'attach'
        | 'fetch'
        | 'hold';
    }
  | {
      readonly kind: 'hold';
      readonly reason: 'ambiguous' | 'lost' | 'failed' | 'pinned' | 'skipped' | 'missing';
    }
  | {
      readonly kind: 'hold';
      /** A clip whose frame it needs will not come of itself. */
      readonly reason: 'upstream';
      /** The render that has the trouble: further up, where those between are held for it too. */
      readonly upstream: RenderId;
      readonly because: UpstreamTrouble;
    };
/**
 * `mismatch`: the clip is not what was asked for, and `on_mismatch: fail` says that it does not do.
 */
export type UpstreamTrouble = Exclude<HoldReason, 'upstream'> | 'elsewhere' | 'mismatch';
export type HoldReason =
  | 'ambiguous'
  | 'lost'
  | 'failed'
  | 'pinned'
  | 'skipped'
  | 'missing'
  | 'upstream';
/** Money is spent on it by this plan, now or later. */
export const isPaidFor = ({ kind }: Action): boolean => kind === 'submit' || kind === 'wait';

export type ActionKind = Action['kind'] | 'orphan';

export interface PlannedRender {
  readonly render: ResolvedRender;
  readonly action: Action;
  /**
   * The entry that the action is about, under its old id where it moved; its paths are relative to
   * the lock of this part.
   */
  readonly entry?: LockEntry;
  /** For `keep restored`: the earlier result that becomes current. */
  readonly restored?: Result;
}

export interface OrphanRender {
  readonly id: RenderId;
  readonly entry: LockEntry;
  /** Pending or never landed: the run follows and fetches it. */
  readonly follow: boolean;
  /**
   * Another manifest of this plan has this very result already: a hand-over was cut short, or a
   * merge brought the entry back. The run takes it out of this lock, and follows it there only.
   */
  readonly heldBy?: { readonly manifest: string; readonly id: RenderId };
}

export interface Money {
  readonly exact: MicroUsd;
  readonly estimated: MicroUsd;
  /** Submits with an unknown price. */
  readonly unknown: number;
  /** Oldest and newest date of the prices used, ISO. */
  readonly asOf?: readonly [oldest: string, newest: string];
}

/** One manifest's part of the plan. */
export interface ProjectPlan {
  readonly project: Project;
  readonly lockPath: string;
  readonly lock: Lock;
  readonly renders: readonly PlannedRender[];
  readonly orphans: readonly OrphanRender[];
  /** Everything that the manifest asks for, whatever was selected and whatever the lock has. */
  readonly written: readonly ResolvedRender[];
  /**
   * What the manifest asks for, whatever the filter, where renders need frames of each other's
   * clips: their fingerprints depend on the lock.
   */
  readonly asked?: ReadonlyMap<RenderId, Fingerprint>;
}

export interface Totals {
  readonly actions: Readonly<Record<ActionKind, number>>;
  /** Seconds of video that would be submitted. */
  readonly seconds: number;
  /** Pictures of the repository that must be uploaded for the submits, once for each gateway. */
  readonly pictures: number;
  readonly cost: Money;
  /** Wall time from limits and past durations; 0 when nothing is to wait for. */
  readonly forecastSeconds: number;
}

/** A render that is paid for under another id, in another lock or on another branch. */
export interface AdoptedRender {
  readonly manifest: string;
  readonly id: RenderId;
  readonly from: {
    /** From the project's root, `/` as separator. */
    readonly lock: string;
    readonly id: RenderId;
    /** Where it was checked out when it was paid for; absent if that is unknown or the same. */
    readonly branch?: string;
  };
}

/** Results that are added to the locks of the plan before anything else. */
export interface Adoptions {
  readonly adopted: readonly AdoptedRender[];
  /** In the order in which they must be written. */
  readonly events: readonly { readonly manifest: string; readonly event: JournalEvent }[];
}

export interface Plan {
  /** Already part of the locks here; the run writes them down first. Absent if there are none. */
  readonly adoptions?: Adoptions;
  readonly projects: readonly ProjectPlan[];
  /** What was selected; absent: everything. */
  readonly filter?: Filter;
  readonly totals: Totals;
  /** Warnings and notes; a plan with errors is never made. */
  readonly diagnostics: readonly Diagnostic[];
  /**
   * The store was asked for clips that are not here. `problem`: why it gave no answer; then the
   * plan is as it would be without a store. Absent if no store was asked.
   */
  readonly store?: { readonly problem?: string; readonly remedy?: string };
}

/** The state on disk of a lock entry's clip: `unknown` if it was not checked (`--frozen`). */
export type ClipState = 'present' | 'absent' | 'damaged' | 'unknown';

/**
 * `stored`: not here, or not whole, and the store has it. `gone`: absent, and this machine
 * downloaded it once, so no other need have it.
 */
export type ClipPlace = ClipState | 'stored' | 'gone';
