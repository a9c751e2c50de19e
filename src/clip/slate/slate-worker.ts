/** The thread that draws slates: see `slate-thread.ts`. */
import { parentPort } from 'node:worker_threads';
import { drawSlate } from './slate.ts';
import type { Drawing, Drawn } from './slate-thread.ts';

const port = parentPort;
port?.on('message', ({ id, spec }: Drawing) => {
  drawSlate(spec).then(
    (bytes) => {
      // A copy of its own, which moves to the other thread without being copied again.
      const whole = new Uint8Array(bytes);
      port.postMessage({ id, bytes: whole } satisfies Drawn, [whole.buffer]);
    },
    (error: unknown) =>
      port.postMessage({
        id,
        problem: error instanceof Error ? error.message : String(error),
      } satisfies Drawn),
  );
});
