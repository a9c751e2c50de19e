/**
 * The file services of both gateways, written from docs/providers/uploads.md and not from our
 * client: a picture is judged by its content, and each upload gets a link of its own.
 */
import { createHash } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { buffer } from 'node:stream/consumers';
import type { Clock } from '../../src/ports/clock.ts';

export type Answer = readonly [status: number, json: object];

/** First bytes of each type that both take. */
const TYPES: readonly (readonly [mime: string, start: RegExp])[] = [
  ['image/jpeg', /^ffd8ff/],
  ['image/png', /^89504e47/],
  ['image/webp', /^52494646.{8}57454250/],
];
/** Sections 2.1 and 4.4. */
const MOST_BYTES = { apimart: 20_971_520, evolink: 99_614_720 } as const;
const UPLOAD_ID = /^[A-Za-z0-9][A-Za-z0-9_-]{15,127}$/;
const LIFE_MS = 72 * 3_600_000;
const MOST_FILES = 2000;

interface Picture {
  readonly bytes: Buffer;
  readonly mime: string;
  readonly name: string;
}

interface Upload {
  readonly gateway: string;
  readonly sha256: string;
}

export function strictFiles(clock: Pick<Clock, 'now'>) {
  const uploads: Upload[] = [];
  const given = new Map<string, string>();
  const store = (gateway: string, { bytes, mime }: Picture): string => {
    uploads.push({ gateway, sha256: createHash('sha256').update(bytes).digest('hex') });
    const link = `https://files.example.com/${gateway}/${uploads.length}.${mime.slice(6)}`;
    given.set(link, gateway);
    return link;
  };
  return {
    uploads,
    /** Links of a body that this gateway did not give out: it fetches no others. */
    foreignLinks: (gateway: string, body: object): readonly string[] =>
      (JSON.stringify(body).match(/https?:\/\/[^"]+/g) ?? []).filter(
        (link) => given.get(link) !== gateway,
      ),
    /** Section 2: a bare object. */
    async apimart(request: IncomingMessage): Promise<Answer> {
      const picture = await pictureIn(request, MOST_BYTES.apimart);
      if (typeof picture === 'string') return [400, { error: { code: 400, message: picture } }];
      return [
        200,
        {
          url: store('apimart', picture),
          filename: picture.name,
          content_type: picture.mime,
          bytes: picture.bytes.length,
          created_at: Math.floor(clock.now() / 1000),
        },
      ];
    },
    /** Section 4: an envelope, an upload id, a quota. */
    async evolink(request: IncomingMessage, path: string): Promise<Answer> {
      if (request.method === 'GET' && path === 'api/v1/files/quota')
        return [200, enveloped({ used_files: 0, max_files: MOST_FILES, remain_files: MOST_FILES })];
      if (request.method !== 'POST' || path !== 'api/v1/files/upload/stream')
        return [404, { success: false, code: 404, msg: 'no such path' }];
      const uploadId = request.headers['x-evo-upload-id'];
      const picture = UPLOAD_ID.test(String(uploadId))
        ? await pictureIn(request, MOST_BYTES.evolink)
        : 'X-Evo-Upload-Id is missing';
      if (typeof picture === 'string') return [400, { success: false, code: 40002, msg: picture }];
      const link = store('evolink', picture);
      return [
        200,
        enveloped({
          file_id: `f_${uploads.length}`,
          file_name: picture.name,
          original_name: picture.name,
          file_size: picture.bytes.length,
          mime_type: picture.mime,
          upload_path: 'x',
          file_url: link,
          download_url: `${link}?download`,
          upload_time: new Date(clock.now()).toISOString(),
          expires_at: new Date(clock.now() + LIFE_MS).toISOString(),
        }),
      ];
    },
  };
}

const enveloped = (data: object) => ({ success: true, code: 200, msg: 'ok', data });

/** The one form field `file`, or what is wrong with it. */
async function pictureIn(request: IncomingMessage, most: number): Promise<Picture | string> {
  const headers = { 'content-type': request.headers['content-type'] ?? '' };
  const form = await new Response(new Uint8Array(await buffer(request)), { headers }).formData();
  const file = form.get('file');
  if (!(file instanceof File) || [...form.keys()].length !== 1)
    return 'exactly one field, file, with a file name';
  const bytes = Buffer.from(await file.arrayBuffer());
  const start = bytes.subarray(0, 12).toString('hex');
  const mime = TYPES.find(([, first]) => first.test(start))?.[0];
  if (mime === undefined || bytes.length > most) return 'invalid image content';
  return { bytes, mime, name: file.name };
}
