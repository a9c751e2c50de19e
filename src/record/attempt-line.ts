/**
 * One line of the spend record: what is known of one attempt, whole, with a checksum. Of several
 * lines about one attempt the one that got furthest holds, so lines may come in any order and more
 * than once. No prompt, no key, no link. Pure.
 */
import { crc32 } from 'node:zlib';
import * as z from 'zod';
import {
  type AttemptId,
  type Fingerprint,
  type ModelName,
  parseRenderId,
  type RenderId,
  type TaskId,
} from '../ids.ts';
import { type Answers, ATTEMPT_STATES, stateOf } from '../lock/attempt.ts';
import { surerCost } from '../lock/attempt-cost.ts';
import type { Decision, LockClip, LockCost, Result } from '../lock/file/format.ts';
import {
  attemptSchema,
  clipSchema,
  costSchema,
  decisionSchema,
  fingerprintSchema,
  lockPathSchema,
  modelSchema,
  taskSchema,
  timeSchema,
} from '../lock/file/schema.ts';

export interface RecordedAttempt {
  /** Absent on imported tasks only. */
  readonly attempt?: AttemptId;
  readonly fingerprint: Fingerprint;
  readonly model: ModelName;
  /** Of the base URL that it was sent to; absent if only a lock knew of it. */
  readonly origin?: string;
  /** As in the lock; `withdrawn`: certainly not accepted, as if it had never existed. */
  readonly status: Result['status'] | 'withdrawn';
  readonly task?: TaskId;
  readonly submittedAt?: string;
  readonly completedAt?: string;
  readonly expiresAt?: string;
  readonly cost?: LockCost;
  /** Its path is relative to the lock. */
  readonly clip?: LockClip;
  readonly target?: string;
  /** Kind only: `no-answer`, `never-happened`, `paid-again`, `moderation` … */
  readonly error?: string;
  /** Decisions about its render. */
  readonly decision?: Decision;
  /** Keys of attempts that may be paid for the same request, and that this one goes past. */
  readonly past?: readonly string[];
  /** How often it was sent: a withdrawn attempt may be sent again. Default 1. */
  readonly sends?: number;
  /** The run that wrote the intent: see `run` of a journal. */
  readonly run?: string;
  /** From the project's root, `/` as separator. */
  readonly lock: string;
  readonly id: RenderId;
  /** Checked out when the line was written; absent outside of git. */
  readonly branch?: string;
  /** ISO time of the line. */
  readonly at: string;
}

const text = z.string().max(4096);
const schema = z.strictObject({
  attempt: attemptSchema.optional(),
  fingerprint: fingerprintSchema,
  model: modelSchema,
  origin: text.optional(),
  status: z.enum(['submitted', 'completed', 'failed', 'ambiguous', 'lost', 'withdrawn']),
  task: taskSchema.optional(),
  submittedAt: timeSchema.optional(),
  completedAt: timeSchema.optional(),
  expiresAt: timeSchema.optional(),
  cost: costSchema.optional(),
  clip: clipSchema.optional(),
  target: lockPathSchema.optional(),
  error: text.optional(),
  decision: decisionSchema.optional(),
  past: z.array(text).optional(),
  run: text.optional(),
  sends: z.int().min(1).optional(),
  lock: text,
  id: z.string().refine((id) => parseRenderId(id) !== undefined, 'must be a render id'),
  branch: text.optional(),
  at: text,
});

/** By attempt; an imported task by gateway and task. As `keyOf` of a result. */
export const attemptKey = ({
  attempt,
  task,
  model,
}: Pick<RecordedAttempt, 'attempt' | 'task' | 'model'>): string =>
  attempt ?? `${model.slice(0, model.indexOf('/'))} ${task ?? ''}`;

/** With its line break. */
export function encodeAttempt(attempt: RecordedAttempt): string {
  const json = JSON.stringify(attempt);
  return `{"crc32":"${checksum(json)}","attempt":${json}}\n`;
}

/** Why a line is not an attempt. */
export interface BadLine {
  readonly reason: string;
  /** It is what was written, by another version of rushes: no crash has cut it. */
  readonly isWhole: boolean;
}

/** Total. */
export function decodeAttempt(line: string): RecordedAttempt | BadLine {
  const parts = /^\{"crc32":"([0-9a-f]{8})","attempt":(.*)\}\r?$/s.exec(line);
  if (parts?.[1] === undefined || parts[2] === undefined)
    return { reason: 'it is not a line of the record', isWhole: false };
  if (checksum(parts[2]) !== parts[1])
    return { reason: 'its checksum does not match its content', isWhole: false };
  let json: unknown;
  try {
    json = JSON.parse(parts[2]);
  } catch {
    return { reason: 'it is not JSON', isWhole: true };
  }
  const judged = schema.safeParse(json);
  if (judged.success) return json as RecordedAttempt;
  const [issue] = judged.error.issues;
  return {
    reason: `this version of rushes cannot read it: ${issue?.message ?? ''}`,
    isWhole: true,
  };
}

const checksum = (json: string): string => crc32(json).toString(16).padStart(8, '0');

const answers = ({ status, error, task, clip, cost }: RecordedAttempt): Answers | undefined =>
  status === 'withdrawn'
    ? undefined
    : ATTEMPT_STATES[
        stateOf({
          status,
          ...(task !== undefined && { task }),
          ...(clip !== undefined && { clip }),
          ...(cost !== undefined && { cost }),
          ...(error !== undefined && { error: { kind: error, message: '' } }),
        } as Result)
      ];

/** More than intended, and less than any answer. */
const WITHDRAWN = 0.5;

/** How far it got. */
const progress = (one: RecordedAttempt): number => answers(one)?.progress ?? WITHDRAWN;

/**
 * Merges two lines about one attempt. The order does not matter; of lines that got equally far
 * the later one holds, and what only the other knows is kept: also a cost that is surer, as in the
 * locks of two branches that followed one task.
 */
export function mergeAttempts(a: RecordedAttempt, b: RecordedAttempt): RecordedAttempt {
  const [behind, ahead] = isBefore(a, b) ? [a, b] : [b, a];
  // "It never happened" says nothing of what the task costs that was found after all.
  const isRefuted = answers(behind)?.isVoid === true && answers(ahead)?.isVoid !== true;
  const cost = isRefuted ? ahead.cost : surerCost(ahead.cost, behind.cost);
  const merged = { ...behind, ...ahead, ...(cost !== undefined && { cost }) };
  if (ahead.error !== undefined || behind.error === undefined) return merged;
  const { error: _overcome, ...rest } = merged;
  return rest;
}

/** Whether `b` is the one that holds. */
function isBefore(a: RecordedAttempt, b: RecordedAttempt): boolean {
  if ((a.task === undefined) !== (b.task === undefined)) return a.task === undefined;
  // Without a task, the last time that it was sent counts: that it was withdrawn before says
  // nothing.
  const further = progress(a) - progress(b);
  const sends = a.task === undefined ? (a.sends ?? 1) - (b.sends ?? 1) : 0;
  // A lock does not count the sends: an answer that it has is to the one at that time.
  const isAnswered =
    a.submittedAt === b.submittedAt && Math.max(progress(a), progress(b)) > WITHDRAWN;
  if (sends !== 0 && !isAnswered) return sends < 0;
  if (further !== 0) return further < 0;
  if (a.at !== b.at) return a.at < b.at;
  // Any order will do, if it is always the same.
  return JSON.stringify(a) < JSON.stringify(b);
}

/**
 * Whether the same request must not be sent beside it without a word: it is paid, or may be.
 * Refused, withdrawn and never-happened attempts are not.
 */
export function mayBePaid(one: RecordedAttempt): boolean {
  const said = answers(one);
  return said !== undefined && said.mayBePaid && !said.isVoid;
}

/** Its intent is known, and nothing that came of it. */
export const isUnanswered = ({ status, error, task }: RecordedAttempt): boolean =>
  status === 'ambiguous' && error === 'no-answer' && task === undefined;

/** A submit times out long before, and its outcome is in the record soon after. */
const UNDER_WAY_MS = 2 * 60_000;

/**
 * Whether the run that sent it may still be waiting for the answer: then the answer is not lost,
 * and there is nothing for a person to decide. `nowMs`: epoch milliseconds.
 */
export const mayBeUnderWay = (one: RecordedAttempt, nowMs: number): boolean =>
  isUnanswered(one) &&
  // The clock of the other machine may be ahead.
  Math.abs(nowMs - Date.parse(one.submittedAt ?? one.at)) < UNDER_WAY_MS;
