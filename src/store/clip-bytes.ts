/**
 * A clip's file as a stream that proves itself: the last piece is handed out only when all of it
 * was the expected content. A receiver that needs the whole length therefore never gets a whole
 * wrong file.
 */
import { createHash, type Hash } from 'node:crypto';
import { openRegular } from '../ports/files/open-regular.ts';
import type { ClipKey, Got, Sink } from './store.ts';

const PIECE_BYTES = 256 * 1024;

/** The file is not there, cannot be read, or is not what was expected. */
export class UnfitClip extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'UnfitClip';
  }
}

export interface Section {
  readonly start: number;
  /** Of these bytes. */
  readonly sha256: string;
  readonly bytes: number;
}

/** One section of a file. Throws {@link UnfitClip}, before its last piece was given out. */
export async function* provenBytes(
  path: string,
  section: Section,
  onBytes?: (bytes: number) => void,
): AsyncGenerator<Uint8Array> {
  const { start, sha256, bytes } = section;
  const hash = createHash('sha256');
  let read = 0;
  let held: Uint8Array | undefined;
  for await (const piece of pieces(path, start, bytes)) {
    if (held !== undefined) {
      yield held;
      onBytes?.(held.length);
    }
    held = piece;
    hash.update(piece);
    read += piece.length;
  }
  if (read !== bytes) throw new UnfitClip(`the file has ${start + read} bytes`);
  if (hash.digest('hex') !== sha256) throw new UnfitClip('the file has another content');
  if (held === undefined) return;
  yield held;
  onBytes?.(held.length);
}

/** The whole file read once and proven: the hash of each section of at most `sectionBytes`. */
export async function hashSections(
  path: string,
  key: ClipKey,
  sectionBytes: number,
): Promise<readonly Section[]> {
  const whole = createHash('sha256');
  const sections: Section[] = [];
  for (let start = 0; start < key.bytes; start += sectionBytes) {
    const bytes = Math.min(sectionBytes, key.bytes - start);
    const hash = createHash('sha256');
    let read = 0;
    for await (const piece of pieces(path, start, bytes)) {
      whole.update(piece);
      hash.update(piece);
      read += piece.length;
    }
    if (read !== bytes) throw new UnfitClip(`the file has ${start + read} bytes`);
    sections.push({ start, bytes, sha256: hash.digest('hex') });
  }
  if (whole.digest('hex') !== key.sha256) throw new UnfitClip('the file has another content');
  return sections;
}

async function* pieces(path: string, start: number, bytes: number): AsyncGenerator<Uint8Array> {
  if (bytes === 0) return;
  try {
    const file = await openRegular(path);
    const end = start + bytes - 1;
    const stream = file.createReadStream({ start, end, highWaterMark: PIECE_BYTES });
    for await (const piece of stream) yield piece as Uint8Array;
  } catch (error) {
    throw new UnfitClip(error instanceof Error ? error.message : String(error));
  }
}

/**
 * The bytes that go from a store to a sink: counted, hashed, and stopped when there are too
 * many. Bytes that came before (a download that continues after a cut) are skipped.
 */
export class ProvingSink {
  readonly #hash: Hash = createHash('sha256');
  readonly #key: ClipKey;
  readonly #sink: Sink;
  /** Bytes that the sink has. */
  taken = 0;
  /** Why the sink failed, if it did. */
  diskProblem: string | undefined;

  constructor(key: ClipKey, sink: Sink) {
    this.#key = key;
    this.#sink = sink;
  }

  /** `at`: where in the clip the chunk begins. False: no more is needed. */
  async take(chunk: Uint8Array, at: number): Promise<boolean> {
    const fresh = chunk.subarray(Math.max(0, this.taken - at));
    if (this.taken + fresh.length > this.#key.bytes) {
      this.taken += fresh.length;
      return false;
    }
    try {
      await this.#sink(fresh);
    } catch (error) {
      this.diskProblem = error instanceof Error ? error.message : String(error);
      return false;
    }
    this.#hash.update(fresh);
    this.taken += fresh.length;
    return true;
  }

  /** Once, at the end of the stream: whether this is the clip. */
  verdict(): Extract<Got, { kind: 'whole' | 'wrong' }> {
    const { bytes, sha256 } = this.#key;
    if (this.taken === bytes)
      return this.#hash.digest('hex') === sha256
        ? { kind: 'whole' }
        : { kind: 'wrong', reason: 'it has another content', sameSize: true };
    const reason =
      this.taken > bytes
        ? `it is longer than the ${bytes} bytes of the clip`
        : `it has ${this.taken} bytes, the clip has ${bytes}`;
    return { kind: 'wrong', reason, sameSize: false };
  }
}
