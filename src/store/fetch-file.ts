/** One object into one new file, whole and proven, or no file at all. */
import { type FileHandle, mkdir, open, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { ClipKey, Got, Store, TransferOptions } from './store.ts';

/** `path`: a new file; the remains of a killed pull, or a link of that name, are removed first. */
export async function fetchFile(
  store: Store,
  key: ClipKey,
  path: string,
  options: TransferOptions = {},
): Promise<Got> {
  let file: FileHandle | undefined;
  let got: Got;
  try {
    await mkdir(dirname(path), { recursive: true });
    await rm(path, { force: true });
    const opened = await open(path, 'wx');
    file = opened;
    got = await store.get(key, (chunk) => opened.writeFile(chunk), options);
    if (got.kind === 'whole') await file.sync();
  } catch (error) {
    got = { kind: 'disk', reason: error instanceof Error ? error.message : String(error) };
  }
  await file?.close().catch(() => undefined);
  if (got.kind !== 'whole') await rm(path, { force: true }).catch(() => undefined);
  return got;
}
