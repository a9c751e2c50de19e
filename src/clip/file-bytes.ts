import { closeSync, read } from 'node:fs';
import { promisify } from 'node:util';
import { readAll } from '../ports/files/descriptors.ts';
import { openRegularNow } from '../ports/files/open-regular.ts';

/** Most looks at a clip are at a few bytes near its beginning, or near those looked at before. */
const WINDOW_BYTES = 256 * 1024;

const readAsync = promisify(read);

/**
 * Of a file that was closed: clips are read one after the other, and memory that is thrown away for
 * each of them costs more than the reading.
 */
let spare: Buffer | undefined;

/** An open file, read in windows: many small looks near each other are one read of the disk. */
export class FileBytes {
  readonly size: number;
  readonly #fd: number;
  /** Of the window what was read. */
  #read: Buffer = Buffer.alloc(0);
  #window: Buffer | undefined;
  #windowAt = 0;

  private constructor(fd: number, size: number) {
    this.#fd = fd;
    this.size = size;
  }

  /** Throws what the system says; for what is not a file an error of code `EISDIR` or `EINVAL`. */
  static open(path: string): FileBytes {
    const { fd, size } = openRegularNow(path);
    return new FileBytes(fd, size);
  }

  /** Bytes that were read from it must no longer be used. */
  close(): void {
    closeSync(this.#fd);
    spare ??= this.#window;
    this.#window = undefined;
  }

  /**
   * Fewer bytes at the end of the file. Throws or rejects with what the disk says. `passing`: what
   * was read before, also by others, is not used any longer, so that its memory is used again.
   */
  read(offset: number, length: number, passing = false): Buffer | Promise<Buffer> {
    const wanted = Math.max(0, Math.min(length, this.size - offset));
    const at = offset - this.#windowAt;
    if (at >= 0 && at + wanted <= this.#read.length) return this.#read.subarray(at, at + wanted);
    if (wanted > WINDOW_BYTES) return this.#readWhole(offset, wanted);
    // Bytes that were read before may still be in use.
    if (!passing || this.#window === undefined) {
      this.#window = spare ?? Buffer.allocUnsafeSlow(WINDOW_BYTES);
      spare = undefined;
    }
    const bytes = readAll(this.#fd, this.#window, offset);
    this.#read = this.#window.subarray(0, bytes);
    this.#windowAt = offset;
    return this.#read.subarray(0, wanted);
  }

  async #readWhole(offset: number, length: number): Promise<Buffer> {
    const bytes = Buffer.allocUnsafeSlow(length);
    let done = 0;
    while (done < length) {
      const { bytesRead } = await readAsync(this.#fd, bytes, done, length - done, offset + done);
      if (bytesRead === 0) break;
      done += bytesRead;
    }
    return bytes.subarray(0, done);
  }
}
