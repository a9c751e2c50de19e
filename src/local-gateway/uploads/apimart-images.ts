/** APIMart: POST /v1/uploads/images. Facts: docs/providers/uploads.md, section 2. */
import { type Answer, failure, jsonAnswer } from '../answer.ts';
import { type Context, spendable } from '../context.ts';
import { unixSeconds } from '../dialect.ts';
import { MOST_UPLOAD_BYTES } from '../../pictures/limits.ts';
import { fileMime, fileUrl, type StoredFile } from './files.ts';
import { readForm } from './read-form.ts';
import { takeFile } from './take-file.ts';
import type { Uploaded, UploadRequest } from './upload.ts';

/** Below it every path answers 402. */
const LEAST_BALANCE_USD = 0.05;

export async function uploadImage(context: Context, request: UploadRequest): Promise<Uploaded> {
  const { owner, body, contentType, requestId } = request;
  const refused = (message: string, name: 'invalid' | 'too-large' | 'balance' = 'invalid') => ({
    answer: failure('apimart', name, requestId, { message }),
  });
  const left = spendable(context, 'apimart');
  if (left !== undefined && left < LEAST_BALANCE_USD * 1_000_000)
    return refused('insufficient balance', 'balance');
  const form = await readForm(body, contentType, []);
  if (form.kind === 'problem') return refused(form.message);
  const { bytes, name } = form;
  const taken = takeFile(context, { gateway: 'apimart', owner, bytes, name });
  switch (taken.kind) {
    case 'too-large':
      return refused(
        `file size ${bytes.length} exceeds maximum ${MOST_UPLOAD_BYTES.apimart} bytes`,
        'too-large',
      );
    case 'wrong-type':
      return refused('unsupported image type, allowed: jpeg, png, webp');
    case 'wrong-content':
      return refused('invalid image content');
    case 'stored':
      return { answer: stored(context, taken.file), file: taken.file };
  }
}

const stored = ({ origin }: Context, file: StoredFile): Answer =>
  jsonAnswer(200, {
    url: fileUrl(origin, file),
    filename: file.name,
    content_type: fileMime(file),
    bytes: file.bytes.length,
    created_at: unixSeconds(file.createdAtMs),
  });
