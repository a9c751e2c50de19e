/**
 * The temporary file of a download, which outlives its run: beside `.kling.0f1e2d3c.part` lies a
 * note of what its bytes are a part of, so that a slow link makes progress from run to run. The
 * note is written after the bytes are on the disk and holds their hash: what a crash left behind is
 * trusted only as far as it proves.
 */
import { createHash, type Hash } from 'node:crypto';
import {
  closeSync,
  constants,
  createReadStream,
  fdatasync,
  fsync,
  ftruncateSync,
  lstatSync,
  mkdirSync,
  openSync,
  readFileSync,
  writev,
} from 'node:fs';
import { open, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { promisify } from 'node:util';
import * as z from 'zod';
import { writeAll } from '../../../ports/files/descriptors.ts';

const waitFor = {
  fsync: promisify(fsync),
  fdatasync: promisify(fdatasync),
  writev: promisify(writev),
};

/**
 * At most so many bytes of one download wait for the disk. A clip of at most this length is written
 * by synchronous calls: they only copy into the system's cache, which costs less than the way to
 * another thread and back.
 */
const MOST_GATHERED = 256 * 1024;
/**
 * After so many bytes the disk begins to take them, while the next ones come: the end of a large
 * clip does not wait for all of it.
 */
const SYNCED_EVERY = 64 * 1024 * 1024;
/** Bytes are noted this often while they come. */
const NOTED_EVERY_MS = 2_000;
/** A tag is a few dozen characters long; a longer one is not kept. */
const LONGEST_TAG = 256;
/** A note is some 200 bytes. */
const MAX_NOTE_BYTES = 4_096;

const noteSchema = z.strictObject({
  /** Strong, as the media host sent it. */
  etag: z
    .string()
    .max(LONGEST_TAG)
    .regex(/^"[\x21\x23-\x7e]*"$/),
  /** Of the whole clip, where the host says so. */
  total: z.int().min(0).optional(),
  bytes: z.int().min(1),
  /** Of the first `bytes` bytes. */
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
});
type Note = z.infer<typeof noteSchema>;

const notePathOf = (partPath: string): string => `${partPath}.json`;

/**
 * Both files of a download that is over or will not be continued. The note is removed first: if
 * there is no part, there is no note.
 */
export async function removePart(partPath: string): Promise<void> {
  await rm(notePathOf(partPath), { force: true });
  await rm(partPath, { force: true });
}

/** Owns the file until it is closed. */
export class PartFile {
  /** From the beginning of the clip; some of the last ones are not in the file yet. */
  bytes = 0;
  /** Of all answers together, thrown away or not. */
  received = 0;
  /** The strong ETag of the whole clip; `undefined`: the rest cannot be asked for. */
  etag: string | undefined;
  /** Of the whole clip, where it is known. */
  total: number | undefined;
  readonly #path: string;
  /** The open file; no number of one once it is closed. */
  #fd: number;
  readonly #now: () => number;
  #hash: Hash = createHash('sha256');
  /** What is not in the file yet, and how long it is. */
  #gathered: Uint8Array[] = [];
  #gatheredBytes = 0;
  /** In the file. */
  #written = 0;
  #writing: Promise<void> | undefined;
  /** So many bytes the disk was asked to take early. */
  #syncedTo = 0;
  #syncing: Promise<void> | undefined;
  /** Its message: reported once, and not again at the end. */
  #syncProblem: { readonly error: unknown } | undefined;
  #notedAt: number;
  #hasNote = false;

  private constructor(path: string, fd: number, now: () => number) {
    this.#path = path;
    this.#fd = fd;
    this.#now = now;
    this.#notedAt = now();
  }

  /**
   * Continues the file of an earlier run if its note proves the bytes, else starts from zero.
   * `now`: milliseconds that never go back. Rejects with what the disk says.
   */
  static async open(path: string, now: () => number): Promise<PartFile> {
    mkdirSync(dirname(path), { recursive: true });
    const fresh = openNew(path);
    if (fresh !== undefined) return new PartFile(path, fresh, now);
    const left = await openLeft(path);
    if (left !== undefined) {
      const part = new PartFile(path, left.fd, now);
      const { etag, total, bytes } = left.note;
      Object.assign(part, { etag, total, bytes });
      part.#hash = left.hash;
      part.#written = bytes;
      part.#hasNote = true;
      return part;
    }
    await removePart(path);
    return new PartFile(path, openSync(path, 'wx+'), now);
  }

  /** Bytes go to the file at once, or together when the write before them is done. */
  async write(chunk: Uint8Array): Promise<void> {
    this.#hash.update(chunk);
    this.bytes += chunk.byteLength;
    if (this.total !== undefined && this.total <= MOST_GATHERED && this.#writing === undefined) {
      try {
        this.#writeNow(chunk);
      } catch (error) {
        this.#writing = Promise.reject(error);
        await this.#writing;
      }
    } else {
      this.#gathered.push(chunk);
      this.#gatheredBytes += chunk.byteLength;
      const written = this.#writeGathered();
      if (this.#gatheredBytes >= MOST_GATHERED) await written;
    }
    if (this.#now() - this.#notedAt >= NOTED_EVERY_MS) await this.note();
  }

  #writeNow(bytes: Uint8Array): void {
    writeAll(this.#fd, bytes, this.#written);
    this.#written += bytes.byteLength;
  }

  /** Resolves when all is in the file. After a write that failed it always rejects. */
  #writeGathered(): Promise<void> {
    if (this.#writing !== undefined) return this.#writing;
    if (this.#gatheredBytes === 0) return Promise.resolve();
    this.#writing = this.#writeAll();
    // The next write or the end of the download hears of it.
    this.#writing.catch(() => undefined);
    return this.#writing;
  }

  async #writeAll(): Promise<void> {
    while (this.#gatheredBytes > 0) {
      const [pieces, length] = [this.#gathered, this.#gatheredBytes];
      [this.#gathered, this.#gatheredBytes] = [[], 0];
      const done = (await waitFor.writev(this.#fd, pieces, this.#written)).bytesWritten;
      this.#written += done;
      if (done < length) this.#writeNow(Buffer.concat(pieces).subarray(done));
      this.#syncEarly();
    }
    // Set as soon as nothing is left: later bytes begin a new write.
    this.#writing = undefined;
  }

  /** Nothing waits for it but the end of the file. */
  #syncEarly(): void {
    if (this.#syncing !== undefined || this.#written - this.#syncedTo < SYNCED_EVERY) return;
    this.#syncedTo = this.#written;
    this.#syncing = waitFor
      .fdatasync(this.#fd)
      .catch((error: unknown) => (this.#syncProblem ??= { error }))
      .then(() => (this.#syncing = undefined));
  }

  /** All that was written is on the disk itself. Rejects with what the disk says. */
  async #sync(how: 'fsync' | 'fdatasync'): Promise<void> {
    await this.#writeGathered();
    await this.#syncing;
    if (this.#syncProblem !== undefined) throw this.#syncProblem.error;
    await waitFor[how](this.#fd);
  }

  async restart(): Promise<void> {
    this.etag = undefined;
    this.total = undefined;
    // Nothing to wait for: what waits to be read is lost if its connection ends in the meantime.
    if (this.bytes === 0) return;
    await this.#writeGathered();
    this.bytes = 0;
    this.#written = 0;
    this.#syncedTo = 0;
    this.#hash = createHash('sha256');
    if (this.#hasNote) await rm(notePathOf(this.#path), { force: true });
    this.#hasNote = false;
    ftruncateSync(this.#fd, 0);
  }

  /** Hex. Nothing can be written after it. */
  digest(): string {
    return this.#hash.digest('hex');
  }

  /** Writes down how far it is, if the rest can be asked for. */
  async note(): Promise<void> {
    this.#notedAt = this.#now();
    const { etag, total, bytes } = this;
    const note = noteSchema.safeParse({
      etag,
      ...(total !== undefined && { total }),
      bytes,
      sha256: this.#hash.copy().digest('hex'),
    });
    if (!note.success) return;
    await this.#sync('fdatasync');
    const path = notePathOf(this.#path);
    const temporary = `${path}.new`;
    await rm(temporary, { force: true });
    const file = await open(temporary, 'wx');
    try {
      await file.writeFile(JSON.stringify(note.data));
    } finally {
      await file.close();
    }
    await rename(temporary, path);
    this.#hasNote = true;
  }

  #close(): void {
    if (this.#fd !== -1) closeSync(this.#fd);
    this.#fd = -1;
  }

  /** The clip is whole: flushed, and no longer a part of anything. */
  async finish(): Promise<void> {
    await this.#sync('fsync');
    this.#close();
    if (this.#hasNote) await rm(notePathOf(this.#path), { force: true });
  }

  /** Keeps what is worth keeping for a later try. Never rejects. */
  async leave(): Promise<void> {
    await this.note().catch(() => undefined);
    // Its number may be another file's once it is closed: what still writes would write into that.
    await this.#writing?.catch(() => undefined);
    await this.#syncing;
    this.#close();
    if (!this.#hasNote) await removePart(this.#path).catch(() => undefined);
  }
}

/** `undefined`: an earlier run has left something. */
function openNew(path: string): number | undefined {
  try {
    return openSync(path, 'wx+');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') return undefined;
    throw error;
  }
}

/** The file of an earlier run with its note and the hash of its bytes, if all three agree. */
async function openLeft(
  path: string,
): Promise<{ readonly fd: number; readonly note: Note; readonly hash: Hash } | undefined> {
  const note = readNote(notePathOf(path));
  if (note === undefined) return undefined;
  // Not a link, and not a second name of another file.
  const stats = lstatSync(path, { throwIfNoEntry: false });
  if (stats?.isFile() !== true || stats.nlink !== 1 || stats.size < note.bytes) return undefined;
  let fd: number | undefined;
  try {
    fd = openSync(path, constants.O_RDWR | (constants.O_NOFOLLOW ?? 0));
    const hash = createHash('sha256');
    const chunks = createReadStream('', { fd, start: 0, end: note.bytes - 1, autoClose: false });
    for await (const chunk of chunks as AsyncIterable<Uint8Array>) hash.update(chunk);
    if (hash.copy().digest('hex') === note.sha256) {
      ftruncateSync(fd, note.bytes);
      return { fd, note, hash };
    }
  } catch {
    // It starts from zero.
  }
  if (fd !== undefined) closeSync(fd);
  return undefined;
}

function readNote(path: string): Note | undefined {
  try {
    const stats = lstatSync(path);
    if (!stats.isFile() || stats.size > MAX_NOTE_BYTES) return undefined;
    return noteSchema.parse(JSON.parse(readFileSync(path, 'utf8')));
  } catch {
    return undefined;
  }
}
