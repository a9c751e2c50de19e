/** One upload: the fault that the script applies, and its line in the books. */
import { defined } from '../../defined.ts';
import type { GatewayName } from '../../ids.ts';
import { type Answer, type Fault, failure } from '../answer.ts';
import type { Context } from '../context.ts';
import type { StoredFile } from './files.ts';

export interface UploadRequest {
  readonly owner: string;
  readonly body: Uint8Array;
  readonly contentType: string;
  readonly requestId: string;
  /** EvoLink: `X-Evo-Upload-Id`. */
  readonly uploadId?: string;
}

export interface Uploaded {
  readonly answer: Answer;
  readonly file?: StoredFile;
}

/** The answer, before the script has done its worst to it. */
export async function upload(
  context: Context,
  gateway: GatewayName,
  request: UploadRequest,
  take: (context: Context, request: UploadRequest) => Promise<Uploaded> | Uploaded,
): Promise<{ readonly answer: Answer; readonly fault?: Fault }> {
  const { state, clock } = context;
  const fault = context.rules.act({ step: 'upload', gateway });
  const action = fault?.action;
  // A fault that names nothing else happens before the file is looked at.
  const isStored =
    action === undefined ||
    action.fault === 'expire' ||
    action.fault === 'slow' ||
    action.fault === 'truncated-json' ||
    ('accepted' in action && action.accepted === true);
  const { answer, file } = isStored
    ? await take(context, request)
    : { answer: failure(gateway, 'server', request.requestId) };
  if (file !== undefined && action?.fault === 'expire') file.expiresAtMs = clock.now();
  state.books.note({
    kind: 'upload',
    at: clock.now(),
    gateway,
    status: answer.status,
    bytes: request.body.length,
    ...(file === undefined ? {} : { sha256: file.sha256 }),
    ...(fault === undefined ? {} : { rule: fault.rule }),
  });
  return { answer, ...defined({ fault }) };
}
