/** ListObjectsV2, page by page. */
import type { Listed } from '../store.ts';
import { sha256OfName } from '../store.ts';
import { keyIn } from './bucket.ts';
import { type S3Connection, send } from './signed-request.ts';

/** A page holds at most 1,000 objects of well under a kilobyte each. */
const MOST_PAGE_BYTES = 4 * 1024 * 1024;

export async function listObjects(
  connection: S3Connection,
  { atMost, pageSize }: { readonly atMost: number; readonly pageSize: number },
  signal: AbortSignal | undefined,
): Promise<Listed> {
  const objects = new Map<string, number>();
  let continuation: string | undefined;
  do {
    const result = await send(connection, {
      method: 'GET',
      query: {
        'list-type': '2',
        'max-keys': `${pageSize}`,
        prefix: keyIn(connection.bucket.prefix, 'clips/'),
        ...(continuation === undefined ? {} : { 'continuation-token': continuation }),
      },
      permission: 's3:ListBucket',
      signal,
    });
    if (result.kind === 'absent') return { kind: 'listed', objects, complete: true };
    if (result.kind !== 'answer') return result;
    const page = await result.answer.body.text(MOST_PAGE_BYTES);
    if (!page.complete)
      return { kind: 'unreachable', reason: `a list was cut off: ${page.reason ?? 'no reason'}` };
    readPage(page.text, objects);
    continuation = textOf(page.text, 'NextContinuationToken');
  } while (continuation !== undefined && objects.size < atMost);
  return { kind: 'listed', objects, complete: continuation === undefined };
}

/*
 * No XML parser: two values of the whole document are needed, and the only keys that are taken have
 * the form of ours, in which nothing is ever escaped.
 */
function readPage(xml: string, into: Map<string, number>): void {
  for (const [, entry] of xml.matchAll(/<Contents>(.*?)<\/Contents>/gs)) {
    const sha256 = sha256OfName(textOf(entry ?? '', 'Key') ?? '');
    const bytes = Number(textOf(entry ?? '', 'Size'));
    if (sha256 !== undefined && Number.isSafeInteger(bytes)) into.set(sha256, bytes);
  }
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&lt;': '<',
  '&gt;': '>',
  '&quot;': '"',
  '&apos;': "'",
  '&amp;': '&',
};

/** What the first element of that name holds. */
export function textOf(xml: string, element: string): string | undefined {
  const text = new RegExp(`<${element}>([^<]+)</${element}>`).exec(xml)?.[1];
  return text?.replace(/&(?:lt|gt|quot|apos|amp);/g, (entity) => ENTITIES[entity] ?? entity);
}
