/** `rushes store verify`: clips that the locks name and that the store lacks or has wrong. */
import { verifyClips } from '../../store/verify-clips.ts';
import type { Io } from '../shared/io.ts';
import type { SharedOptions } from '../shared/options.ts';
import { contents, overStore, type StoreCommand, wrongState } from './over-store.ts';

const COMMAND: StoreCommand = { command: 'verify', verb: 'verifying', earlier: true };

export const storeVerify = (
  io: Io,
  named: readonly string[],
  options: SharedOptions & { readonly deep?: boolean },
): Promise<number> =>
  overStore(io, COMMAND, named, options, async (at) => {
    const { store, clips, signal, watched } = at;
    const { deep } = options;
    const done = await verifyClips(store, clips, { deep, signal, onProgress: watched.onProgress });
    const stored = contents(done.stored);
    const absent = contents(done.absent);
    const wrong = new Map(done.wrong.map((object) => [object.clip.sha256, object]));
    return {
      stateOf: ({ sha256 }) => {
        if (stored.has(sha256)) return { state: 'stored' };
        if (absent.has(sha256)) return { state: 'missing' };
        return wrongState(wrong.get(sha256)) ?? { state: 'left' };
      },
      failure: done.failure,
    };
  });
