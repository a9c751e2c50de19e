/** Clips from a store to the places in their locks. Existing files are kept under another name. */
import { copyFile } from 'node:fs/promises';
import { defined } from '../../defined.ts';
import { pullClips, type Pulled } from '../../store/pull-clips.ts';
import type { PushOptions } from '../../store/push-clips.ts';
import type { Store } from '../../store/store.ts';
import { land, partPathOf } from '../task/delivery/landing.ts';
import type { ClipOfLock } from './clips-of-lock.ts';

/** `clips`: those that are not here, or not whole. */
export function pullIntoPlace(
  store: Store,
  clips: readonly ClipOfLock[],
  options: PushOptions = {},
): Promise<Pulled> {
  const owners = new Map(clips.map((clip) => [clip.path, clip.ownerOf]));
  return pullClips(store, clips, {
    ...options,
    partPathOf: ({ path, sha256 }) => partPathOf(path, `store ${sha256}`),
    land: async (partPath, same) => {
      const [first, ...others] = same;
      if (first === undefined) return undefined;
      const landAt = (clip: typeof first, part: string, take?: () => Promise<void>) =>
        land({
          partPath: part,
          sha256: clip.sha256,
          targetPath: clip.path,
          ownerOf: (sha256) => owners.get(clip.path)?.(sha256),
          displaced: () => Promise.resolve(),
          ...defined({ take }),
        });
      const landed = await landAt(first, partPath);
      if (landed.kind === 'disk') return landed.reason;
      for (const clip of others) {
        const part = partPathOf(clip.path, `store ${clip.sha256}`);
        const copied = await landAt(clip, part, () => copyFile(first.path, part));
        if (copied.kind === 'disk') return copied.reason;
      }
      return undefined;
    },
  });
}
