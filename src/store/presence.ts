/** Which of many clips a store has, with few questions. */
import pLimit from 'p-limit';
import type { Clock } from '../ports/clock.ts';
import type { ClipKey, Store, StoreFailure } from './store.ts';

/** From here on a walk over the store is cheaper than a question per clip. */
const LIST_FROM = 100;
/** A store that many projects share is not walked to its end for the clips of one. */
const LISTED_PER_CLIP = 10;
const LISTED_AT_LEAST = 10_000;
const QUESTIONS_AT_ONCE = 16;

export type Presence =
  /** Bytes as stored, by SHA-256; absent clips are not in the map. */
  { readonly kind: 'known'; readonly stored: ReadonlyMap<string, number> } | StoreFailure;

export async function presenceIn(
  store: Store,
  keys: Iterable<ClipKey>,
  signal?: AbortSignal,
): Promise<Presence> {
  const wanted = new Map([...keys].map((key) => [key.sha256, key]));
  const stored = new Map<string, number>();
  if (wanted.size === 0) return { kind: 'known', stored };
  if (wanted.size >= LIST_FROM) {
    const atMost = LISTED_AT_LEAST + LISTED_PER_CLIP * wanted.size;
    const listed = await store.list(atMost, signal);
    if (listed.kind !== 'listed') return listed;
    for (const sha256 of wanted.keys()) {
      const bytes = listed.objects.get(sha256);
      if (bytes !== undefined) stored.set(sha256, bytes);
    }
    if (listed.complete) return { kind: 'known', stored };
  }
  const open = [...wanted.values()].filter(({ sha256 }) => !stored.has(sha256));
  const limit = pLimit(QUESTIONS_AT_ONCE);
  let failure: StoreFailure | undefined;
  await Promise.all(
    open.map((key) =>
      limit(async () => {
        if (failure !== undefined) return;
        const found = await store.has(key, signal);
        if (found.kind === 'present') stored.set(key.sha256, found.bytes);
        else if (found.kind !== 'absent') failure ??= found;
      }),
    ),
  );
  return failure ?? { kind: 'known', stored };
}

/** The answer to a question, or `unreachable` after `patienceMs` without an answer. */
export async function within<Answer extends { readonly kind: string }>(
  patienceMs: number,
  clock: Clock,
  ask: (signal: AbortSignal) => Promise<Answer>,
): Promise<Exclude<Answer, { kind: 'aborted' }> | Unreachable> {
  const tooLong = new AbortController();
  const answered = new AbortController();
  void clock.sleep(patienceMs, answered.signal).then(() => tooLong.abort());
  try {
    const answer = await ask(tooLong.signal);
    if (answer.kind !== 'aborted') return answer as Exclude<Answer, { kind: 'aborted' }>;
    const reason = `no answer within ${patienceMs / 1000} s`;
    return { kind: 'unreachable', reason, remedy: 'Run rushes doctor.' };
  } finally {
    answered.abort();
  }
}

type Unreachable = Extract<StoreFailure, { kind: 'unreachable' }>;
