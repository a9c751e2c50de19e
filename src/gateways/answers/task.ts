/** From the body of a status answer to the state of a task. */
import type { TaskId } from '../../ids.ts';
import type { Redact } from '../../redact.ts';
import { errorOf, type GatewayError } from './error-body.ts';
import { failureKind } from './failure.ts';
import type { AskOutcome, Cost } from '../gateway.ts';
import type { Answer, Exchange } from '../http.ts';
import {
  asEpochMs,
  asList,
  asObject,
  asPercent,
  asSeconds,
  asText,
  type Json,
  unwrapped,
} from './json.ts';
import { linksOf } from './links.ts';
import { isWebPage, unreadable, unreadableError } from './read-json.ts';
import { spoken } from './sanitize.ts';

export type TaskState = 'waiting' | 'running' | 'completed' | 'failed' | 'cancelled' | 'timeout';

export interface TaskReading {
  /** State words in lower case. What is not here is running, and said to be unknown. */
  readonly states: ReadonlyMap<string, TaskState>;
  /** What the task cost, where it says so. */
  readonly costOf: (task: Json) => Cost | undefined;
  /** Whether a failed task was charged and the money is promised back; default: nobody says. */
  readonly owesRefund?: (task: Json) => boolean;
  /**
   * The member that says how many seconds the job took. The other gateway may mean the length of
   * the video by the same word.
   */
  readonly tookMember: 'actual_time' | 'duration';
  readonly redact: Redact;
}

export function askOutcome(exchanged: Exchange, task: TaskId, reading: TaskReading): AskOutcome {
  if (exchanged.kind !== 'answer') return { kind: 'unreadable', reason: exchanged.reason };
  const isFine = exchanged.status >= 200 && exchanged.status < 300;
  const body = isFine ? unwrapped(exchanged.json) : undefined;
  if (body !== undefined && asText(body['status']) !== undefined)
    return taskOutcome(body, task, reading);
  const error = errorOf(exchanged, reading.redact);
  if (error !== undefined) return readError(exchanged, error);
  return unreadable(exchanged, exchanged.unreadable ?? 'the answer names no state');
}

/**
 * A task that cannot be read has not failed. Rows: APIMart sheet section 4, EvoLink sheet section
 * 4.2.
 */
function readError(answer: Answer, error: GatewayError): AskOutcome {
  const { status, code, message } = error;
  const isUnknown =
    status === 400 ||
    status === 404 ||
    status === 410 ||
    (status < 500 && deniesTask(code, message));
  if (isUnknown && !isWebPage(answer)) return { kind: 'unknown-task', message };
  return unreadableError(answer, error);
}

const deniesTask = (code: string | undefined, message: string): boolean =>
  /^(?:task_not_found|task_not_exist|invalid_task_id)$/.test(code ?? '') ||
  /\btask\b[\w\s-]{0,60}(?:not (?:be )?found|(?:does|did) not exist|not exist|has expired)/i.test(
    message,
  );

/** The outcome of one task object that has a state word. */
export function taskOutcome(
  body: Json,
  task: TaskId,
  { states, costOf, owesRefund, tookMember, redact }: TaskReading,
): AskOutcome {
  const named = asText(body['id']) ?? asText(body['task_id']);
  if (named !== undefined && named !== task)
    return { kind: 'unreadable', reason: 'the answer is about another task' };
  const word = spoken(asText(body['status']) ?? '', redact);
  const known = states.get(word.toLowerCase());
  const state = known ?? 'running';
  const cost = costOf(body);
  switch (state) {
    case 'waiting':
    case 'running': {
      const progress = asPercent(body['progress']);
      const expectedSeconds = asSeconds(
        body['estimated_time'] ?? asObject(body['task_info'])?.['estimated_time'],
      );
      const expected = expectedSeconds === undefined ? {} : { expectedSeconds };
      if (state === 'waiting') return { kind: 'waiting', word, ...expected };
      return {
        kind: 'running',
        word,
        ...expected,
        ...(progress !== undefined && { progress }),
        ...(known === undefined && { unknownWord: true }),
      };
    }
    case 'completed':
      return {
        kind: 'completed',
        links: linksOf(body),
        ...(cost !== undefined && { cost }),
        ...timesOf(body, tookMember),
      };
    case 'failed':
    case 'cancelled':
    case 'timeout': {
      const said = body['error'];
      const error = asObject(said) ?? {};
      const code =
        asText(error['code']) ??
        asText(error['type']) ??
        (typeof error['code'] === 'number' ? String(error['code']) : undefined);
      const message = spoken(
        asText(error['message']) ?? asText(said) ?? asText(body['message']) ?? '',
        redact,
      );
      return {
        kind: 'failed',
        failure: state === 'failed' ? failureKind(code, message) : state,
        message: message === '' ? `the gateway says "${word}" and gives no reason` : message,
        ...(code !== undefined && { code: spoken(code, redact) }),
        ...(cost !== undefined && { cost }),
        ...(owesRefund?.(body) === true && { refundPending: true as const }),
      };
    }
  }
}

/**
 * When the clip was there, how long it took, and how long its link lives, as far as the task says.
 */
function timesOf(
  body: Json,
  tookMember: TaskReading['tookMember'],
): { expiresAtMs?: number; completedAtMs?: number; tookSeconds?: number } {
  const created = asEpochMs(body['created']);
  const completedAtMs = asEpochMs(body['completed'] ?? body['completed_at']);
  const between =
    created === undefined || completedAtMs === undefined
      ? undefined
      : (completedAtMs - created) / 1000;
  const tookSeconds = asSeconds(body[tookMember]) ?? asSeconds(between);
  const [video] = asList(asObject(body['result'])?.['videos']);
  const expiresAtMs = asEpochMs(
    asObject(video)?.['expires_at'] ??
      asObject(body['result'])?.['expires_at'] ??
      body['expires_at'],
  );
  return {
    ...(expiresAtMs !== undefined && { expiresAtMs }),
    ...(completedAtMs !== undefined && { completedAtMs }),
    ...(tookSeconds !== undefined && { tookSeconds }),
  };
}
