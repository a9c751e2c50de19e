/** Whether the store has clips that are not here: a look with few questions, and not for long. */
import { presenceIn, within } from '../../store/presence.ts';
import type { ClipKey, Store, StoreFailure } from '../../store/store.ts';
import { namesStore, withStore } from '../open/open-store.ts';
import type { Surroundings } from '../open/surroundings.ts';

/** A plan does not wait longer for a store than this. */
const PATIENCE_MS = 30_000;
const SHA256 = /^[0-9a-f]{64}$/;

export type StoreAnswer =
  /** No store is named. */
  | { readonly kind: 'none' }
  | {
      readonly kind: 'known';
      /** Absent if there was nothing to ask. */
      readonly address?: string;
      has(clip: ClipKey): boolean;
    }
  /** `exit`: 69, and 77 for credentials. */
  | {
      readonly kind: 'problem';
      readonly problem: string;
      readonly remedy: string | undefined;
      readonly exit: 69 | 77;
    };

/** `clips`: those to ask about. A name that is not a SHA-256 is in no store. */
export async function clipsInStore(
  at: Pick<Surroundings, 'env' | 'clock'>,
  clips: readonly ClipKey[],
): Promise<StoreAnswer> {
  if (!namesStore(at)) return { kind: 'none' };
  const keys = clips.filter(({ sha256 }) => SHA256.test(sha256));
  if (keys.length === 0) return { kind: 'known', has: () => false };
  const asked = await askStore(at, async (store, signal) => {
    // A question about one object cannot report a missing bucket: the object just looks absent.
    const reached = await store.reach(signal);
    return reached.kind === 'reached' ? presenceIn(store, keys, signal) : reached;
  });
  if (asked.kind !== 'answered') return asked;
  const { address, answer } = asked;
  return {
    kind: 'known',
    address,
    has: ({ sha256, bytes }) => answer.stored.get(sha256) === bytes,
  };
}

/** Whether the store answers and lets us in, for `rushes doctor`. */
export async function reachStore(
  at: Pick<Surroundings, 'env' | 'clock'>,
): Promise<
  Exclude<StoreAnswer, { kind: 'known' }> | { readonly kind: 'reached'; address: string }
> {
  const asked = await askStore(at, (store, signal) => store.reach(signal));
  return asked.kind === 'answered' ? { kind: 'reached', address: asked.address } : asked;
}

type Good<Answer> = Exclude<Answer, StoreFailure>;

async function askStore<Answer extends { readonly kind: string }>(
  at: Pick<Surroundings, 'env' | 'clock'>,
  ask: (store: Store, signal: AbortSignal) => Promise<Answer | StoreFailure>,
): Promise<
  | Exclude<StoreAnswer, { kind: 'known' }>
  | { readonly kind: 'answered'; readonly address: string; readonly answer: Good<Answer> }
> {
  const used = await withStore(at, async (store) => ({
    address: store.address,
    answer: await within(PATIENCE_MS, at.clock, (signal) => ask(store, signal)),
  }));
  switch (used.kind) {
    case 'none':
      return used;
    case 'misconfigured':
    case 'no-credentials': {
      const { problem, remedy } = used;
      return { kind: 'problem', problem, remedy, exit: used.kind === 'misconfigured' ? 69 : 77 };
    }
    case 'used':
  }
  const { address, answer } = used.value;
  if (!isFailure(answer)) return { kind: 'answered', address, answer: answer as Good<Answer> };
  const { reason, remedy } = answer;
  const exit = answer.kind === 'denied' ? 77 : 69;
  return { kind: 'problem', problem: `${address}: ${reason}`, remedy, exit };
}

type Refusal = Exclude<StoreFailure, { kind: 'aborted' }>;
const isFailure = (answer: { readonly kind: string }): answer is Refusal =>
  answer.kind === 'unreachable' || answer.kind === 'denied';
