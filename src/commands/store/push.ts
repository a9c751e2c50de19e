/** `rushes store push`: every clip of the locks that is here and not in the store. */
import { presenceIn } from '../../store/presence.ts';
import { pushClips } from '../../store/push-clips.ts';
import type { Io } from '../shared/io.ts';
import type { SharedOptions } from '../shared/options.ts';
import { contents, overStore, type StoreCommand } from './over-store.ts';

const COMMAND: StoreCommand = { command: 'push', verb: 'pushing', earlier: true };

export const storePush = (
  io: Io,
  named: readonly string[],
  options: SharedOptions,
): Promise<number> =>
  overStore(io, COMMAND, named, options, async ({ store, clips, signal, watched }) => {
    // A damaged file is tried too: it is hashed on the way, and may be the clip of another name.
    const here = clips.filter(({ disk }) => disk !== 'absent');
    const done = await pushClips(store, here, { signal, onProgress: watched.onProgress });
    const pushed = contents(done.pushed);
    const already = contents(done.already);
    const left = contents(done.left);
    const unfit = new Map(done.unfit.map(({ clip, reason }) => [clip.sha256, reason]));
    const away = clips.filter(({ sha256 }) => !contents(here).has(sha256));
    const presence =
      done.failure === undefined ? await presenceIn(store, away, signal) : done.failure;
    return {
      stateOf: ({ sha256, bytes }) => {
        if (pushed.has(sha256)) return { state: 'pushed' };
        if (already.has(sha256)) return { state: 'stored' };
        if (unfit.has(sha256)) return { state: 'changed', message: unfit.get(sha256) };
        if (left.has(sha256) || presence.kind !== 'known') return { state: 'left' };
        return { state: presence.stored.get(sha256) === bytes ? 'stored' : 'missing' };
      },
      failure: done.failure ?? (presence.kind === 'known' ? undefined : presence),
    };
  });
