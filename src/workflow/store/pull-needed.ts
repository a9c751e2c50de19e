/**
 * Clips that a run or a page needs and this machine lacks, out of the store. Nothing here stops
 * what asked for them: without the store it works as before.
 */
import { manifestWords } from '../../command-words.ts';
import type { Http } from '../../ports/http/http.ts';
import type { ClipOfLock } from '../../run/store/clips-of-lock.ts';
import { pullIntoPlace } from '../../run/store/pull-into-place.ts';
import type { PushOptions } from '../../store/push-clips.ts';
import { plural } from '../../report/text/format.ts';
import { clipsOfLocks, type LockOfManifest } from './clips-of-locks.ts';
import { storeOf } from '../open/open-store.ts';
import type { Surroundings } from '../open/surroundings.ts';

export interface PullNeeded extends PushOptions {
  /** Default: only clips whose file here is not the clip. */
  readonly absentToo?: boolean | undefined;
}

export interface PulledNeeded {
  /** Whether a clip was needed that is not here, and a store is named. */
  readonly asked: boolean;
  /** Landed from the store. */
  readonly clips: number;
  /** Why not all of them; absent if all came, or none was needed. */
  readonly problem?: string;
}

export async function pullNeeded(
  at: Pick<Surroundings, 'env' | 'clock'>,
  http: Http,
  locks: readonly LockOfManifest[],
  { absentToo, ...options }: PullNeeded = {},
): Promise<PulledNeeded> {
  const clips = await clipsOfLocks(locks);
  const needed = clips.filter(
    ({ current, disk }) =>
      current && (disk === 'damaged' || (absentToo === true && disk === 'absent')),
  );
  return pullThese(at, http, needed, options);
}

/** `needed`: clips that are not here, each with the manifest of this checkout that it is of. */
export async function pullThese(
  at: Pick<Surroundings, 'env' | 'clock'>,
  http: Http,
  needed: readonly (ClipOfLock & { readonly manifest?: string })[],
  options: PushOptions = {},
): Promise<PulledNeeded> {
  if (needed.length === 0) return { asked: false, clips: 0 };
  const opened = await storeOf(at, http);
  if (opened.kind === 'none') return { asked: false, clips: 0 };
  if (opened.kind !== 'open')
    return { asked: true, clips: 0, problem: `${opened.problem}\n  ${opened.remedy}` };
  const { store } = opened;
  const { pulled, absent, wrong, failure } = await pullIntoPlace(store, needed, options);
  const named = manifestWords(needed.flatMap(({ manifest }) => manifest ?? []));
  // Only with --deep is an object found whose content alone is wrong.
  const deep = wrong.some(({ sameSize }) => sameSize);
  const verify = `rushes store verify ${deep ? '--deep ' : ''}${named}`.trimEnd();
  const problem =
    failure !== undefined
      ? failure.kind === 'aborted'
        ? undefined
        : `${store.address}: ${failure.reason}${'remedy' in failure ? `\n  ${failure.remedy}` : ''}`
      : wrong.length > 0
        ? `in ${store.address}, ${plural(wrong.length, 'object is not the clip', 'objects are not the clips')}: ${verify}`
        : absent.length > 0
          ? `${plural(absent.length, 'clip is', 'clips are')} not in ${store.address} either: ${verify}`
          : undefined;
  return { asked: true, clips: pulled.length, ...(problem === undefined ? {} : { problem }) };
}
