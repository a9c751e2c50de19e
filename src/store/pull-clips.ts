/** Many clips out of a store: each content once, several at a time, only whole ones landed. */
import pLimit from 'p-limit';
import { defined } from '../defined.ts';
import { fetchFile } from './fetch-file.ts';
import { byContent, type LocalClip, type PushOptions, type WrongObject } from './push-clips.ts';
import type { Store, StoreFailure } from './store.ts';

/** What arrives waits in memory to be written: fewer at once than for a push, and no slower. */
const PULLS_AT_ONCE = 6;

export interface PullOptions extends PushOptions {
  /** A temporary name in the folder of a clip's path. */
  readonly partPathOf: (clip: LocalClip) => string;
  /**
   * Gives the fetched file each of the names that need this content. The error of the disk, or
   * `undefined`.
   */
  readonly land: (partPath: string, clips: readonly LocalClip[]) => Promise<string | undefined>;
}

export interface Pulled {
  readonly pulled: readonly LocalClip[];
  /** The store does not have them. */
  readonly absent: readonly LocalClip[];
  readonly wrong: readonly WrongObject[];
  /** Not tried, or failed, because of `failure`. */
  readonly left: readonly LocalClip[];
  readonly failure?: StoreFailure | { readonly kind: 'disk'; readonly reason: string };
}

/** `clips`: those that are not here. Stops at the first failure of the store or the disk. */
export async function pullClips(
  store: Store,
  clips: readonly LocalClip[],
  { signal, onProgress, partPathOf, land }: PullOptions,
): Promise<Pulled> {
  const wanted = [...byContent(clips).values()];
  const pulled: LocalClip[] = [];
  const absent: LocalClip[] = [];
  const wrong: WrongObject[] = [];
  const left: LocalClip[] = [];
  let failure: Pulled['failure'];
  let bytes = 0;
  let done = 0;
  const totalBytes = wanted.reduce((sum, [first]) => sum + (first?.bytes ?? 0), 0);
  const report = (): void =>
    onProgress?.({ clips: done, bytes, totalClips: wanted.length, totalBytes });
  const onBytes = (more: number): void => {
    bytes += more;
    report();
  };

  const limit = pLimit(PULLS_AT_ONCE);
  report();
  await Promise.all(
    wanted.map((same) =>
      limit(async () => {
        const [clip] = same;
        if (clip === undefined) return;
        if (failure !== undefined || signal?.aborted === true) {
          failure ??= { kind: 'aborted' };
          left.push(...same);
          return;
        }
        const partPath = partPathOf(clip);
        const got = await fetchFile(store, clip, partPath, { signal, onBytes });
        switch (got.kind) {
          case 'whole': {
            const reason = await land(partPath, same);
            if (reason === undefined) pulled.push(...same);
            else {
              failure ??= { kind: 'disk', reason };
              left.push(...same);
            }
            break;
          }
          case 'absent':
            absent.push(...same);
            break;
          case 'wrong':
            for (const one of same)
              wrong.push({ clip: one, reason: got.reason, sameSize: got.sameSize });
            break;
          case 'disk':
          case 'aborted':
          case 'denied':
          case 'unreachable':
            failure ??= got;
            left.push(...same);
        }
        done += 1;
        report();
      }),
    ),
  );
  return { pulled, absent, wrong, left, ...defined({ failure }) };
}
