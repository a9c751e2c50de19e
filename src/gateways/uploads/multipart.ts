/** One file as a form, as an upload sends it: the platform's own encoding, in pieces. */
import type { UploadFile } from './uploads.ts';

/** Small enough that a slow peer holds the reading back. */
const PIECE_BYTES = 64 * 1024;

export interface FormBody {
  readonly headers: { readonly 'content-type': string; readonly 'content-length': string };
  readonly body: AsyncIterable<Uint8Array>;
}

/** A `multipart/form-data` body with the one field `file`. */
export async function fileForm({ bytes, mime, name }: UploadFile): Promise<FormBody> {
  const form = new FormData();
  form.set('file', new Blob([bytes], { type: mime }), name);
  const encoded = new Response(form);
  const whole = new Uint8Array(await encoded.arrayBuffer());
  return {
    headers: {
      'content-type': encoded.headers.get('content-type') ?? '',
      'content-length': String(whole.length),
    },
    body: piecesOf(whole),
  };
}

async function* piecesOf(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += PIECE_BYTES) {
    yield bytes.subarray(at, at + PIECE_BYTES);
    await Promise.resolve();
  }
}
