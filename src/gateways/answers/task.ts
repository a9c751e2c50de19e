/** From the body of a status answer to the state of a task. */
import type { TaskId } from '../../ids.ts';
import type { Redact } from '../../secrets/redact.ts';
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
import { unreadable, unreadableError } from './read-json.ts';
import { modelIn, spoken } from './sanitize.ts';

export type TaskState = 'waiting' | 'running' | 'completed' | 'failed' | 'cancelled' | 'timeout';

/** With a clip, or without one: cancelled and timed out too. */
export type Ending = 'completed' | 'failed';

export interface TaskReading {
  /** State words in lower case. Any other word counts as running and is reported as unknown. */
  readonly states: ReadonlyMap<string, TaskState>;
  /** The cost of an ended task, if it is stated and plausible. */
  readonly costOf: (task: Json, ending: Ending) => Cost | undefined;
  /** Whether a failed task was charged and the money is promised back; default: unknown. */
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
  // Both gateways say in JSON that they have no such task: another text is a proxy's, or comes from
  // a wrong base URL.
  const isForeign = error.foreign === true && answer.text.trim() !== '';
  if (isUnknown && !isForeign) return { kind: 'unknown-task', message };
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
    case 'completed': {
      const cost = costOf(body, 'completed');
      return {
        kind: 'completed',
        links: linksOf(body),
        ...modelIn(body, redact),
        ...(cost !== undefined && { cost }),
        ...timesOf(body, tookMember),
      };
    }
    case 'failed':
    case 'cancelled':
    case 'timeout': {
      const cost = costOf(body, 'failed');
      const said = body['error'];
      const error = asObject(said) ?? {};
      const code =
        asText(error['code']) ??
        asText(error['type']) ??
        (typeof error['code'] === 'number' ? String(error['code']) : undefined);
      const message = spoken(
        asText(error['message']) ?? asText(said) ?? reasonOf(body) ?? '',
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

/** Where an answer without an `error` says why a task failed. */
const REASONS = ['fail_reason', 'failure_reason', 'error_message', 'message', 'msg', 'reason'];

function reasonOf(body: Json): string | undefined {
  const result = asObject(body['result']);
  return [body, result]
    .flatMap((place) => REASONS.map((name) => asText(place?.[name])))
    .find((text) => text !== undefined);
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
  const result = asObject(body['result']);
  const places = [
    asList(result?.['videos'])[0],
    result?.['video'],
    result,
    asList(body['result'])[0],
    asList(body['results'])[0],
    body,
  ];
  const expiresAtMs = places
    .map((place) => asEpochMs(asObject(place)?.['expires_at']))
    .find((at) => at !== undefined);
  return {
    ...(expiresAtMs !== undefined && { expiresAtMs }),
    ...(completedAtMs !== undefined && { completedAtMs }),
    ...(tookSeconds !== undefined && { tookSeconds }),
  };
}
