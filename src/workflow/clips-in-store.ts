/** Whether the store has clips that are not here: a look with few questions, and not for long. */
import { presenceWithin } from '../store/presence.ts';
import type { ClipKey } from '../store/store.ts';
import { namesStore, withStore } from './open-store.ts';
import type { Surroundings } from './surroundings.ts';

/** A plan does not wait longer for a store than this. */
const PATIENCE_MS = 30_000;
const SHA256 = /^[0-9a-f]{64}$/;

export type StoreAnswer =
  /** No store is named. */
  | { readonly kind: 'none' }
  | {
      readonly kind: 'known';
      /** Absent where there was nothing to ask, and so nobody was asked. */
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

/** `clips`: those to ask about; what is no SHA-256 is in no store. */
export async function clipsInStore(
  at: Pick<Surroundings, 'env' | 'clock'>,
  clips: readonly ClipKey[],
): Promise<StoreAnswer> {
  if (!namesStore(at)) return { kind: 'none' };
  const keys = clips.filter(({ sha256 }) => SHA256.test(sha256));
  if (keys.length === 0) return { kind: 'known', has: () => false };
  const used = await withStore(at, async (store) => ({
    address: store.address,
    presence: await presenceWithin(PATIENCE_MS, store, keys, at.clock),
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
  const { address, presence } = used.value;
  if (presence.kind === 'known')
    return {
      kind: 'known',
      address,
      has: ({ sha256, bytes }) => presence.stored.get(sha256) === bytes,
    };
  const { reason, remedy } =
    presence.kind === 'aborted' ? { reason: 'interrupted', remedy: undefined } : presence;
  const exit = presence.kind === 'denied' ? 77 : 69;
  return { kind: 'problem', problem: `${address}: ${reason}`, remedy, exit };
}
