/**
 * Draws slates on a separate thread. A picture in 4K takes the encoder hundreds of milliseconds
 * in one piece, and in that time a run that has 200 tasks in flight would neither ask nor answer.
 */
import { Worker } from 'node:worker_threads';
import { drawSlate, type SlateSpec } from './slate.ts';

/** Message to the thread. */
export interface Drawing {
  readonly id: number;
  readonly spec: SlateSpec;
}
/** Message from the thread. */
export type Drawn =
  | { readonly id: number; readonly bytes: Uint8Array }
  | { readonly id: number; readonly problem: string };

export interface SlateThread {
  /** As {@link drawSlate}. */
  readonly draw: (spec: SlateSpec) => Promise<Uint8Array>;
  /** Ends the thread. Slates that are not drawn yet are not wanted any longer: they reject. */
  close(): Promise<void>;
}

interface Waiting {
  readonly spec: SlateSpec;
  readonly resolve: (bytes: Uint8Array | Promise<Uint8Array>) => void;
  readonly reject: (error: Error) => void;
}

/**
 * `file`: the compiled `slate-worker.js`. The thread begins with the first slate and keeps no
 * process alive when there is nothing to draw. If it cannot start, or exits early, slates are drawn
 * on this thread.
 */
export function openSlateThread(file: URL): SlateThread {
  const waiting = new Map<number, Waiting>();
  let worker: Worker | undefined;
  let isOver = false;
  let serial = 0;

  const end = (each: (one: Waiting) => void): void => {
    isOver = true;
    worker = undefined;
    for (const one of waiting.values()) each(one);
    waiting.clear();
  };
  const drawHere = (): void => end(({ spec, resolve }) => resolve(drawSlate(spec)));
  const begin = (): Worker => {
    // Neither the environment of this process nor its flags: it only draws.
    const begun = new Worker(file, { env: {}, execArgv: [], name: 'slates' });
    begun.on('message', (drawn: Drawn) => {
      const one = waiting.get(drawn.id);
      waiting.delete(drawn.id);
      if (waiting.size === 0) begun.unref();
      if ('bytes' in drawn) one?.resolve(drawn.bytes);
      else one?.reject(new Error(drawn.problem));
    });
    begun.on('error', drawHere);
    begun.on('exit', drawHere);
    return begun;
  };
  return {
    draw: (spec) => {
      if (isOver) return drawSlate(spec);
      worker ??= begin();
      const thread = worker;
      return new Promise((resolve, reject) => {
        serial += 1;
        waiting.set(serial, { spec, resolve, reject });
        thread.ref();
        thread.postMessage({ id: serial, spec } satisfies Drawing, []);
      });
    },
    close: async () => {
      const thread = worker;
      end(({ reject }) => reject(new Error('the drawing thread was closed')));
      await thread?.terminate();
    },
  };
}
