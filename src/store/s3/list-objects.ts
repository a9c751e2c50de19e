/** ListObjectsV2, page by page. */
import type { Listed } from '../store.ts';
import { sha256OfName } from '../store.ts';
import { keyIn } from './bucket.ts';
import { notS3 } from './refusals.ts';
import { type S3Connection, send } from './signed-request.ts';

/** A page holds at most 1,000 objects of well under a kilobyte each. */
const MOST_PAGE_BYTES = 4 * 1024 * 1024;

/** `atMost`: counts objects of others too, so that a walk among many of them ends. */
export async function listObjects(
  connection: S3Connection,
  { atMost, pageSize }: { readonly atMost: number; readonly pageSize: number },
  signal: AbortSignal | undefined,
): Promise<Listed> {
  const { bucket } = connection;
  const prefix = keyIn(bucket.prefix, 'clips/');
  const objects = new Map<string, number>();
  let continuation: string | undefined;
  for (let walked = 0; ;) {
    const result = await send(connection, {
      method: 'GET',
      query: {
        'list-type': '2',
        'max-keys': `${pageSize}`,
        prefix,
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
    if (!/<ListBucketResult[\s>]/.test(page.text)) return notS3(bucket);
    walked += readPage(page.text, stepsOf(prefix), objects);
    const next = textOf(page.text, 'NextContinuationToken');
    const isCut = next !== undefined || textOf(page.text, 'IsTruncated') === 'true';
    if (!isCut) return { kind: 'listed', objects, complete: true };
    // Without a token, or with the same one again, the next page cannot be asked for.
    if (next === undefined || next === continuation || walked >= atMost)
      return { kind: 'listed', objects, complete: false };
    continuation = next;
  }
}

const stepsOf = (key: string): number => key.split('/').length;

/*
 * No XML parser: three values of the whole document are needed, and the only keys that are taken
 * have the form of ours, in which nothing is ever escaped.
 */
/**
 * The number of objects on the page. `steps`: of our keys; each begins with the prefix that was
 * asked for, and one with more steps is of a store below this one.
 */
function readPage(xml: string, steps: number, into: Map<string, number>): number {
  let count = 0;
  for (const [, entry = ''] of xml.matchAll(/<Contents>(.*?)<\/Contents>/gs)) {
    count += 1;
    const key = textOf(entry, 'Key') ?? '';
    const sha256 = stepsOf(key) === steps ? sha256OfName(key) : undefined;
    const bytes = Number(textOf(entry, 'Size'));
    if (sha256 !== undefined && Number.isSafeInteger(bytes)) into.set(sha256, bytes);
  }
  return count;
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
