/** Files with random content, as clips are to a store: bytes with a name. */
import { createHash, randomBytes } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { LocalClip } from '../../src/store/push-clips.ts';
import type { ClipKey } from '../../src/store/store.ts';

export const sha256Of = (bytes: Uint8Array): string =>
  createHash('sha256').update(bytes).digest('hex');

export async function clipFile(folder: string, name: string, size: number): Promise<LocalClip> {
  const content = randomBytes(size);
  const path = join(folder, name);
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, content);
  return { path, sha256: sha256Of(content), bytes: size };
}

/** A sink that keeps what it gets. */
export function keeping(): {
  readonly sink: (chunk: Uint8Array) => Promise<void>;
  readonly sha256: () => string;
} {
  const chunks: Uint8Array[] = [];
  return {
    sink: (chunk) => {
      chunks.push(Uint8Array.from(chunk));
      return Promise.resolve();
    },
    sha256: () => sha256Of(Buffer.concat(chunks)),
  };
}

export const keyOf = ({ sha256, bytes }: ClipKey): ClipKey => ({ sha256, bytes });
