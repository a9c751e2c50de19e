/** `rushes store pull`: the current clips of the locks that are not here, or not whole. */
import { pullIntoPlace } from '../../run/store/pull-into-place.ts';
import type { Io } from '../shared/io.ts';
import type { SharedOptions } from '../shared/options.ts';
import { overStore, type StoreCommand, wrongState } from './over-store.ts';

const COMMAND: StoreCommand = { command: 'pull', verb: 'pulling', earlier: false };

export const storePull = (
  io: Io,
  named: readonly string[],
  options: SharedOptions,
): Promise<number> =>
  overStore(io, COMMAND, named, options, async (at) => {
    const { store, signal, watched } = at;
    const wanted = at.clips.filter(({ disk }) => disk !== 'present');
    const done = await pullIntoPlace(store, wanted, { signal, onProgress: watched.onProgress });
    const pulled = new Set(done.pulled.map(({ path }) => path));
    const absent = new Set(done.absent.map(({ path }) => path));
    const wrong = new Map(done.wrong.map((object) => [object.clip.path, object]));
    const asked = new Set(wanted);
    return {
      stateOf: (clip) => {
        if (!asked.has(clip)) return { state: 'here' };
        if (pulled.has(clip.path)) return { state: 'pulled' };
        if (absent.has(clip.path)) return { state: 'missing' };
        return wrongState(wrong.get(clip.path)) ?? { state: 'left' };
      },
      failure: done.failure,
    };
  });
