/**
 * The results lock file: its schema, its canonical bytes. Pure. Paths in it are relative to the lock, `/` as separator.
 * Never a result link, never a key.
 */
import { z } from 'zod';
import type { AttemptId, Fingerprint, ModelName, RenderId, TaskId } from '../ids.ts';
import type { JsonObject } from '../scene.ts';

export const LOCK_VERSION = 1;

/** `estimated`: the reservation, until the gateway reports. `unconfirmed`: failed and no cost was reported, so the reservation stands. */
export type CostSource = 'reported' | 'estimated' | 'unconfirmed';

export interface LockCost {
  /** `null`: nobody knows. Six decimals at most. */
  readonly usd: number | null;
  /** EvoLink counts in credits: kept beside the dollars. */
  readonly credits?: number;
  readonly source: CostSource;
  /** What the plan had estimated, kept when the gateway reported something: for `status --cost`. */
  readonly estimatedUsd?: number;
}

export interface LockClip {
  readonly path: string;
  /** 64 hex digits. */
  readonly sha256: string;
  readonly bytes: number;
  readonly width: number;
  readonly height: number;
  readonly seconds: number;
  readonly audio: boolean;
}

/** What came of one attempt (or of an imported task). */
export interface Result {
  readonly fingerprint: Fingerprint;
  readonly model: ModelName;
  readonly status: 'submitted' | 'completed' | 'failed' | 'ambiguous' | 'lost';
  /** Absent on imported tasks only. */
  readonly attempt?: AttemptId;
  readonly task?: TaskId;
  readonly submittedAt?: string;
  readonly completedAt?: string;
  /** When the clip's link dies. */
  readonly expiresAt?: string;
  readonly cost?: LockCost;
  /** Present once the clip has landed. */
  readonly clip?: LockClip;
  /** Where the clip will land; present until it has. */
  readonly target?: string;
  /** The native body as sent. */
  readonly request?: JsonObject;
  /** Why it failed, is ambiguous or lost. `kind` is a refusal or failure kind of the gateway contract, or `never-happened`, `gave-up`. */
  readonly error?: { readonly kind: string; readonly message: string };
  /** "delivered ≠ asked", one sentence each. */
  readonly mismatch?: readonly string[];
  /** `on_mismatch: fail` of the manifest that asked for it. */
  readonly onMismatch?: 'fail';
}

export interface Decision {
  /** Never regenerate. */
  readonly pin?: true;
  /** The current clip stands for this fingerprint too. */
  readonly accept?: Fingerprint;
  /** Make it again although nothing changed: names the task (or, without one, the attempt) that it replaces. Done when another is current. */
  readonly redo?: string;
  /** Who asked, if given. */
  readonly by?: string;
}

export interface LockEntry extends Result {
  readonly decision?: Decision;
  /** Every other accepted task or clip of this render, newest first. */
  readonly earlier?: readonly Result[];
}

export interface Lock {
  readonly renders: ReadonlyMap<RenderId, LockEntry>;
}

export const EMPTY_LOCK: Lock = { renders: new Map() };
void z; // the zod schema of the above goes here, with titles and descriptions
