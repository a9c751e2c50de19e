/** APIMart's answers, after sheet sections 2, 3 and 8. */
import { defined } from '../../defined.ts';
import { APIMART_CREDITS_PER_USD, NO_MONEY, toUsd } from '../../money.ts';
import type { Json, JsonObject } from '../../scene.ts';
import type { Dialect, LinkShape } from '../dialect.ts';
import { unixSeconds } from '../dialect.ts';
import { CROCKFORD, ulidTime } from '../faults/random.ts';
import { estimateOf, finalPrice, linkEndsAtMs, stateAt, type Task } from '../task.ts';

export const apimartDialect: Dialect = {
  newTaskId: (nowMs, random) => `task_${ulidTime(nowMs)}${random.text(16, CROCKFORD)}`,
  keyProblem: (key) =>
    /^[\x21-\x7e]{1,191}$/.test(key)
      ? undefined
      : 'Idempotency-Key: 1 to 191 visible ASCII characters',
  idProblem: (id) => (/^[A-Za-z0-9._:-]{1,128}$/.test(id) ? undefined : 'invalid-task-id'),

  submitted(task, { replayed, shape, id = task.id }) {
    const headers: Record<string, string> = replayed ? { 'idempotency-replayed': 'true' } : {};
    const named = (field: string): JsonObject => (id === null ? {} : { [field]: id });
    switch (shape) {
      case 'array':
        return {
          status: 200,
          headers,
          body: { code: 200, data: [{ status: 'submitted', ...named('task_id') }] },
        };
      case 'object': {
        const estimated = estimateOf(task);
        return {
          status: 200,
          headers,
          body: {
            code: 200,
            data: {
              created: unixSeconds(task.acceptedAtMs),
              ...named('id'),
              model: task.model.native,
              object: 'video.generation.task',
              progress: 0,
              status: 'pending',
              task_info: {
                can_cancel: true,
                ...defined({ estimated_time: estimated }),
              },
              type: 'video',
            },
          },
        };
      }
      case 'generation-task':
        return {
          status: 202,
          headers,
          body: {
            code: 202,
            request_id: `req-${task.id}`,
            data: { ...named('id'), status: 'queued', object: 'generation.task' },
          },
        };
    }
  },

  taskObject(task, nowMs, link, shape) {
    const { state, progress } = stateAt(task, nowMs);
    const estimated = estimateOf(task);
    const base: JsonObject = {
      id: task.id,
      status: WORDS[state],
      progress,
      created: unixSeconds(task.acceptedAtMs),
      ...defined({ estimated_time: estimated }),
    };
    if (state === 'waiting' || state === 'running') return base;
    const ended: JsonObject = {
      ...base,
      completed: unixSeconds(task.endsAtMs),
      actual_time: Math.round((task.endsAtMs - task.acceptedAtMs) / 1000),
      ...costOf(task, state === 'completed'),
    };
    if (state === 'completed') return { ...ended, ...resultOf(task, link, shape) };
    return state === 'cancelled' || task.fate.error === null
      ? ended
      : { ...ended, error: errorOf(task) };
  },

  envelope: (task) => ({ code: 200, data: task }),

  balance: (spendableUsd, usedUsd) => ({
    success: true,
    remain_balance: spendableUsd ?? -1,
    remain_credits: spendableUsd === undefined ? -1 : spendableUsd * APIMART_CREDITS_PER_USD,
    used_balance: usedUsd,
    used_credits: usedUsd * APIMART_CREDITS_PER_USD,
    unlimited_quota: spendableUsd === undefined,
  }),
};

const WORDS = {
  waiting: 'submitted',
  running: 'processing',
  completed: 'completed',
  failed: 'failed',
  cancelled: 'cancelled',
  forgotten: 'expired',
} as const;

function costOf(task: Task, completed: boolean): JsonObject {
  const refund = task.fate.refund ?? 'full';
  const price = finalPrice(task);
  const said = completed || refund === 'none' ? price : refund === 'full' ? 0 : undefined;
  if (said === undefined) return {};
  const usd = said === 0 ? 0 : toUsd(price ?? NO_MONEY);
  return { cost: usd, credits_cost: Math.round(usd * APIMART_CREDITS_PER_USD * 1e6) / 1e6 };
}

function resultOf(task: Task, link: string, shape: LinkShape): JsonObject {
  const expires_at = unixSeconds(linkEndsAtMs(task));
  const video = (url: Json): JsonObject => ({ result: { videos: [{ url, expires_at }] } });
  switch (shape) {
    case 'none':
      return {};
    case 'null':
      return { result: null };
    case 'empty':
      return video([]);
    case 'string':
      return video(link);
    case 'two':
      return video([link, `${link}&copy=2`]);
    case 'object':
      return { result: { videos: { url: link, expires_at } } };
    case 'array':
    case 'result_data':
    case 'result_data_object':
    case 'output':
      return video([link]);
  }
}

function errorOf({ fate }: Task): JsonObject {
  const {
    code = 'task_failed',
    message = 'the generation failed because of an internal service error',
    type = 'task_failed',
  } = fate.error ?? {};
  return { code, message, type };
}
