/**
 * EvoLink. Facts: https://docs.evolink.ai (task detail, error codes, credits pages), the seed page
 * of kling-o3-text-to-video, and the official command-line client, read 2026-11-20.
 */
import type { TaskId } from '../ids.ts';
import { fromEvolinkCredits } from '../money.ts';
import type { Redact } from '../secrets/redact.ts';
import { evolinkCost, evolinkOwesRefund, evolinkReserved } from './evolink-cost.ts';
import type { AskOutcome, Balance, Gateway, ListedTask, TaskList } from './gateway.ts';
import { type Connection, exchange } from './http.ts';
import { asAmount, asEpochMs, asNumber, asObject, asText, type Json } from './answers/json.ts';
import { isLoopback } from './loopback.ts';
import { readJson } from './answers/read-json.ts';
import { spoken, taskIdOf } from './answers/sanitize.ts';
import { submitOutcome } from './submit.ts';
import type { FilesAccess } from './uploads/account.ts';
import { evolinkFiles } from './uploads/evolink-files.ts';
import { askOutcome, taskOutcome, type TaskReading, type TaskState } from './answers/task.ts';

/** As the official client has them. */
const SUBMIT_TIMEOUT_MS = 30_000;
const READ_TIMEOUT_MS = 15_000;
/**
 * https://docs.evolink.ai/en/api-manual/task-management/get-task-detail, read 2026-11-20: links
 * live 24 hours. No answer says until when.
 */
const LINK_LIFE_MS = 24 * 3_600_000;
const MOST_IN_A_BATCH = 50;
const MOST_ON_A_PAGE = 50;
/** A page that may have been cut is not shorter: the size of one that was not asked for. */
const LEAST_ON_A_PAGE = 20;

/** The sheet's section 3.3: fewer words than APIMart, and every other one is waited out. */
const STATES: ReadonlyMap<string, TaskState> = new Map<string, TaskState>([
  ['pending', 'waiting'],
  ['queued', 'waiting'],
  ['submitted', 'waiting'],
  ['processing', 'running'],
  ['completed', 'completed'],
  ['done', 'completed'],
  ['failed', 'failed'],
  ['cancelled', 'cancelled'],
]);

/** `files`: access to its file service, which has a separate host. */
export function evolink(connection: Connection, files: FilesAccess): Gateway {
  const { redact, baseUrl } = connection;
  const reading: TaskReading = {
    states: STATES,
    costOf: evolinkCost,
    owesRefund: evolinkOwesRefund,
    tookMember: 'duration',
    redact,
  };
  const read = (path: string, signal?: AbortSignal) =>
    exchange(connection, { method: 'GET', path, timeoutMs: READ_TIMEOUT_MS }, signal);
  return {
    name: 'evolink',
    keyVariable: 'EVOLINK_API_KEY',
    loopback: isLoopback(baseUrl),
    uploads: 'remedy' in files ? files : evolinkFiles(files),
    linkLifeMs: LINK_LIFE_MS,
    askManyLimit: MOST_IN_A_BATCH,
    submit: async ({ body, attempt }, signal) => {
      const call = {
        method: 'POST',
        path: '/v1/videos/generations',
        body,
        headers: { 'idempotency-key': attempt },
        timeoutMs: SUBMIT_TIMEOUT_MS,
        freshConnection: true,
      } as const;
      return submitOutcome(await exchange(connection, call, signal), {
        redact,
        reserved: evolinkReserved,
      });
    },
    ask: async (task, signal) =>
      askOutcome(await read(`/v1/tasks/${encodeURIComponent(task)}`, signal), task, reading),
    askMany: async (tasks, signal) => {
      const body = JSON.stringify({ task_ids: tasks });
      const call = {
        method: 'POST',
        path: '/v1/tasks/batch',
        body,
        timeoutMs: READ_TIMEOUT_MS,
      } as const;
      const answer = readJson(await exchange(connection, call, signal), redact);
      if (answer.kind === 'problem')
        return isNoBatch(answer.status) ? { kind: 'unsupported' } : answer.outcome;
      const items = itemsOf(answer.json);
      return items === undefined ? { kind: 'unsupported' } : outcomesOf(items, tasks, reading);
    },
    list: async (signal) => {
      const answer = readJson(
        await read(`/v1/tasks?page=1&page_size=${MOST_ON_A_PAGE}`, signal),
        redact,
      );
      if (answer.kind === 'problem') {
        return answer.status === 404 || answer.status === 405
          ? { kind: 'unsupported' }
          : { kind: 'unreadable', reason: answer.outcome.reason };
      }
      return (
        taskList(answer.json, redact) ?? {
          kind: 'unreadable',
          reason: 'the answer lists no tasks',
        }
      );
    },
    balance: async (signal) => {
      const answer = readJson(await read('/v1/credits', signal), redact);
      if (answer.kind === 'problem') return answer.outcome;
      return (
        balanceOf(asObject(asObject(answer.json)?.['data'])) ?? {
          kind: 'unreadable',
          reason: 'the answer names no balance',
        }
      );
    },
  };
}

/**
 * The endpoint is on no public page (404, 405, 501), a key may be refused there alone (401, 403),
 * and one odd id may spoil a whole batch (400, 422): then each task is asked for itself, and a key
 * that is refused everywhere is refused there too.
 */
const isNoBatch = (status: number | undefined): boolean =>
  status !== undefined && [400, 401, 403, 404, 405, 422, 501].includes(status);

/** The list in an answer that is a list, or has one in `data`; what is not an object is empty. */
function itemsOf(json: unknown): Json[] | undefined {
  const list: unknown = Array.isArray(json) ? json : asObject(json)?.['data'];
  return Array.isArray(list) ? list.map((item) => asObject(item) ?? {}) : undefined;
}

const idOf = (item: Json, redact: Redact): TaskId | undefined =>
  taskIdOf(item['id'], redact) ?? taskIdOf(item['task_id'], redact);

/**
 * Only tasks that were asked about, and only items that say a state: what is left out is asked for
 * itself.
 */
function outcomesOf(
  items: readonly Json[],
  tasks: readonly TaskId[],
  reading: TaskReading,
): Map<TaskId, AskOutcome> {
  const wanted = new Set(tasks);
  const outcomes = new Map<TaskId, AskOutcome>();
  for (const item of items) {
    const task = idOf(item, reading.redact);
    if (task !== undefined && wanted.has(task) && asText(item['status']) !== undefined)
      outcomes.set(task, taskOutcome(item, task, reading));
  }
  return outcomes;
}

function taskList(json: unknown, redact: Redact): TaskList | undefined {
  const items = itemsOf(json);
  if (items === undefined) return undefined;
  const tasks = items.flatMap((item) => listedTask(item, redact));
  const total = asNumber(asObject(json)?.['total']);
  const isLastPage = total === undefined ? items.length < LEAST_ON_A_PAGE : items.length >= total;
  const isRead = tasks.length === items.length;
  return { tasks, isWhole: isLastPage && isRead, ...(!isRead && { hasUnreadable: true }) };
}

function listedTask(item: Json, redact: Redact): readonly ListedTask[] {
  const task = idOf(item, redact);
  if (task === undefined) return [];
  const [model, status, type] = [item['model'], item['status'], item['type']].map((value) =>
    spoken(asText(value) ?? '', redact),
  );
  const createdAtMs = asEpochMs(item['created_at'] ?? item['created']);
  return [
    {
      task,
      ...(model && { model }),
      ...(status && { status }),
      ...(type && { type }),
      ...(createdAtMs !== undefined && { createdAtMs }),
    },
  ];
}

/** The money that may be spent: the smaller of key and account, unless the key is unlimited. */
function balanceOf(data: Json | undefined): Balance | undefined {
  const [key, account] = [asObject(data?.['token']), asObject(data?.['user'])];
  const ofAccount = asAmount(account?.['remaining_credits']);
  if (key?.['unlimited_credits'] === true)
    return ofAccount === undefined ? {} : inCredits(ofAccount);
  const known = [asAmount(key?.['remaining_credits']), ofAccount].filter(
    (credits) => credits !== undefined,
  );
  return known.length === 0 ? undefined : inCredits(Math.min(...known));
}

const inCredits = (credits: number): Balance => ({ usd: fromEvolinkCredits(credits), credits });
