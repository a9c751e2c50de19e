/** The thread that draws slates: see `slate-thread.ts`. */
import { type MessagePort, parentPort } from 'node:worker_threads';
import { drawSlate } from './slate.ts';
import type { Drawing, Drawn } from './slate-thread.ts';

const answer = (port: MessagePort, drawn: Drawn): void =>
  // The bytes move to the other thread instead of being copied.
  port.postMessage(drawn, 'bytes' in drawn ? [drawn.bytes.buffer as ArrayBuffer] : []);

async function drawFor(port: MessagePort, { id, spec }: Drawing): Promise<void> {
  try {
    answer(port, { id, bytes: new Uint8Array(await drawSlate(spec)) });
  } catch (error) {
    answer(port, { id, problem: error instanceof Error ? error.message : String(error) });
  }
}

const port = parentPort;
port?.on('message', (drawing: Drawing) => void drawFor(port, drawing));
