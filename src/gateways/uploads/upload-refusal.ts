/**
 * The meaning of an error answer to an upload; docs/providers/uploads.md, sections 2.3 and 4.5.
 */
import { defined } from '../../defined.ts';
import type { GatewayError } from '../answers/error-body.ts';
import type { Answer } from '../http.ts';
import type { UploadOutcome, UploadRefusal } from './uploads.ts';

/** EvoLink's own codes, in the body. */
const BY_BODY_CODE: ReadonlyMap<string, UploadRefusal['kind']> = new Map([
  ['40001', 'invalid'],
  ['40002', 'invalid'],
  ['40003', 'quota'],
  ['40004', 'invalid'],
]);

/** `bodyCode`: the member `code` of the answer, where it has one. */
export function uploadVerdict(
  { retryAfterMs }: Answer,
  { status, message, foreign }: GatewayError,
  bodyCode: unknown,
): Extract<UploadOutcome, { kind: 'refused' | 'unknown' }> {
  const kind = BY_BODY_CODE.get(String(bodyCode)) ?? byStatus(status, foreign === true);
  if (kind === undefined) return { kind: 'unknown', reason: `HTTP ${status}: ${message}` };
  return {
    kind: 'refused',
    refusal: { kind, message, ...defined({ retryAfterMs }) },
  };
}

function byStatus(status: number, isForeign: boolean): UploadRefusal['kind'] | undefined {
  if (status === 401 || status === 403) return 'auth';
  if (status === 402) return 'balance';
  if (status === 429) return 'rate-limited';
  if (status === 413) return 'invalid';
  // A redirect, or a page that something between us and the service wrote.
  if ((status >= 300 && status < 400) || status === 404 || status === 405) return 'wrong-address';
  if (status >= 400 && status < 500) return isForeign ? 'wrong-address' : 'invalid';
  return undefined;
}
