import type { HttpBody } from './http.ts';
import { networkReason } from './network-reason.ts';

/** Where the bytes of a body come from. */
export interface ByteSource {
  pause(): void;
  resume(): void;
  /** Ends the connection: the rest is not needed. */
  destroy(reason: Error): void;
}

/** So many bytes may wait to be read; then the source pauses. */
const MOST_WAITING = 64 * 1024;
/** A longer rest is not read to its end to keep a connection. */
const MOST_THROWN_AWAY = 128 * 1024;

const decoder = new TextDecoder();

/**
 * The body of an answer as it comes in: nothing is read from the socket faster than it is asked
 * for. Not a stream of Node: most bodies are one small piece of JSON, complete before it is read.
 */
export class StreamedBody implements HttpBody {
  /** Until the end. */
  #source: ByteSource | undefined;
  readonly #timeoutMs: number;
  #pieces: Uint8Array[] = [];
  #waitingBytes = 0;
  #isPaused = false;
  #ended: { readonly error?: Error } | undefined;
  #wake: (() => void) | undefined;

  constructor(source: ByteSource, timeoutMs: number) {
    this.#source = source;
    this.#timeoutMs = timeoutMs;
  }

  /** For the source: more bytes. */
  push(piece: Uint8Array): void {
    if (this.#ended !== undefined) return;
    this.#pieces.push(piece);
    this.#waitingBytes += piece.byteLength;
    if (this.#waitingBytes >= MOST_WAITING && !this.#isPaused) {
      this.#isPaused = true;
      this.#source?.pause();
    }
    this.#wake?.();
  }

  /** For the source: that was all, or it broke off. */
  end(error?: Error): void {
    this.#ended ??= error === undefined ? {} : { error };
    this.#source = undefined;
    this.#wake?.();
  }

  async text(
    maxBytes: number,
  ): Promise<{ readonly text: string; readonly complete: boolean; readonly reason?: string }> {
    const timer = this.#endInTime();
    const read: Uint8Array[] = [];
    let room = maxBytes;
    try {
      for (;;) {
        for (const piece of this.#take()) {
          read.push(piece.subarray(0, room));
          room -= piece.byteLength;
          if (room >= 0) continue;
          this.#destroy(new Error('the rest is not read'));
          return cut(read, `the answer is longer than ${maxBytes} bytes`);
        }
        if (this.#ended === undefined) await this.#more();
        else if (this.#pieces.length === 0) break;
      }
    } finally {
      clearTimeout(timer);
    }
    const { error } = this.#ended;
    return error === undefined
      ? { text: decoder.decode(joined(read)), complete: true }
      : cut(read, networkReason(error));
  }

  async discard(): Promise<void> {
    const timer = this.#endInTime();
    let thrownAway = 0;
    for (;;) {
      for (const piece of this.#take()) thrownAway += piece.byteLength;
      if (thrownAway > MOST_THROWN_AWAY) this.#destroy(new Error('the body is not wanted'));
      if (this.#ended !== undefined) break;
      await this.#more();
    }
    clearTimeout(timer);
  }

  /** A body that drips on would never end. */
  #endInTime(): NodeJS.Timeout | undefined {
    const late = (): void =>
      this.#destroy(new Error(`the answer was not complete within ${this.#timeoutMs} ms`));
    return this.#ended === undefined ? setTimeout(late, this.#timeoutMs) : undefined;
  }

  async *[Symbol.asyncIterator](): AsyncIterator<Uint8Array> {
    try {
      for (;;) {
        for (const piece of this.#take()) yield piece;
        if (this.#pieces.length > 0) continue;
        if (this.#ended === undefined) await this.#more();
        else if (this.#ended.error === undefined) return;
        else throw this.#ended.error;
      }
    } finally {
      if (this.#ended === undefined) this.#destroy(new Error('the rest is not read'));
    }
  }

  /** Bytes that have arrived since. */
  #take(): readonly Uint8Array[] {
    const pieces = this.#pieces;
    this.#pieces = [];
    this.#waitingBytes = 0;
    if (this.#isPaused) {
      this.#isPaused = false;
      this.#source?.resume();
    }
    return pieces;
  }

  #more(): Promise<void> {
    return new Promise((resolve) => {
      this.#wake = () => {
        this.#wake = undefined;
        resolve();
      };
    });
  }

  #destroy(reason: Error): void {
    if (this.#ended !== undefined) return;
    const source = this.#source;
    this.end(reason);
    source?.destroy(reason);
  }
}

/** A character that was cut in two is left out. */
const cut = (
  read: readonly Uint8Array[],
  reason: string,
): { readonly text: string; readonly complete: false; readonly reason: string } => ({
  text: new TextDecoder().decode(joined(read), { stream: true }),
  complete: false,
  reason,
});

const joined = (pieces: readonly Uint8Array[]): Uint8Array =>
  pieces.length === 1 && pieces[0] !== undefined ? pieces[0] : Buffer.concat(pieces);
