/** Many clips into a store: each content once, several at a time, and never one that is there. */
import pLimit from 'p-limit';
import { defined } from '../defined.ts';
import { presenceIn } from './presence.ts';
import type { ClipKey, Store, StoreFailure } from './store.ts';

export const TRANSFERS_AT_ONCE = 8;

export interface LocalClip extends ClipKey {
  /** Absolute. */
  readonly path: string;
}

/** An object of the store that is not the clip of its name. */
export interface WrongObject {
  readonly clip: LocalClip;
  readonly reason: string;
  /** A push leaves it there: it must be deleted first. */
  readonly sameSize: boolean;
}

export interface TransferProgress {
  /** Contents, not files. `bytes` may pass `totalBytes` when a transfer was cut and sent again. */
  readonly clips: number;
  readonly bytes: number;
  readonly totalClips: number;
  readonly totalBytes: number;
}

export interface PushOptions {
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((progress: TransferProgress) => void) | undefined;
}

export interface Pushed {
  readonly pushed: readonly LocalClip[];
  /** Were in the store before. */
  readonly already: readonly ClipKey[];
  /** The file here is not the clip that the lock names. */
  readonly unfit: readonly { readonly clip: LocalClip; readonly reason: string }[];
  /** Not tried, or failed, because of `failure`. */
  readonly left: readonly LocalClip[];
  readonly failure?: StoreFailure;
}

/** Stops at the first failure of the store: running uploads finish, the rest is `left`. */
export async function pushClips(
  store: Store,
  clips: readonly LocalClip[],
  { signal, onProgress }: PushOptions = {},
): Promise<Pushed> {
  const copies = byContent(clips);
  const firsts = [...copies.values()].flatMap(([first]) => (first === undefined ? [] : [first]));
  const presence = await presenceIn(store, firsts, signal);
  if (presence.kind !== 'known')
    return { pushed: [], already: [], unfit: [], left: firsts, failure: presence };

  // An object of another size is broken, and the right content takes its place.
  const isThere = (clip: ClipKey): boolean => presence.stored.get(clip.sha256) === clip.bytes;
  const wanted = firsts.filter((clip) => !isThere(clip));
  const pushed: LocalClip[] = [];
  const unfit: { clip: LocalClip; reason: string }[] = [];
  const left: LocalClip[] = [];
  let failure: StoreFailure | undefined;
  let bytes = 0;
  const totalBytes = wanted.reduce((sum, clip) => sum + clip.bytes, 0);
  const report = (): void =>
    onProgress?.({ clips: pushed.length, bytes, totalClips: wanted.length, totalBytes });
  const onBytes = (more: number): void => {
    bytes += more;
    report();
  };

  const limit = pLimit(TRANSFERS_AT_ONCE);
  report();
  await Promise.all(
    wanted.map((first) =>
      limit(async () => {
        let reason = '';
        for (const clip of copies.get(first.sha256) ?? []) {
          if (failure !== undefined || signal?.aborted === true) {
            failure ??= { kind: 'aborted' };
            left.push(clip);
            return;
          }
          const put = await store.put(clip, clip.path, { signal, onBytes });
          if (put.kind === 'stored') {
            pushed.push(clip);
            return report();
          }
          if (put.kind !== 'unfit') {
            failure ??= put;
            left.push(clip);
            return;
          }
          reason = put.reason;
        }
        unfit.push({ clip: first, reason });
      }),
    ),
  );
  const already = firsts.filter(isThere);
  return { pushed, already, unfit, left, ...defined({ failure }) };
}

/** The same content may lie under several names; each is a chance to push it. */
export function byContent<T extends ClipKey>(clips: readonly T[]): ReadonlyMap<string, T[]> {
  const copies = new Map<string, T[]>();
  for (const clip of clips) {
    const known = copies.get(clip.sha256);
    if (known === undefined) copies.set(clip.sha256, [clip]);
    else known.push(clip);
  }
  return copies;
}
