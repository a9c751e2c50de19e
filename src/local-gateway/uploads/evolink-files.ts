/**
 * EvoLink's file service, on its own base below `/evolink-files`: uploads with an id, receipts, a
 * quota. Facts: docs/providers/uploads.md, section 4.
 */
import { defined } from '../../defined.ts';
import type { JsonObject } from '../../scene.ts';
import { type Answer, jsonAnswer } from '../answer.ts';
import type { Context } from '../context.ts';
import { FILE_LIFE_MS, fileMime, fileUrl, type StoredFile } from './files.ts';
import { readForm } from './read-form.ts';
import { type Arrived, takeFile } from './take-file.ts';
import type { Uploaded, UploadRequest } from './upload.ts';

const UPLOAD_ID = /^[A-Za-z0-9][A-Za-z0-9_-]{15,127}$/;
/** If the script gives no other number. */
const MOST_FILES = 2000;
const NAMES = ['uploadPath', 'upload_path', 'fileName', 'file_name'];

const envelope = (data: JsonObject): Answer =>
  jsonAnswer(200, { success: true, code: 200, msg: 'ok', data });

/** An error has its code in the body, whatever the status. */
const denied = (status: number, code: number, msg: string): Answer =>
  jsonAnswer(status, { success: false, code, msg, data: null });

const refused = (code: 40001 | 40002 | 40003 | 40004, msg: string): Uploaded => ({
  answer: denied(400, code, msg),
});

/** POST /api/v1/files/upload/stream */
export async function uploadStream(context: Context, request: UploadRequest): Promise<Uploaded> {
  const form = await readForm(request.body, request.contentType, NAMES);
  if (form.kind === 'problem') return { answer: denied(400, 400, form.message) };
  return take(context, request, form);
}

/** POST /api/v1/files/upload/base64 */
export function uploadBase64(context: Context, request: UploadRequest): Uploaded {
  const invalid = (msg: string): Uploaded => ({ answer: denied(400, 400, msg) });
  let json: unknown;
  try {
    json = JSON.parse(Buffer.from(request.body).toString('utf8'));
  } catch {
    return invalid('the body is not JSON');
  }
  const members = typeof json === 'object' && json !== null ? Object.entries(json) : [];
  const stray = members.find(([name]) => ![...NAMES, 'base64_data'].includes(name));
  if (stray !== undefined) return invalid(`unknown field: ${stray[0]}`);
  const given = new Map(members);
  const data: unknown = given.get('base64_data');
  if (typeof data !== 'string') return invalid('base64_data is missing');
  const bare = data.replace(/^data:[\w.+/-]+;base64,/, '');
  if (!/^[A-Za-z0-9+/]+={0,2}$/.test(bare) || bare.length % 4 !== 0)
    return invalid('base64_data is not base64');
  const name: unknown = given.get('file_name') ?? 'file';
  return take(context, request, {
    bytes: Buffer.from(bare, 'base64'),
    name: typeof name === 'string' ? name : 'file',
  });
}

/** POST /api/v1/files/upload/url: nothing is fetched from outside. */
export const uploadUrl = (): Uploaded =>
  refused(40004, 'the file could not be fetched from file_url');

function take(
  context: Context,
  { owner, uploadId }: UploadRequest,
  file: Pick<Arrived, 'bytes' | 'name'>,
): Uploaded {
  if (uploadId !== undefined && !UPLOAD_ID.test(uploadId))
    return { answer: denied(400, 400, 'X-Evo-Upload-Id is not valid') };
  const before = uploadId === undefined ? undefined : ownFiles(context, owner).get(uploadId);
  if (before !== undefined) {
    if (Buffer.compare(before.bytes, file.bytes) !== 0)
      return { answer: denied(409, 409, 'X-Evo-Upload-Id was used for another file') };
    return { answer: envelope(fileObject(context, before)), file: before };
  }
  if (ownFiles(context, owner).size >= mostFiles(context))
    return refused(40003, 'the file quota of the account is used up');
  const taken = takeFile(context, {
    gateway: 'evolink',
    owner,
    ...file,
    ...defined({ uploadId }),
  });
  switch (taken.kind) {
    case 'too-large':
      return refused(40001, 'the file is too large');
    case 'wrong-type':
      return refused(40002, 'the file type is not supported');
    case 'wrong-content':
      return refused(40002, `the file cannot be read: it ${taken.why}`);
    case 'stored':
      return { answer: envelope(fileObject(context, taken.file)), file: taken.file };
  }
}

/** GET /api/v1/files/… : receipts, quota, the list. DELETE of one file. */
export function fileAnswer(
  context: Context,
  {
    method,
    path,
    query,
    owner,
  }: {
    readonly method: string;
    readonly path: string;
    readonly query: URLSearchParams;
    readonly owner: string;
  },
): Answer | undefined {
  const own = ownFiles(context, owner);
  if (method === 'DELETE') {
    const file = [...own.values()].find(({ id }) => path === id);
    if (file === undefined) return denied(404, 404, 'the file does not exist');
    context.state.files.delete(file.token);
    return envelope({ file_id: file.id });
  }
  if (method !== 'GET') return undefined;
  if (path === 'quota') {
    const most = mostFiles(context);
    return envelope({
      user_group: 'default',
      used_files: own.size,
      max_files: most,
      remain_files: Math.max(0, most - own.size),
      is_custom: false,
      quota_reason: '',
    });
  }
  if (path === 'list') {
    const [page, size] = [wholeOf(query.get('page'), 1), wholeOf(query.get('pageSize'), 20)];
    const files = [...own.values()].slice((page - 1) * size, page * size);
    return envelope({
      files: files.map((file) => fileObject(context, file)),
      total: own.size,
      page,
      page_size: size,
    });
  }
  const uploadId = /^upload-receipts\/([^/]+)$/.exec(path)?.[1];
  return uploadId === undefined ? undefined : receiptOf(context, own, uploadId);
}

const wholeOf = (text: string | null, otherwise: number): number =>
  /^[1-9]\d{0,3}$/.test(text ?? '') ? Number(text) : otherwise;

function receiptOf(
  context: Context,
  own: ReadonlyMap<string, StoredFile>,
  uploadId: string,
): Answer {
  const file = own.get(uploadId);
  if (file === undefined || context.clock.now() - file.createdAtMs > FILE_LIFE_MS)
    return denied(404, 404, 'there is no receipt for this id');
  return jsonAnswer(200, {
    success: true,
    data: {
      upload_id: uploadId,
      state: 'done',
      result_verified: true,
      file: fileObject(context, file),
    },
  });
}

/** Living files of a key, by upload id, else by file id. */
function ownFiles({ state, clock }: Context, owner: string): ReadonlyMap<string, StoredFile> {
  const now = clock.now();
  return new Map(
    [...state.files.values()]
      .filter(
        (file) => file.gateway === 'evolink' && file.owner === owner && file.expiresAtMs > now,
      )
      .map((file) => [file.uploadId ?? file.id, file]),
  );
}

const mostFiles = ({ script }: Context): number => script.maxFiles ?? MOST_FILES;

const fileObject = ({ origin }: Context, file: StoredFile): JsonObject => ({
  file_id: file.id,
  file_name: file.name,
  original_name: file.name,
  file_size: file.bytes.length,
  mime_type: fileMime(file),
  upload_path: '',
  file_url: fileUrl(origin, file),
  download_url: fileUrl(origin, file),
  upload_time: new Date(file.createdAtMs).toISOString(),
  expires_at: new Date(file.expiresAtMs).toISOString(),
});
