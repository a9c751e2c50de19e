import type { FileHandle } from 'node:fs/promises';

/** Most looks at a clip are at a few bytes near its beginning, or near those looked at before. */
const WINDOW_BYTES = 256 * 1024;

/** An open file, read in windows: many small looks near each other are one read of the disk. */
export class FileBytes {
  readonly size: number;
  readonly #file: FileHandle;
  #window: Buffer = Buffer.alloc(0);
  #windowAt = 0;

  /** The caller opens and closes the file. */
  constructor(file: FileHandle, size: number) {
    this.#file = file;
    this.size = size;
  }

  /** Fewer bytes at the end of the file. Rejects with what the disk says. */
  async read(offset: number, length: number): Promise<Buffer> {
    const wanted = Math.max(0, Math.min(length, this.size - offset));
    const at = offset - this.#windowAt;
    if (at >= 0 && at + wanted <= this.#window.length)
      return this.#window.subarray(at, at + wanted);
    if (wanted > WINDOW_BYTES) return this.#readWhole(offset, wanted);
    this.#window = await this.#readWhole(offset, Math.min(WINDOW_BYTES, this.size - offset));
    this.#windowAt = offset;
    return this.#window.subarray(0, wanted);
  }

  async #readWhole(offset: number, length: number): Promise<Buffer> {
    const bytes = Buffer.allocUnsafeSlow(length);
    let done = 0;
    while (done < length) {
      const { bytesRead } = await this.#file.read(bytes, done, length - done, offset + done);
      if (bytesRead === 0) break;
      done += bytesRead;
    }
    return bytes.subarray(0, done);
  }
}
