/**
 * `.rushes/uploads.json`: the links of pictures that were uploaded before, and uploads whose answer
 * is still to be asked for. A cache: safe to delete, ignored by git, and what is damaged in it
 * counts as not there.
 */
import { dirname } from 'node:path';
import * as z from 'zod';
import type { Files } from '../../ports/files/files.ts';

const entrySchema = z.discriminatedUnion('state', [
  z.object({
    state: z.literal('stored'),
    placeholder: z.string(),
    link: z.string(),
    /** Epoch milliseconds. */
    expiresAtMs: z.number(),
  }),
  /** The bytes may have left, and no answer is known. */
  z.object({ state: z.literal('sending'), uploadId: z.string(), sinceMs: z.number() }),
]);
export type CachedUpload = z.infer<typeof entrySchema>;

const fileSchema = z.object({
  uploadsVersion: z.literal(1),
  uploads: z.record(z.string(), entrySchema),
});

/** A receipt lives as long as a file; docs/providers/uploads.md, section 4.6. */
const RECEIPT_LIFE_MS = 72 * 3_600_000;

export interface UploadCache {
  /** Every stored link, to be kept out of messages. */
  stored(): readonly (readonly [key: string, upload: Extract<CachedUpload, { state: 'stored' }>])[];
  get(key: string): CachedUpload | undefined;
  /** On the disk before it returns; a problem is reported and changes nothing. */
  put(key: string, upload: CachedUpload): Promise<void>;
  forget(key: string): Promise<void>;
}

/** `account` as {@link Uploads} has it. */
export const uploadKey = (gateway: string, account: string, sha256: string): string =>
  `${gateway} ${account} sha256:${sha256}`;

/** For drafts: files in the embedded gateway are lost when the process ends. */
export function memoryCache(): UploadCache {
  const uploads = new Map<string, CachedUpload>();
  return cacheOver(uploads, () => Promise.resolve());
}

/**
 * `problem`: called with the reason if the file cannot be written. The run continues, and the next
 * one uploads again.
 */
export async function openUploadCache(
  path: string,
  files: Files,
  { nowMs, problem }: { readonly nowMs: number; readonly problem: (message: string) => void },
): Promise<UploadCache> {
  const read = async (): Promise<Map<string, CachedUpload>> => {
    const text = await files.read(path);
    const known = text.ok ? uploadsIn(text.value) : {};
    return new Map(Object.entries(known).filter(([, upload]) => isAlive(upload, nowMs)));
  };
  const uploads = await read();
  let writing = Promise.resolve();
  const write = async (key: string): Promise<void> => {
    // Another run may have written since: its entries stay.
    const all = await read();
    const own = uploads.get(key);
    if (own === undefined) all.delete(key);
    else all.set(key, own);
    const content = {
      uploadsVersion: 1,
      uploads: Object.fromEntries([...all].sort(([a], [b]) => (a < b ? -1 : 1))),
    };
    await files.makeFolder(dirname(path));
    const written = await files.writeAtomic(path, `${JSON.stringify(content, null, 2)}\n`);
    if (!written.ok) problem(written.problem.message);
  };
  return cacheOver(uploads, (key) => (writing = writing.then(() => write(key))));
}

function cacheOver(
  uploads: Map<string, CachedUpload>,
  changed: (key: string) => Promise<void>,
): UploadCache {
  return {
    stored: () =>
      [...uploads].flatMap(([key, upload]) => (upload.state === 'stored' ? [[key, upload]] : [])),
    get: (key) => uploads.get(key),
    put: (key, upload) => {
      uploads.set(key, upload);
      return changed(key);
    },
    forget: (key) => {
      uploads.delete(key);
      return changed(key);
    },
  };
}

function uploadsIn(bytes: Uint8Array): Readonly<Record<string, CachedUpload>> {
  try {
    return fileSchema.parse(JSON.parse(Buffer.from(bytes).toString('utf8'))).uploads;
  } catch {
    return {};
  }
}

const isAlive = (upload: CachedUpload, nowMs: number): boolean =>
  upload.state === 'stored' ? upload.expiresAtMs > nowMs : upload.sinceMs + RECEIPT_LIFE_MS > nowMs;
