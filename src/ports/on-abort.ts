import { Members } from '../algorithms/members.ts';

/**
 * One listener on a signal for many waiters. A run of thousands of tasks has as many sleepers on
 * each of its signals, and an AbortSignal searches all its listeners whenever one is added or
 * removed; here the cost does not grow with their number.
 */
const waiting = new WeakMap<AbortSignal, Members<() => void>>();

/**
 * Calls `listener` when `signal` aborts, at once if it has. The function that comes back takes it
 * off again; calling it more than once is fine.
 */
export function onAbort(signal: AbortSignal, listener: () => void): () => void {
  if (signal.aborted) {
    listener();
    return () => undefined;
  }
  const list = waiting.get(signal) ?? begin(signal);
  const remove = list.add(listener);
  return () => {
    if (remove() && list.size === 0) end(signal);
  };
}

function begin(signal: AbortSignal): Members<() => void> {
  const list = new Members<() => void>();
  waiting.set(signal, list);
  signal.addEventListener('abort', tellAll, { once: true });
  return list;
}

/** Without waiters the signal keeps no listener of ours. */
function end(signal: AbortSignal): void {
  waiting.delete(signal);
  signal.removeEventListener('abort', tellAll);
}

function tellAll(this: AbortSignal): void {
  const list = waiting.get(this);
  waiting.delete(this);
  // A waiter that was removed meanwhile is not called.
  for (const listener of list ?? []) listener();
}
