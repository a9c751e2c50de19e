/**
 * Pictures to APIMart: POST /v1/uploads/images. No receipts and nothing against doubles, so that an
 * upload whose answer is lost stays unknown. Facts: docs/providers/uploads.md, section 2.
 */
import { errorOf } from '../answers/error-body.ts';
import { asObject } from '../answers/json.ts';
import { exchange } from '../http.ts';
import { isLoopback } from '../loopback.ts';
import { accountMark, type FilesConnection } from './account.ts';
import { fileForm } from './multipart.ts';
import { storedAs } from './stored.ts';
import { uploadVerdict } from './upload-refusal.ts';
import type { Uploads } from './uploads.ts';

/** As the vendor's own client has it. */
const TIMEOUT_MS = 120_000;

export function apimartUploads(connection: FilesConnection): Uploads {
  const { redact, now, baseUrl } = connection;
  return {
    account: accountMark(connection),
    hide: connection.hide,
    timeoutMs: TIMEOUT_MS,
    upload: async (file, signal) => {
      const { headers, body } = await fileForm(file);
      const answer = await exchange(
        connection,
        {
          method: 'POST',
          path: '/v1/uploads/images',
          headers,
          body,
          timeoutMs: TIMEOUT_MS,
          freshConnection: true,
        },
        signal,
      );
      if (answer.kind === 'not-sent') return answer;
      if (answer.kind === 'broken')
        return { kind: 'unknown', reason: `sent, but no answer came: ${answer.reason}` };
      const error = errorOf(answer, redact);
      const json = asObject(answer.json);
      if (error !== undefined) return uploadVerdict(answer, error, undefined);
      if (json === undefined)
        return {
          kind: 'unknown',
          reason: `HTTP ${answer.status}: ${answer.unreadable ?? 'no JSON object'}`,
        };
      return storedAs(
        {
          link: json['url'],
          bytes: json['bytes'],
          mime: json['content_type'],
          createdAt: json['created_at'],
        },
        { mime: file.mime, size: file.bytes.length },
        { nowMs: now(), loopback: isLoopback(baseUrl) },
      );
    },
  };
}
