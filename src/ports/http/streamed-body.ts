import type { Readable } from 'node:stream';
import type { HttpBody } from './http.ts';
import { networkReason } from './network-reason.ts';

/**
 * The body of an answer as it streams in: nothing is read from the socket faster than it is asked
 * for.
 */
export function streamedBody(
  stream: Readable & { dump(): Promise<unknown> },
  textTimeoutMs: number,
): HttpBody {
  // A connection that breaks while it is not read would otherwise end the process.
  stream.on('error', () => undefined);

  async function discard(): Promise<void> {
    try {
      await stream.dump();
    } catch {
      // Broken or already gone: either way there is nothing left to read.
    }
  }

  async function text(maxBytes: number): ReturnType<HttpBody['text']> {
    const decoder = new TextDecoder();
    let read = '';
    let bytes = 0;
    const timer = setTimeout(
      () => stream.destroy(new Error(`the answer was not complete within ${textTimeoutMs} ms`)),
      textTimeoutMs,
    );
    try {
      for await (const chunk of stream as AsyncIterable<Uint8Array>) {
        const room = maxBytes - bytes;
        read += decoder.decode(chunk.subarray(0, room), { stream: true });
        bytes += chunk.length;
        // Leaving the loop destroys the stream, so that the rest is never read.
        if (chunk.length > room)
          return {
            text: read,
            complete: false,
            reason: `the answer is longer than ${maxBytes} bytes`,
          };
      }
      return { text: read + decoder.decode(), complete: true };
    } catch (error) {
      return { text: read, complete: false, reason: networkReason(error) };
    } finally {
      clearTimeout(timer);
    }
  }

  return { [Symbol.asyncIterator]: () => stream[Symbol.asyncIterator](), text, discard };
}
