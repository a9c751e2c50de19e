/** Whether a store has many clips, and has them right. Changes nothing. */
import pLimit from 'p-limit';
import { defined } from '../defined.ts';
import { presenceIn } from './presence.ts';
import {
  byContent,
  type LocalClip,
  type PushOptions,
  TRANSFERS_AT_ONCE,
  type WrongObject,
} from './push-clips.ts';
import type { Store, StoreFailure } from './store.ts';

export interface VerifyOptions extends PushOptions {
  /** Read every object and hash it. Default false: presence and size. */
  readonly deep?: boolean | undefined;
}

export interface VerifiedInStore {
  readonly stored: readonly LocalClip[];
  readonly absent: readonly LocalClip[];
  readonly wrong: readonly WrongObject[];
  readonly left: readonly LocalClip[];
  readonly failure?: StoreFailure;
}

export async function verifyClips(
  store: Store,
  clips: readonly LocalClip[],
  { deep = false, signal, onProgress }: VerifyOptions = {},
): Promise<VerifiedInStore> {
  const copies = [...byContent(clips).values()];
  const presence = await presenceIn(store, clips, signal);
  if (presence.kind !== 'known')
    return { stored: [], absent: [], wrong: [], left: clips, failure: presence };
  const stored: LocalClip[] = [];
  const absent: LocalClip[] = [];
  const wrong: WrongObject[] = [];
  const left: LocalClip[] = [];
  const toRead: LocalClip[][] = [];
  for (const same of copies) {
    const [clip] = same;
    if (clip === undefined) continue;
    const bytes = presence.stored.get(clip.sha256);
    if (bytes === undefined) absent.push(...same);
    else if (bytes !== clip.bytes)
      refuse(same, {
        reason: `it has ${bytes} bytes, the clip has ${clip.bytes}`,
        sameSize: false,
      });
    else if (deep) toRead.push(same);
    else stored.push(...same);
  }
  let failure: StoreFailure | undefined;
  let bytes = 0;
  let done = 0;
  const totalBytes = toRead.reduce((sum, [clip]) => sum + (clip?.bytes ?? 0), 0);
  const report = (): void =>
    onProgress?.({ clips: done, bytes, totalClips: toRead.length, totalBytes });
  const onBytes = (more: number): void => {
    bytes += more;
    report();
  };
  const limit = pLimit(TRANSFERS_AT_ONCE);
  const nowhere = (): Promise<void> => Promise.resolve();
  await Promise.all(
    toRead.map((same) =>
      limit(async () => {
        const [clip] = same;
        if (clip === undefined) return;
        if (failure !== undefined) {
          left.push(...same);
          return;
        }
        const got = await store.get(clip, nowhere, { signal, onBytes });
        if (got.kind === 'whole') stored.push(...same);
        else if (got.kind === 'absent') absent.push(...same);
        else if (got.kind === 'wrong') refuse(same, got);
        else if (got.kind === 'disk') refuse(same, { reason: got.reason, sameSize: true });
        else {
          failure ??= got;
          left.push(...same);
        }
        done += 1;
        report();
      }),
    ),
  );
  return { stored, absent, wrong, left, ...defined({ failure }) };

  function refuse(
    same: readonly LocalClip[],
    { reason, sameSize }: Pick<WrongObject, 'reason' | 'sameSize'>,
  ): void {
    for (const clip of same) wrong.push({ clip, reason, sameSize });
  }
}
