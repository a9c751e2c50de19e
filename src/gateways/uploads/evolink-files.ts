/**
 * Uploads to EvoLink's file service, which has a separate host. An upload has an id, and a receipt
 * later gives its outcome; the number of files is limited. Facts: docs/providers/uploads.md,
 * section 4.
 */
import { defined } from '../../defined.ts';
import { errorOf } from '../answers/error-body.ts';
import { asNumber, asObject, asText, type Json } from '../answers/json.ts';
import { type Answer, type Connection, exchange, type Exchange } from '../http.ts';
import { isLoopback } from '../loopback.ts';
import { accountMark, type FilesConnection } from './account.ts';
import { fileForm } from './multipart.ts';
import { storedAs } from './stored.ts';
import { uploadVerdict } from './upload-refusal.ts';
import type { ReceiptOutcome, UploadOutcome, Uploads } from './uploads.ts';

/** As the official client has them. */
const UPLOAD_TIMEOUT_MS = 900_000;
const READ_TIMEOUT_MS = 15_000;

export function evolinkFiles(connection: FilesConnection): Uploads {
  const { redact, now, baseUrl } = connection;
  const read = (path: string, signal?: AbortSignal) =>
    exchange(connection, { method: 'GET', path, timeoutMs: READ_TIMEOUT_MS }, signal);
  const stored = (file: Json, mime: string, size?: number) =>
    storedAs(
      {
        link: file['file_url'],
        bytes: file['file_size'],
        mime: file['mime_type'],
        expiresAt: file['expires_at'],
        createdAt: file['upload_time'],
      },
      { mime, ...defined({ size }) },
      { nowMs: now(), loopback: isLoopback(baseUrl) },
    );

  return {
    account: accountMark(connection),
    hide: connection.hide,
    timeoutMs: UPLOAD_TIMEOUT_MS,
    upload: async (file, signal) => {
      const { headers, body } = await fileForm(file);
      const answer = await exchange(
        connection,
        {
          method: 'POST',
          path: '/api/v1/files/upload/stream',
          headers: { ...headers, 'x-evo-upload-id': file.uploadId },
          body,
          timeoutMs: UPLOAD_TIMEOUT_MS,
          freshConnection: true,
        },
        signal,
      );
      const found = dataOf(answer, redact);
      return 'failed' in found ? found.failed : stored(found.data, file.mime, file.bytes.length);
    },
    receipt: async (uploadId, signal): Promise<ReceiptOutcome> => {
      const answer = await read(
        `/api/v1/files/upload-receipts/${encodeURIComponent(uploadId)}`,
        signal,
      );
      if (answer.kind !== 'answer') return { kind: 'unreadable', reason: answer.reason };
      const { status, retryAfterMs } = answer;
      if (status === 404 || status === 405)
        return { kind: 'none', reason: `the gateway has no receipt (HTTP ${status})` };
      const data = asObject(asObject(answer.json)?.['data']);
      const state = asText(data?.['state']);
      const file = asObject(data?.['file']);
      if (status < 300 && state === 'done' && data?.['result_verified'] === true && file) {
        const outcome = stored(file, asText(file['mime_type']) ?? '');
        return outcome.kind === 'stored' ? outcome : { kind: 'none', reason: outcome.reason };
      }
      if (status < 300 && state === 'outcome_unknown')
        return { kind: 'none', reason: 'the gateway does not know either' };
      return {
        kind: 'unreadable',
        reason: `HTTP ${status}: ${answer.unreadable ?? 'the receipt names no result'}`,
        ...defined({ retryAfterMs }),
      };
    },
    placesLeft: async (signal) => {
      const found = dataOf(await read('/api/v1/files/quota', signal), redact);
      if ('failed' in found) {
        const { failed } = found;
        return { reason: failed.kind === 'refused' ? failed.refusal.message : failed.reason };
      }
      // The two other figures of the page's own sample do not add up to it.
      return (
        asNumber(found.data['remain_files']) ?? { reason: 'the answer names no remaining files' }
      );
    },
  };
}

/** The `data` of a good answer; every other one as the outcome of an upload. */
function dataOf(
  answer: Exchange,
  redact: Connection['redact'],
): { readonly data: Json } | { readonly failed: Exclude<UploadOutcome, { kind: 'stored' }> } {
  const unknown = (reason: string) => ({ failed: { kind: 'unknown', reason } as const });
  if (answer.kind === 'not-sent') return { failed: answer };
  if (answer.kind === 'broken') return unknown(`sent, but no answer came: ${answer.reason}`);
  const json = asObject(answer.json);
  const error = errorOf(answer, redact) ?? denied(answer, json);
  if (error !== undefined) return { failed: uploadVerdict(answer, error, json?.['code']) };
  const data = asObject(json?.['data']);
  return data === undefined
    ? unknown(`HTTP ${answer.status}: ${answer.unreadable ?? 'the answer holds no file'}`)
    : { data };
}

/** `"success": false` with a good status and no code: nothing says what became of the file. */
const denied = ({ status }: Answer, json: Json | undefined) =>
  json?.['success'] === false
    ? { status: status < 300 ? 500 : status, message: asText(json['msg']) ?? 'no reason was given' }
    : undefined;
