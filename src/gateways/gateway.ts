/**
 * The contract of a gateway: how to submit, ask and list, with every answer shape and error that
 * the provider sheets list classified into our own words. The runner never sees a status code. A
 * gateway file never loops, waits or retries.
 */
import type { AttemptId, GatewayName, TaskId } from '../ids.ts';
import type { MicroUsd } from '../money.ts';
import type { Uploads } from './uploads/uploads.ts';

/** The outcome of a submit. Only `accepted` and `ambiguous` may cost money. */
export type SubmitOutcome =
  | {
      readonly kind: 'accepted';
      readonly task: TaskId;
      readonly expectedSeconds?: number;
      readonly reserved?: Cost;
      /** Native name of the model that makes it, where the answer names one. */
      readonly model?: string;
      readonly replayed?: true;
    }
  | { readonly kind: 'refused'; readonly refusal: Refusal }
  /** Never left this machine: safe to send again with the same key and body. */
  | { readonly kind: 'not-sent'; readonly reason: string }
  /** Sent, and the answer is lost, unreadable or unclear: never resent automatically. */
  | {
      readonly kind: 'ambiguous';
      readonly reason: string;
      readonly requestId?: string;
      /** The base URL leads elsewhere: every other submit to it would end like this one. */
      readonly wrongAddress?: true;
    };

/** The gateway answered and certainly accepted nothing. */
export type Refusal =
  | {
      /** `wrong-address`: the endpoint does not exist, so every other submit would fail too. */
      readonly kind: 'invalid' | 'moderation' | 'auth' | 'balance' | 'model-gone' | 'wrong-address';
      readonly message: string;
      readonly field?: string;
      readonly code?: string;
      readonly requestId?: string;
    }
  /**
   * `retryAfterMs` from now, from the header (seconds or date) or the body; absent when neither
   * says. Safe to send again.
   */
  | {
      readonly kind: 'rate-limited' | 'unavailable-before-accept';
      readonly message: string;
      readonly retryAfterMs?: number;
      readonly code?: string;
      readonly requestId?: string;
    };
export type RefusalKind = Refusal['kind'];

/** Money as the gateway reported it, in its own unit and in dollars. */
export interface Cost {
  readonly usd: MicroUsd;
  readonly credits?: number;
}

export type AskOutcome =
  | { readonly kind: 'waiting'; readonly expectedSeconds?: number; readonly word: string }
  /** Unknown state words too: `unknownWord` is set, and the runner says so once. */
  | {
      readonly kind: 'running';
      readonly progress?: number;
      readonly expectedSeconds?: number;
      readonly word: string;
      readonly unknownWord?: true;
    }
  /**
   * `links` may be empty: completed without a link is asked again by the runner. `expiresAtMs` is
   * epoch milliseconds.
   */
  | {
      readonly kind: 'completed';
      readonly links: readonly string[];
      /** Native name of the model that made it, where the answer names one. */
      readonly model?: string;
      readonly cost?: Cost;
      readonly expiresAtMs?: number;
      readonly completedAtMs?: number;
      readonly tookSeconds?: number;
    }
  /** `refundPending`: `cost` is what was charged, and the gateway has promised to give it back. */
  | {
      readonly kind: 'failed';
      readonly failure: FailureKind;
      readonly message: string;
      readonly code?: string;
      readonly cost?: Cost;
      readonly refundPending?: true;
    }
  /** The gateway has no record of the task. */
  | { readonly kind: 'unknown-task'; readonly message: string }
  /**
   * Don't know yet: network, 5xx, HTML, truncated, rate limit, or a key that is refused for
   * reading. Never a task failure.
   */
  | {
      readonly kind: 'unreadable';
      readonly reason: string;
      readonly retryAfterMs?: number;
      readonly auth?: true;
    };

export type FailureKind =
  | 'moderation'
  | 'invalid'
  /** A link of the request cannot be read: an uploaded picture that is gone, or a public link. */
  | 'dead-link'
  | 'service'
  | 'timeout'
  | 'cancelled'
  | 'unknown';

/** A task in the gateway's own list: only for finding the owner of an ambiguous submit. */
export interface ListedTask {
  readonly task: TaskId;
  readonly model?: string;
  readonly status?: string;
  /** What it makes: `video`, `image` … */
  readonly type?: string;
  readonly createdAtMs?: number;
}

/** The newest tasks of an account. */
export interface TaskList {
  readonly tasks: readonly ListedTask[];
  /** The account surely has no other task. */
  readonly isWhole: boolean;
  /** Items of which not even the id could be read: any task may be one of them. Default false. */
  readonly hasUnreadable?: true;
}

export interface Balance {
  /** `undefined` when the account says "unlimited". */
  readonly usd?: MicroUsd;
  readonly credits?: number;
}

export interface Gateway {
  readonly name: GatewayName;
  /** Name of the environment variable that holds the key: for messages. */
  readonly keyVariable: string;
  /**
   * How long the link of a clip lives from its completion, where the documents say so once and for
   * all; else absent.
   */
  readonly linkLifeMs?: number;
  /**
   * How far this machine's clock is ahead of the gateway's (negative: behind), by its last answer;
   * `undefined` before the first one that states its time.
   */
  readonly clockAheadMs?: () => number | undefined;
  /**
   * Most ids that {@link askMany} accepts in one request; 0 if the gateway has no such endpoint.
   */
  readonly askManyLimit: number;
  /**
   * One POST, on a separate connection, with the attempt as Idempotency-Key. `body` is sent byte
   * for byte. Never rejects.
   */
  submit(
    request: { readonly body: string; readonly attempt: AttemptId },
    signal?: AbortSignal,
  ): Promise<SubmitOutcome>;
  /** One GET. Never rejects. */
  ask(task: TaskId, signal?: AbortSignal): Promise<AskOutcome>;
  /**
   * One batch request. `unsupported` (404, 405, unknown shape): ask one by one from now on. A task
   * that the answer leaves out is absent from the map, which is not "unknown-task".
   */
  askMany(
    tasks: readonly TaskId[],
    signal?: AbortSignal,
  ): Promise<
    | ReadonlyMap<TaskId, AskOutcome>
    | { readonly kind: 'unsupported' }
    | Extract<AskOutcome, { kind: 'unreadable' }>
  >;
  /** The newest tasks of the account, or `unsupported`. */
  list(
    signal?: AbortSignal,
  ): Promise<
    | TaskList
    | { readonly kind: 'unsupported' }
    | { readonly kind: 'unreadable'; readonly reason: string }
  >;
  balance(
    signal?: AbortSignal,
  ): Promise<
    Balance | { readonly kind: 'unreadable'; readonly reason: string; readonly auth?: true }
  >;
  /**
   * Where pictures are uploaded, or what keeps them from it (`set EVOLINK_FILES_BASE_URL`); absent:
   * the gateway takes no files.
   */
  readonly uploads?: Uploads | { readonly remedy: string };
  /**
   * Whether clip links of this gateway may be plain http and on loopback: only where its own base
   * URL is loopback (draft, tests).
   */
  readonly loopback: boolean;
}
