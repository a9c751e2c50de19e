/**
 * One listener on a signal for many waiters. A run of thousands of tasks has as many sleepers on each
 * of its signals, and an AbortSignal searches all its listeners whenever one is added or removed;
 * here the cost does not grow with their number.
 */
const waiting = new WeakMap<AbortSignal, Set<{ readonly listener: () => void }>>();

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
  const entry = { listener };
  list.add(entry);
  return () => {
    if (list.delete(entry) && list.size === 0) end(signal);
  };
}

function begin(signal: AbortSignal): Set<{ readonly listener: () => void }> {
  const list = new Set<{ readonly listener: () => void }>();
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
  for (const entry of list ?? []) entry.listener();
}
