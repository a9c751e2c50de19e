/**
 * A multipart upload, for clips that are too large to be sent again from the start for one cut. The
 * object appears only when all parts are there, as one.
 */
import { hashSections, provenBytes, UnfitClip } from '../clip-bytes.ts';
import type { ClipKey, Put, TransferOptions } from '../store.ts';
import { textOf } from './list-objects.ts';
import { codeOf, failureOf, isPassing } from './refusals.ts';
import { type S3Connection, send, textBody } from './signed-request.ts';

const PERMISSION = 's3:PutObject';

/** `partBytes`: 5 MiB at least, the least that servers take for all parts but the last. */
export async function putInParts(
  connection: S3Connection,
  object: string,
  key: ClipKey,
  path: string,
  partBytes: number,
  { signal, onBytes }: TransferOptions,
): Promise<Put> {
  let sections;
  try {
    sections = await hashSections(path, key, partBytes);
  } catch (error) {
    return {
      kind: 'unfit',
      reason: error instanceof UnfitClip ? error.message : String(error),
    };
  }
  const begun = await textAnswer({
    method: 'POST',
    query: { uploads: '' },
    headers: { 'content-type': 'video/mp4' },
  });
  if (begun.kind !== 'text') return begun;
  const uploadId = textOf(begun.text, 'UploadId');
  if (uploadId === undefined)
    return { kind: 'unreachable', reason: 'the store began a multipart upload without an id' };

  const tags: string[] = [];
  for (const [index, section] of sections.entries()) {
    let unfit: string | undefined;
    const sent = await send(
      connection,
      {
        method: 'PUT',
        object,
        query: { partNumber: `${index + 1}`, uploadId },
        permission: PERMISSION,
        signal,
        body: {
          ...section,
          open: () => watched(provenBytes(path, section, onBytes), (why) => (unfit = why)),
        },
      },
      () => unfit !== undefined,
    );
    if (sent.kind === 'answer') await sent.answer.body.discard();
    const tag = sent.kind === 'answer' ? sent.answer.headers['etag'] : undefined;
    if (tag === undefined) {
      await abandon(uploadId);
      if (unfit !== undefined) return { kind: 'unfit', reason: unfit };
      if (sent.kind === 'answer' || sent.kind === 'absent')
        return { kind: 'unreachable', reason: 'the store took a part and gave no tag for it' };
      return sent;
    }
    tags.push(tag);
  }

  const parts = tags.map(
    (tag, index) =>
      `<Part><PartNumber>${index + 1}</PartNumber><ETag>${escapeXml(tag)}</ETag></Part>`,
  );
  const ended = await textAnswer({
    method: 'POST',
    query: { uploadId },
    headers: { 'content-type': 'application/xml' },
    body: textBody(`<CompleteMultipartUpload>${parts.join('')}</CompleteMultipartUpload>`),
  });
  if (ended.kind !== 'text') {
    await abandon(uploadId);
    return ended;
  }
  // The server answers 200 before it has put the parts together; a failure comes in the body.
  const code = codeOf(ended.text);
  if (code === undefined) return { kind: 'stored' };
  await abandon(uploadId);
  const refusal = { status: 200, code, headers: {}, permission: PERMISSION };
  return isPassing(refusal)
    ? { kind: 'unreachable', reason: `the store could not join the parts (${code})` }
    : failureOf(refusal, connection.bucket, connection.clock.now());

  async function textAnswer(
    request: Pick<Parameters<typeof send>[1], 'method' | 'query' | 'headers' | 'body'>,
  ): Promise<{ readonly kind: 'text'; readonly text: string } | Exclude<Put, { kind: 'stored' }>> {
    const result = await send(connection, { ...request, object, permission: PERMISSION, signal });
    if (result.kind === 'absent')
      return { kind: 'unreachable', reason: 'the store forgot a multipart upload' };
    if (result.kind !== 'answer') return result;
    const { text, complete, reason } = await result.answer.body.text(64 * 1024);
    if (complete) return { kind: 'text', text };
    return { kind: 'unreachable', reason: reason ?? 'an answer was cut off' };
  }

  /** Parts that are never joined cost money; a lifecycle rule takes what a killed push leaves. */
  async function abandon(id: string): Promise<void> {
    const result = await send(
      connection,
      { method: 'DELETE', object, query: { uploadId: id }, permission: PERMISSION },
      () => true,
    );
    if (result.kind === 'answer') await result.answer.body.discard();
  }
}

const escapeXml = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');

/** Tells why a file turned out not to be the clip: inside HTTP it is only a broken exchange. */
export async function* watched(
  bytes: AsyncIterable<Uint8Array>,
  onUnfit: (reason: string) => void,
): AsyncGenerator<Uint8Array> {
  try {
    yield* bytes;
  } catch (error) {
    if (error instanceof UnfitClip) onUnfit(error.message);
    throw error;
  }
}
