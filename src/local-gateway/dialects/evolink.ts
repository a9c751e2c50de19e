/** EvoLink's answers, after sheet sections 2, 3 and 8: flat, no envelope. */
import { EVOLINK_CREDITS_PER_USD, NO_MONEY, toUsd } from '../../money.ts';
import type { JsonObject } from '../../scene.ts';
import type { Dialect, LinkShape } from '../dialect.ts';
import { unixSeconds } from '../dialect.ts';
import { LOWER_ALNUM } from '../faults/random.ts';
import { estimateOf, finalPrice, stateAt, type Task } from '../task.ts';

export const evolinkDialect: Dialect = {
  newTaskId: (nowMs, random) => `task-unified-${unixSeconds(nowMs)}-${random.text(8, LOWER_ALNUM)}`,
  keyProblem: (key) =>
    /^[A-Za-z0-9._-]{16,96}$/.test(key)
      ? undefined
      : 'Idempotency-Key: 16 to 96 of A-Z a-z 0-9 . _ -',
  idProblem: (id) =>
    id.startsWith('task-unified-') && /^[A-Za-z0-9._:-]{1,128}$/.test(id)
      ? undefined
      : 'invalid-task-id',

  submitted(task, { replayed, id = task.id }) {
    return {
      status: 200,
      headers: replayed ? { 'idempotency-replayed': 'true' } : {},
      body: {
        ...headOf(task),
        ...(id === null ? {} : { id }),
        progress: 0,
        status: 'pending',
        // The real example answers 9 for a 5 s job: it is not reliable.
        task_info: { can_cancel: true, ...estimated(task), video_duration: task.asked.seconds + 4 },
        ...(task.price === undefined
          ? {}
          : {
              usage: {
                billing_rule: 'per_second',
                credits_reserved: creditsOf(toUsd(task.price.usd)),
                user_group: 'default',
              },
            }),
        ...(replayed ? { idempotency_replayed: true } : {}),
      },
    };
  },

  taskObject(task, nowMs, link, shape) {
    const { state, progress } = stateAt(task, nowMs);
    const base: JsonObject = { ...headOf(task), id: task.id, progress, status: WORDS[state] };
    if (state === 'waiting' || state === 'running') {
      return {
        ...base,
        results: [],
        error: null,
        task_info: { can_cancel: true, ...estimated(task) },
      };
    }
    const ended = { ...base, task_info: { can_cancel: false } };
    if (state === 'completed')
      return { ...ended, ...resultOf(link, shape), error: null, ...usageOf(task) };
    return {
      ...ended,
      results: [],
      ...(task.fate.error === null ? {} : { error: errorOf(task, state) }),
      ...billingOf(task, nowMs),
    };
  },

  envelope: (task) => task,

  balance(spendableUsd, usedUsd) {
    const used_credits = creditsOf(usedUsd);
    const remaining_credits = spendableUsd === undefined ? 1_000_000 : creditsOf(spendableUsd);
    return {
      success: true,
      message: '',
      data: {
        token: { remaining_credits, used_credits, unlimited_credits: spendableUsd === undefined },
        user: { remaining_credits, used_credits },
      },
    };
  },
};

const WORDS = {
  waiting: 'pending',
  running: 'processing',
  completed: 'completed',
  failed: 'failed',
  cancelled: 'cancelled',
  forgotten: 'failed',
} as const;

const headOf = (task: Task): JsonObject => ({
  created: unixSeconds(task.acceptedAtMs),
  model: task.fate.model ?? task.model.native,
  object: 'video.generation.task',
  type: 'video',
});

function estimated(task: Task): JsonObject {
  const seconds = estimateOf(task);
  return seconds === undefined ? {} : { estimated_time: seconds };
}

/** To four decimals; 1 credit is 10,000 internal units. */
const creditsOf = (usd: number): number => Math.round(usd * EVOLINK_CREDITS_PER_USD * 1e4) / 1e4;

function usageOf(task: Task): JsonObject {
  const price = finalPrice(task);
  if (price === undefined) return {};
  const usd = toUsd(price);
  // From the list's own figure where it holds: dollars are rounded to the micro-dollar, credits are
  // not.
  const listed = task.fate.costUsd === undefined ? task.price?.credits : undefined;
  const credits =
    listed === undefined
      ? creditsOf(usd)
      : Math.round(listed * (task.fate.costFactor ?? 1) * 1e4) / 1e4;
  return { usage: { credits_used: credits, cost: { credits, usd } } };
}

/** Only `billing` proves what became of the reservation. */
function billingOf(task: Task, nowMs: number): JsonObject {
  const reserved_credits =
    task.price === undefined ? 0 : (task.price.credits ?? creditsOf(toUsd(task.price.usd)));
  switch (task.fate.refund ?? 'full') {
    case 'full':
      return { billing: refunded(task, reserved_credits, task.endsAtMs) };
    case 'pending': {
      const madeAtMs = task.endsAtMs + (task.fate.refundSeconds ?? Number.POSITIVE_INFINITY) * 1000;
      if (nowMs >= madeAtMs) return { billing: refunded(task, reserved_credits, madeAtMs) };
      return {
        billing: {
          charge_status: 'charged',
          refund_status: 'pending',
          reserved_credits,
          charged_credits: reserved_credits,
          refunded_credits: 0,
        },
      };
    }
    case 'none': {
      const charged_credits = creditsOf(toUsd(finalPrice(task) ?? NO_MONEY));
      return {
        ...usageOf(task),
        billing: {
          charge_status: 'charged',
          refund_status: 'not_required',
          reserved_credits,
          charged_credits,
          refunded_credits: 0,
        },
      };
    }
    case 'unreported':
    case 'silent':
      return {};
  }
}

/** The whole proof (checks sheet section 5.3). */
const refunded = (task: Task, reserved_credits: number, atMs: number): JsonObject => ({
  charge_status: 'released',
  refund_status: 'completed',
  reserved_credits,
  charged_credits: task.fate.refund === 'pending' ? reserved_credits : 0,
  refunded_credits: reserved_credits,
  refunded_at: unixSeconds(atMs),
  refund_scope: 'account_balance',
});

function resultOf(link: string, shape: LinkShape): JsonObject {
  switch (shape) {
    case 'none':
      return {};
    case 'null':
      return { results: null };
    case 'empty':
      return { results: [] };
    case 'object':
      return { results: [{ url: link }] };
    case 'two':
      return { results: [link, `${link}&copy=2`] };
    case 'result_data':
      return { results: null, result_data: [{ video_url: link, result_id: 'r1' }] };
    case 'result_data_object':
      return { result_data: { video_url: link } };
    case 'output':
      return { output: { video_url: link } };
    case 'array':
    case 'string':
      return { results: [link] };
  }
}

function errorOf({ fate }: Task, state: 'failed' | 'cancelled' | 'forgotten'): JsonObject {
  const cancelled = state === 'cancelled';
  const {
    code = cancelled ? 'request_cancelled' : 'service_error',
    message = cancelled
      ? 'the request was cancelled'
      : 'the generation failed because of an internal service error',
    type = 'task_error',
  } = fate.error ?? {};
  return { code, message, type };
}
