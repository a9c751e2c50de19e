/**
 * The results lock file: its types and its canonical bytes; `decode.ts` reads it back. Pure. Paths
 * in it are relative to the lock, `/` as separator. Never a result link, never a key.
 */
import {
  type AttemptId,
  type Fingerprint,
  type ModelName,
  parseModelName,
  type RenderId,
  type TaskId,
} from '../../ids.ts';
import type { Json, JsonObject } from '../../scene.ts';

export const LOCK_VERSION = 1;
/** Characters of a note, at most. */
export const MOST_NOTE = 1000;

/**
 * `estimated`: the reservation, until the gateway reports. `unconfirmed`: failed and no cost was
 * reported, so the reservation stands.
 */
type CostSource = 'reported' | 'estimated' | 'unconfirmed';

/**
 * An estimate that was a range: dated sources disagree, or something is not known beforehand. It
 * stays beside what the gateway reports, so that one can see which source was right.
 */
export interface LockPriceRange {
  readonly fromUsd: number;
  /** The higher end, which was reserved. */
  readonly toUsd: number;
  /** The source of the higher end. */
  readonly source: string;
  /** ISO date on which it was read. */
  readonly asOf?: string;
  /** Where the cheaper end comes from, if that is another source. */
  readonly fromSource?: string;
}

export interface LockCost {
  /** `null`: unknown. Six decimals at most. */
  readonly usd: number | null;
  /** EvoLink counts in credits: kept beside the dollars. */
  readonly credits?: number;
  readonly source: CostSource;
  /** The estimate of the plan, kept when the gateway reported a cost: for `status --cost`. */
  readonly estimatedUsd?: number;
  /**
   * Charged for a failed task, and the gateway has promised to give it back: later runs ask until
   * it says what became of that.
   */
  readonly refund?: 'pending';
  /** Absent if the price was one figure. */
  readonly priceRange?: LockPriceRange;
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

/**
 * What came of one attempt (or of an imported task), in the form of the file; `attempt.ts` reads
 * its state from it.
 */
export interface Result {
  readonly fingerprint: Fingerprint;
  readonly model: ModelName;
  readonly status: 'submitted' | 'completed' | 'failed' | 'ambiguous' | 'lost';
  /** Absent on imported tasks only. */
  readonly attempt?: AttemptId;
  readonly task?: TaskId;
  /** Native name of the model that the gateway's answer names, where it is another than asked. */
  readonly answeredModel?: string;
  readonly submittedAt?: string;
  readonly completedAt?: string;
  /** When the clip's link expires. */
  readonly expiresAt?: string;
  readonly cost?: LockCost;
  /** Present once the clip has landed. */
  readonly clip?: LockClip;
  /** Where the clip will land; present until it has. */
  readonly target?: string;
  /** The native body as sent. */
  readonly request?: JsonObject;
  /**
   * Why it failed, is ambiguous or lost. `kind` is a refusal or failure kind of the gateway
   * contract, or `never-happened`, `gave-up`, `paid-again`.
   */
  readonly error?: { readonly kind: string; readonly message: string };
  /** In what the clip is not as asked, one sentence each. */
  readonly mismatch?: readonly string[];
  /** `on_mismatch: fail` of the manifest that asked for it. */
  readonly onMismatch?: 'fail';
}

export interface Decision {
  /** Never regenerate. */
  readonly pin?: true;
  /** The current clip also counts for this fingerprint. */
  readonly accept?: Fingerprint;
  /**
   * Make it again although nothing changed: names the task (or, without one, the attempt) that it
   * replaces. Done when another is current.
   */
  readonly redo?: string;
  /** The clip of its scene that a person chose. */
  readonly pick?: ClipPick;
  /** Not this clip. */
  readonly reject?: ClipReject;
  /** Who asked, if given. */
  readonly by?: string;
}

/** Stays when the render is made again: the choice is a model and a take. */
export interface ClipPick {
  /** Task (or, without one, attempt) of the clip that was seen. */
  readonly of: string;
  /** Where the part that is used begins and ends, in seconds of the clip. Default: all of it. */
  readonly in?: number;
  readonly out?: number;
  readonly note?: string;
  /** Beside the scene's other pick. */
  readonly also?: true;
}

/** Of one clip: done when another one is current. */
interface ClipReject {
  readonly of: string;
  readonly note?: string;
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

/**
 * A result is known by its attempt; an imported task, which has none, by its gateway and task,
 * because two gateways may give the same id.
 */
export const keyOf = ({
  attempt,
  task,
  model,
}: Pick<Result, 'attempt' | 'task' | 'model'>): string =>
  attempt ?? (task === undefined ? '' : taskKey(model, task));

/** Names a task among those of all gateways: `apimart task_01…`. */
export const taskKey = (model: ModelName, task: TaskId): string =>
  `${parseModelName(model)?.gateway} ${task}`;

/** The canonical bytes: equal locks have equal text, whatever the order in which they were made. */
export function encodeLock(lock: Lock): string {
  const ids = [...lock.renders.keys()].sort(byCodeUnit);
  const renders = Object.fromEntries(
    ids.map((id) => [id, entryJson(lock.renders.get(id) as LockEntry)]),
  );
  return `${JSON.stringify({ lockVersion: LOCK_VERSION, renders }, null, 2)}\n`;
}

/** `localeCompare` would make the bytes depend on the machine. */
const byCodeUnit = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

const entryJson = (entry: LockEntry): object =>
  // No spread: V8 gives an object that is spread into another one a separate shape.
  Object.assign(resultJson(entry), {
    decision: entry.decision && {
      pin: entry.decision.pin,
      accept: entry.decision.accept,
      redo: entry.decision.redo,
      pick: entry.decision.pick && pickJson(entry.decision.pick),
      reject: entry.decision.reject && {
        of: entry.decision.reject.of,
        note: entry.decision.reject.note,
      },
      by: entry.decision.by,
    },
    earlier:
      entry.earlier === undefined || entry.earlier.length === 0
        ? undefined
        : entry.earlier.map(resultJson),
  });

const pickJson = (pick: ClipPick): object => ({
  of: pick.of,
  in: pick.in,
  out: pick.out,
  note: pick.note,
  also: pick.also,
});

/** Absent fields are left to JSON.stringify, which drops what is undefined. */
const resultJson = (result: Result): object => ({
  fingerprint: result.fingerprint,
  model: result.model,
  status: result.status,
  attempt: result.attempt,
  task: result.task,
  answeredModel: result.answeredModel,
  submittedAt: result.submittedAt,
  completedAt: result.completedAt,
  expiresAt: result.expiresAt,
  cost: result.cost && {
    usd: result.cost.usd === null ? null : sixDecimals(result.cost.usd),
    credits: result.cost.credits === undefined ? undefined : sixDecimals(result.cost.credits),
    source: result.cost.source,
    estimatedUsd:
      result.cost.estimatedUsd === undefined ? undefined : sixDecimals(result.cost.estimatedUsd),
    refund: result.cost.refund,
    priceRange: result.cost.priceRange && rangeJson(result.cost.priceRange),
  },
  clip: result.clip && {
    path: result.clip.path,
    sha256: result.clip.sha256,
    bytes: result.clip.bytes,
    width: result.clip.width,
    height: result.clip.height,
    seconds: result.clip.seconds,
    audio: result.clip.audio,
  },
  target: result.target,
  request: result.request && sortedKeys(result.request),
  error: result.error && { kind: result.error.kind, message: result.error.message },
  mismatch: result.mismatch,
  onMismatch: result.onMismatch,
});

const rangeJson = (range: LockPriceRange): object => ({
  fromUsd: sixDecimals(range.fromUsd),
  toUsd: sixDecimals(range.toUsd),
  source: range.source,
  asOf: range.asOf,
  fromSource: range.fromSource,
});

const sixDecimals = (value: number): number =>
  // A larger number has no more digits, and times a million it could be infinite, which JSON is
  // not.
  value < 1e12 ? Math.round(value * 1e6) / 1e6 : value;

/** Also with a key `__proto__`, which `fromEntries` makes an own property like any other. */
const sortedKeys = (value: Json): Json =>
  Array.isArray(value)
    ? value.map(sortedKeys)
    : typeof value === 'object' && value !== null
      ? Object.fromEntries(
          Object.entries(value)
            .sort(([a], [b]) => byCodeUnit(a, b))
            .map(([key, part]) => [key, sortedKeys(part)]),
        )
      : value;

/** Whether two results say the same, whatever the order of their fields. */
export const sameResult = (a: Result, b: Result): boolean =>
  a === b || JSON.stringify(resultJson(a)) === JSON.stringify(resultJson(b));
/** Whether two entries would be written as the same bytes. */
export const sameEntry = (a: LockEntry, b: LockEntry): boolean =>
  a === b || JSON.stringify(entryJson(a)) === JSON.stringify(entryJson(b));
