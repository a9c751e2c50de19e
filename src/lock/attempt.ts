/**
 * The life of an attempt: its states, and one table with what each state means to plan, run, merge
 * and people. `transition.ts` moves an attempt from one state to the next. Pure.
 *
 * The lock file knows five `status` words and tells the rest by `error.kind`, by the cost and by
 * what is there; `stateOf` reads the state from that form, which every lock keeps byte by byte.
 * `docs/architecture.md` shows the same diagram; a test compares both with `transition`.
 *
 *     flowchart TD
 *       start -->|intent| intended
 *       intended -->|withdrawn| gone
 *       intended -->|refused| refused
 *       intended -->|ambiguous| ambiguous
 *       intended -->|accepted, adopted| submitted
 *       intended -->|paid-again| ambiguous-paid-again
 *       intended -->|never-happened| never-happened
 *       ambiguous -->|refused| refused
 *       ambiguous -->|accepted, adopted| submitted
 *       ambiguous -->|paid-again| ambiguous-paid-again
 *       ambiguous -->|never-happened| never-happened
 *       ambiguous-paid-again -->|refused| refused
 *       ambiguous-paid-again -->|accepted, adopted| submitted
 *       ambiguous-paid-again -->|never-happened| never-happened
 *       refused -->|accepted| submitted
 *       submitted -->|completed| completed
 *       submitted -->|landed| landed
 *       submitted -->|failed| failed
 *       submitted -->|failed| unconfirmed
 *       submitted -->|failed| refund-pending
 *       submitted -->|lost| lost
 *       lost -->|completed| completed
 *       lost -->|landed| landed
 *       lost -->|failed| failed
 *       lost -->|failed| unconfirmed
 *       lost -->|failed| refund-pending
 *       lost -->|paid-again| lost-paid-again
 *       lost -->|never-happened| lost-never-happened
 *       lost -->|gave-up| given-up
 *       lost-paid-again -->|completed| completed
 *       lost-paid-again -->|landed| landed
 *       lost-paid-again -->|failed| failed
 *       lost-paid-again -->|failed| unconfirmed
 *       lost-paid-again -->|failed| refund-pending
 *       lost-paid-again -->|never-happened| lost-never-happened
 *       lost-paid-again -->|gave-up| given-up
 *       refund-pending -->|failed| failed
 *       refund-pending -->|failed| unconfirmed
 *       completed -->|landed| landed
 */
import type { AttemptId, Fingerprint, ModelName, TaskId } from '../ids.ts';
import type { JsonObject } from '../scene.ts';
import type { LockClip, LockCost, Result } from './file/format.ts';
import { linkLives } from './link-life.ts';

/** The request. Part of every state. */
interface Asked {
  readonly fingerprint: Fingerprint;
  readonly model: ModelName;
  readonly request?: JsonObject;
  readonly onMismatch?: 'fail';
  /** Of the intent, then of the acceptance. */
  readonly submittedAt?: string;
}

/** The request may have left; no task is known. */
interface WithoutTask extends Asked {
  readonly attempt: AttemptId;
}

/** The gateway has accepted it. */
interface WithTask extends Asked {
  /** Absent on imported tasks only. */
  readonly attempt?: AttemptId;
  readonly task: TaskId;
  readonly answeredModel?: string;
  readonly cost?: LockCost;
}

interface Unanswered extends WithoutTask {
  /** The reservation. */
  readonly cost?: LockCost;
  readonly target?: string;
}

export interface Working extends WithTask {
  readonly target?: string;
}

interface Ended extends WithTask {
  readonly completedAt?: string;
  readonly expiresAt?: string;
}

export interface Said<Kind extends string = string> {
  readonly kind: Kind;
  readonly message: string;
}

/** One attempt, or one imported task, with exactly the fields that its state has. */
export type Attempt =
  /** The intent is on disk and no answer is: the request may have left. */
  | (Unanswered & { readonly state: 'intended'; readonly error: Said<'no-answer'> })
  /** Sent, and the answer was lost or unreadable. */
  | (Unanswered & { readonly state: 'ambiguous'; readonly error?: Said })
  /** A person had it submitted again, at the risk of paying twice. */
  | (Unanswered & { readonly state: 'ambiguous-paid-again'; readonly error: Said<'paid-again'> })
  /** Surely not accepted: it costs nothing. */
  | (WithoutTask & { readonly state: 'refused'; readonly target?: string; readonly error?: Said })
  /** A person declared it void. It is kept so that no old journal brings it back. */
  | (WithoutTask & {
      readonly state: 'never-happened';
      readonly cost?: LockCost;
      readonly error: Said<'never-happened'>;
    })
  /** Accepted or adopted; the gateway is working on it. */
  | (Working & { readonly state: 'submitted' })
  /** The gateway has no record of it, or it never ends. */
  | (Working & { readonly state: 'lost'; readonly error?: Said })
  | (Working & { readonly state: 'lost-paid-again'; readonly error: Said<'paid-again'> })
  | (WithTask & { readonly state: 'lost-never-happened'; readonly error: Said<'never-happened'> })
  /** A person gave up the lost task: it counts as failed. */
  | (WithTask & { readonly state: 'given-up'; readonly error: Said<'gave-up'> })
  /** Failed, and its cost is known. */
  | (Working & { readonly state: 'failed'; readonly error?: Said })
  /** Failed, and no cost was reported: the reservation stands. */
  | (Working & { readonly state: 'unconfirmed'; readonly cost: LockCost; readonly error?: Said })
  /** Failed and charged, and the gateway has promised to give the money back. */
  | (Working & { readonly state: 'refund-pending'; readonly cost: LockCost; readonly error?: Said })
  /** The clip is made and has not landed. */
  | (Ended & { readonly state: 'completed'; readonly target?: string })
  | (Ended & {
      readonly state: 'landed';
      readonly clip: LockClip;
      readonly mismatch?: readonly string[];
    });

export type AttemptState = Attempt['state'];

/** Decisions that a person may make about a result. Pinning is always allowed. */
export type PersonsDecision =
  | 'redo'
  | 'accept'
  | 'adopt'
  | 'never-happened'
  | 'pay-again'
  | 'give-up';

/** The meaning of a state. */
export interface Answers {
  /** As the lock file has it. */
  readonly status: Result['status'];
  /**
   * How far it got. No event lowers it; of two versions of one attempt the higher wins a merge. A
   * task that one side knows beats the word of the other that there was none: it may be paid.
   */
  readonly progress: number;
  /** Its value for a render that asks for exactly this request: 0 is a clip, 5 is nothing. */
  readonly worth: 0 | 1 | 2 | 3 | 4 | 5;
  /**
   * A task or a clip exists or may exist, or a person ruled it out: such a result is never dropped.
   */
  readonly mayBePaid: boolean;
  /** A person declared it void: no failure and no result. */
  readonly isVoid: boolean;
  /** Its end no longer matters: it was submitted again. */
  readonly paidAgain: boolean;
  /**
   * When its request may be sent again unchanged, for new money: `freely`, with the option of that
   * name, after a person's `decision`, or `no`: it is under way or here.
   */
  readonly resend: 'freely' | 'retry-failed' | 'resubmit-missing' | 'decision' | 'no';
  /** Why a render with this result is held; `undefined`: its state holds up nothing. */
  readonly held: 'ambiguous' | 'lost' | 'failed' | undefined;
  /** `possible-task`: one may be running, so it keeps a slot until such a task must have ended. */
  readonly slot: 'task' | 'possible-task' | 'none';
  /** Which clip is still to come: of a `pending` task, a `completed` one, or a `lost` one. */
  readonly awaitsClip: 'pending' | 'completed' | 'lost' | undefined;
  readonly awaitsRefund: boolean;
  /**
   * What the spend record must have of it, from another branch or clone, to correct this state: its
   * `task`, or the `end` of the task. `undefined`: nothing corrects it.
   */
  readonly correctedBy: 'task' | 'end' | undefined;
  /** No event leads on from here: a correction replaces the result itself. */
  readonly isReplaced: boolean;
  readonly decisions: readonly PersonsDecision[];
}

const UNANSWERED = {
  status: 'ambiguous',
  progress: 1,
  worth: 3,
  mayBePaid: true,
  isVoid: false,
  paidAgain: false,
  resend: 'decision',
  held: 'ambiguous',
  slot: 'possible-task',
  awaitsClip: undefined,
  awaitsRefund: false,
  correctedBy: 'task',
  isReplaced: false,
  decisions: ['adopt', 'never-happened', 'pay-again'],
} as const satisfies Answers;

const LOST = {
  ...UNANSWERED,
  status: 'lost',
  progress: 5,
  worth: 4,
  held: 'lost',
  slot: 'none',
  awaitsClip: 'lost',
  correctedBy: 'end',
  decisions: ['never-happened', 'pay-again', 'give-up'],
} as const satisfies Answers;

const FAILED = {
  ...UNANSWERED,
  status: 'failed',
  progress: 6,
  worth: 5,
  resend: 'retry-failed',
  held: 'failed',
  slot: 'none',
  correctedBy: undefined,
  decisions: ['redo'],
} as const satisfies Answers;

const VOID = {
  ...FAILED,
  isVoid: true,
  resend: 'freely',
  held: undefined,
  isReplaced: true,
} as const;

const ACCEPTED = {
  ...UNANSWERED,
  resend: 'no',
  held: undefined,
  correctedBy: undefined,
} as const;

/** The one table that answers every question about a state. */
export const ATTEMPT_STATES: Readonly<Record<AttemptState, Answers>> = {
  intended: { ...UNANSWERED, progress: 0 },
  ambiguous: UNANSWERED,
  'ambiguous-paid-again': { ...UNANSWERED, paidAgain: true },
  refused: { ...FAILED, progress: 2, mayBePaid: false },
  'never-happened': { ...VOID, progress: 3, correctedBy: 'task' },
  submitted: {
    ...ACCEPTED,
    status: 'submitted',
    progress: 4,
    worth: 2,
    slot: 'task',
    awaitsClip: 'pending',
    decisions: [],
  },
  lost: LOST,
  'lost-paid-again': { ...LOST, paidAgain: true },
  'lost-never-happened': { ...VOID, correctedBy: 'end' },
  'given-up': { ...FAILED, correctedBy: 'end', isReplaced: true },
  failed: FAILED,
  unconfirmed: FAILED,
  'refund-pending': { ...FAILED, awaitsRefund: true },
  completed: {
    ...ACCEPTED,
    status: 'completed',
    progress: 7,
    worth: 1,
    resend: 'resubmit-missing',
    slot: 'none',
    awaitsClip: 'completed',
    decisions: ['redo', 'accept'],
  },
  landed: {
    ...ACCEPTED,
    status: 'completed',
    progress: 8,
    worth: 0,
    slot: 'none',
    decisions: ['redo', 'accept'],
  },
};

/** The state of a result, from the form that the lock file has. */
export function stateOf({ status, error, task, clip, cost }: Result): AttemptState {
  switch (status) {
    case 'ambiguous':
      if (error?.kind === 'no-answer') return 'intended';
      return error?.kind === 'paid-again' ? 'ambiguous-paid-again' : 'ambiguous';
    case 'submitted':
      // No lock file has this: accepted without a task is as good as an answer that was lost.
      return task === undefined ? 'ambiguous' : 'submitted';
    case 'lost':
      return error?.kind === 'paid-again' ? 'lost-paid-again' : 'lost';
    case 'completed':
      return clip === undefined ? 'completed' : 'landed';
    case 'failed':
      if (error?.kind === 'never-happened')
        return task === undefined ? 'never-happened' : 'lost-never-happened';
      if (task === undefined) return 'refused';
      if (error?.kind === 'gave-up') return 'given-up';
      if (cost?.refund !== undefined) return 'refund-pending';
      return cost?.source === 'unconfirmed' ? 'unconfirmed' : 'failed';
  }
}

export const answersOf = (result: Result): Answers => ATTEMPT_STATES[stateOf(result)];

/** Reads the file form. Fields that a state does not have, written by hand, are carried along. */
export function attemptOf(result: Result): Attempt {
  const { status: _inTheState, ...fields } = result;
  // `decodeLock` has made sure of the fields that the type promises.
  return { ...fields, state: stateOf(result) } as Attempt;
}

/** The file form; undoes {@link attemptOf}. */
export function resultOfAttempt({ state, ...fields }: Attempt): Result {
  return { ...fields, status: ATTEMPT_STATES[state].status };
}

/**
 * What is left to do for the clip of a result. The clip of a dead link is not worth a request.
 * `nowMs`: epoch milliseconds.
 */
export function unfinished(result: Result, nowMs: number): 'pending' | 'completed' | undefined {
  const { awaitsClip } = answersOf(result);
  if (awaitsClip === 'completed') return linkLives(result, nowMs) ? 'completed' : undefined;
  return awaitsClip === 'pending' ? 'pending' : undefined;
}

/** A person declared it void. */
export const neverHappened = (result: Result): boolean => answersOf(result).isVoid;

/** It costs money or may do so, and no person has declared it void. */
export function mayCost(result: Result): boolean {
  const { mayBePaid, isVoid } = answersOf(result);
  return mayBePaid && !isVoid;
}

/** Needs a person, and why: its money may be spent. */
export function unclear(result: Result): 'ambiguous' | 'lost' | undefined {
  const { held } = answersOf(result);
  return held === 'failed' ? undefined : held;
}

/** A promise that is older is a matter for the gateway's support. */
const ASKED_FOR_MS = 7 * 24 * 3_600_000;

/** Whether the gateway is still to be asked what became of a refund: once per run, for a week. */
export const awaitsRefund = (result: Result, nowMs: number): boolean =>
  answersOf(result).awaitsRefund &&
  (result.submittedAt === undefined || nowMs - Date.parse(result.submittedAt) < ASKED_FOR_MS);
