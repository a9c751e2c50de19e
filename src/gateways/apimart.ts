/**
 * APIMart. Facts: https://docs.apimart.ai (task status, webhook, balance pages), the seed pages of
 * kling-v3, kling-v2-6 and sora-2, and the vendor's own client, read 2026-11-20.
 *
 * The header `X-APIMart-Response-Version` is not sent: every page of these models shows its answer
 * without it, all three answer shapes are read anyway, and nothing that is needed comes only with
 * it.
 */
import { APIMART_CREDITS_PER_USD, fromUsd, type MicroUsd } from '../money.ts';
import type { Balance, Cost, Gateway } from './gateway.ts';
import { type Connection, exchange } from './http.ts';
import { asAmount, asObject, type Json } from './answers/json.ts';
import { isLoopback } from './loopback.ts';
import { readJson } from './answers/read-json.ts';
import { submitOutcome } from './submit.ts';
import type { FilesAccess } from './uploads/account.ts';
import { apimartUploads } from './uploads/apimart-uploads.ts';
import { askOutcome, type TaskReading, type TaskState } from './answers/task.ts';

/** As the vendor's client has them. */
const SUBMIT_TIMEOUT_MS = 45_000;
const READ_TIMEOUT_MS = 15_000;

const STATES: ReadonlyMap<string, TaskState> = new Map<string, TaskState>([
  ['submitted', 'waiting'],
  ['queued', 'waiting'],
  ['pending', 'waiting'],
  ['processing', 'running'],
  ['in_progress', 'running'],
  ['running', 'running'],
  ['completed', 'completed'],
  ['success', 'completed'],
  ['succeeded', 'completed'],
  ['done', 'completed'],
  ['failed', 'failed'],
  ['failure', 'failed'],
  ['error', 'failed'],
  ['cancelled', 'cancelled'],
  ['canceled', 'cancelled'],
  ['expired', 'timeout'],
  ['timeout', 'timeout'],
]);

/** `files`: to where pictures are uploaded. */
export function apimart(connection: Connection, files: FilesAccess): Gateway {
  const { redact, baseUrl } = connection;
  const reading: TaskReading = { states: STATES, costOf, tookMember: 'actual_time', redact };
  const read = (path: string, signal?: AbortSignal) =>
    exchange(connection, { method: 'GET', path, timeoutMs: READ_TIMEOUT_MS }, signal);
  return {
    name: 'apimart',
    keyVariable: 'APIMART_API_KEY',
    loopback: isLoopback(baseUrl),
    uploads: 'remedy' in files ? files : apimartUploads(files),
    // No `linkLifeMs`: pages and vendor's client do not agree (24 h, 72 h). What an answer says in
    // `expires_at` holds. POST /v1/tasks/batch exists, but no page says what it answers.
    askManyLimit: 0,
    submit: async ({ body, attempt }, signal) => {
      const headers = { 'idempotency-key': attempt };
      const call = {
        method: 'POST',
        path: '/v1/videos/generations',
        body,
        headers,
        timeoutMs: SUBMIT_TIMEOUT_MS,
        freshConnection: true,
      } as const;
      return submitOutcome(await exchange(connection, call, signal), { redact });
    },
    ask: async (task, signal) =>
      askOutcome(await read(`/v1/tasks/${encodeURIComponent(task)}`, signal), task, reading),
    askMany: async () => ({ kind: 'unsupported' }),
    list: async () => ({ kind: 'unsupported' }),
    balance: async (signal) => {
      const ofKey = await balanceAt('/v1/balance', signal);
      if ('kind' in ofKey) return ofKey;
      // A key may be allowed more than the account still has. Where the account's own page does not
      // answer, the key's is what is known.
      const ofAccount = await balanceAt('/v1/user/balance', signal);
      if ('kind' in ofAccount || ofAccount.usd === undefined) return ofKey;
      return ofKey.usd === undefined || ofAccount.usd < ofKey.usd ? ofAccount : ofKey;
    },
  };

  async function balanceAt(path: string, signal?: AbortSignal): ReturnType<Gateway['balance']> {
    const answer = readJson(await read(path, signal), redact);
    if (answer.kind === 'problem') return answer.outcome;
    return (
      balanceOf(asObject(answer.json)) ?? {
        kind: 'unreadable',
        reason: 'the answer names no balance',
      }
    );
  }
}

function balanceOf(body: Json | undefined): Balance | undefined {
  if (body?.['unlimited_quota'] === true) return {};
  const credits = asAmount(body?.['remain_credits']);
  const usd = dollars(body?.['remain_balance'], credits);
  return usd === undefined ? undefined : { usd, ...(credits !== undefined && { credits }) };
}

function costOf(task: Json): Cost | undefined {
  const credits = asAmount(task['credits_cost']);
  const usd = dollars(task['cost'], credits);
  return usd === undefined ? undefined : { usd, ...(credits !== undefined && { credits }) };
}

function dollars(said: unknown, credits: number | undefined): MicroUsd | undefined {
  const usd =
    asAmount(said) ?? (credits === undefined ? undefined : credits / APIMART_CREDITS_PER_USD);
  return usd === undefined ? undefined : fromUsd(usd);
}
