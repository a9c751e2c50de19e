/**
 * Frames of clips as files: taken once, and kept by the clip's digest and the frame. The bytes
 * differ between decoders, so nothing is ever identified by them.
 */
import { hash, randomUUID } from 'node:crypto';
import { join } from 'node:path';
import pLimit from 'p-limit';
import type { Files } from '../../ports/files/files.ts';
import type { Frame } from '../frame-text.ts';
import { inspectPicture } from '../inspect.ts';
import { type DecoderHere, decoderHere, takeFrame } from './decoder.ts';

/** A clip on this machine. */
export interface ClipFile {
  /** Absolute. */
  readonly path: string;
  /** 64 hex digits: a file with other bytes is not the clip. */
  readonly sha256: string;
}

interface FramePicture {
  readonly bytes: Uint8Array;
  readonly type: 'png' | 'jpeg';
  /** Of these bytes, 64 hex digits. */
  readonly sha256: string;
}

export type FrameTaken =
  | { readonly kind: 'taken'; readonly picture: FramePicture }
  /** The clip is not here, or its file has other bytes. */
  | { readonly kind: 'no-clip'; readonly message: string }
  | { readonly kind: 'problem'; readonly message: string };

export interface FrameFiles {
  /** Never rejects. Each frame of a clip that is here is taken once. */
  take(clip: ClipFile, frame: Frame): Promise<FrameTaken>;
}

/** Decoders at a time: each takes a core. */
const AT_ONCE = 2;
const ENDINGS = [
  ['png', 'png'],
  ['jpg', 'jpeg'],
] as const;

/** `folder`: absolute, made where it is missing; safe to delete. */
export function openFrameFiles(folder: string, files: Files): FrameFiles {
  const known = new Map<string, Promise<FrameTaken>>();
  const limit = pLimit(AT_ONCE);
  let decoder: Promise<DecoderHere> | undefined;
  const makers: Makers = { folder, files, decoder: () => (decoder ??= decoderHere()) };
  return {
    take: (clip, frame) => {
      const name = `${clip.sha256}-${frame}`;
      let taken = known.get(name);
      if (taken === undefined) {
        taken = limit(() => takeOne(makers, clip, frame, name)).then((found) => {
          // A clip that is not here may be brought, from a store for example.
          if (found.kind === 'no-clip') known.delete(name);
          return found;
        });
        known.set(name, taken);
      }
      return taken;
    },
  };
}

interface Makers {
  readonly folder: string;
  readonly files: Files;
  readonly decoder: () => Promise<DecoderHere>;
}

async function takeOne(
  { folder, files, decoder }: Makers,
  clip: ClipFile,
  frame: Frame,
  name: string,
): Promise<FrameTaken> {
  for (const [ending, type] of ENDINGS) {
    const cached = await files.read(join(folder, `${name}.${ending}`));
    if (cached.ok && isWhole(cached.value, ending)) return taken(cached.value, type);
  }
  const here = await files.hash(clip.path);
  if (!here.ok) return { kind: 'no-clip', message: 'its clip is not on this machine' };
  if (here.value.sha256 !== clip.sha256)
    return { kind: 'no-clip', message: 'the file of its clip has been changed' };
  const made = await files.makeFolder(folder);
  if (!made.ok) return { kind: 'problem', message: made.problem.message };
  const scratch = join(folder, `.${name}.${randomUUID()}`);
  const found = await takeFrame(await decoder(), clip.path, frame, scratch);
  if (found.kind === 'problem') return found;
  const [ending] = ENDINGS.find(([, type]) => type === found.type) ?? ENDINGS[0];
  // A cache: where it cannot be written, the frame is taken again next time.
  await files.writeAtomic(join(folder, `${name}.${ending}`), found.bytes);
  return taken(found.bytes, found.type);
}

/** What a full disk or a copy has cut short would be uploaded and paid for. */
const isWhole = (bytes: Uint8Array, ending: string): boolean =>
  inspectPicture(bytes, `.${ending}`).facts !== undefined;

const taken = (bytes: Uint8Array, type: FramePicture['type']): FrameTaken => ({
  kind: 'taken',
  picture: { bytes, type, sha256: hash('sha256', bytes, 'hex') },
});
