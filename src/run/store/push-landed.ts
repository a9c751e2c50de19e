/**
 * A run with a store: each clip is pushed as soon as it has landed and is recorded, beside
 * everything else. A store that is slow or down costs only a message at the end: the clip is on
 * this machine, and `rushes store push` brings it there later.
 */
import pLimit from 'p-limit';
import { manifestWords } from '../../command-words.ts';
import type { Lock } from '../../lock/file/format.ts';
import { fromLockPath } from '../../lock/file/paths.ts';
import type { Emit, RunEvent } from '../events.ts';
import type { Clock } from '../../ports/clock.ts';
import { type LocalClip, pushClips } from '../../store/push-clips.ts';
import type { Store, StoreFailure } from '../../store/store.ts';

/** Few, because the downloads of the same run have the first claim on the line. */
const PUSHES_AT_ONCE = 3;
/** An interrupted process leaves within 5 s: pushes under way get this much of it. */
const GRACE_MS = 1500;

type Completed = Extract<RunEvent, { event: 'render.completed' }>;

export interface LandedPushes {
  /**
   * In place of the run's own: clips that landed are pushed, and `run.finished` waits for
   * {@link settle}, so that the messages about the store come before the summary.
   */
  readonly emit: Emit;
  /** After the run: waits for the pushes, tries once more what failed, and says what is left. */
  settle(): Promise<void>;
}

export interface LandedLock {
  readonly lock: Lock;
  /** Absolute. */
  readonly lockPath: string;
}

export function pushAsTheyLand(
  store: Store,
  lockOf: (manifest: string) => LandedLock | undefined,
  {
    emit,
    signal,
    clock,
  }: {
    readonly emit: Emit;
    readonly signal?: AbortSignal | undefined;
    readonly clock: Clock;
  },
): LandedPushes {
  const limit = pLimit(PUSHES_AT_ONCE);
  const stopping = new AbortController();
  const settled = new AbortController();
  const pushes: Promise<void>[] = [];
  const notStored: LocalClip[] = [];
  const manifests = new Set<string>();
  let pushed = 0;
  let failure: StoreFailure | undefined;
  let finished: RunEvent | undefined;

  const endSoon = (): void => {
    void clock.sleep(GRACE_MS, settled.signal).then(() => stopping.abort());
  };
  if (signal?.aborted === true) endSoon();
  else signal?.addEventListener('abort', endSoon, { once: true });

  const say = (): void =>
    emit({ event: 'run.transfer', name: 'store-push', done: pushed, total: pushes.length });

  async function push(clip: LocalClip): Promise<void> {
    // A store that is down is not asked again for every clip: the end of the run tries once more.
    const done = failure?.kind === 'denied' ? undefined : await pushClips(store, [clip], stopping);
    if (done === undefined || done.left.length > 0 || done.unfit.length > 0) notStored.push(clip);
    else pushed += 1;
    failure = done === undefined ? failure : done.failure;
    say();
  }

  return {
    emit: (event) => {
      if (event.event === 'run.finished') {
        finished = event;
        return;
      }
      emit(event);
      if (event.event !== 'render.completed') return;
      const clip = clipOf(event, lockOf);
      if (clip === undefined) return;
      manifests.add(event.manifest);
      pushes.push(limit(() => push(clip)));
      say();
    },
    settle: async () => {
      await Promise.all(pushes);
      signal?.removeEventListener('abort', endSoon);
      if (notStored.length > 0) {
        const again =
          failure?.kind === 'denied' || signal?.aborted === true
            ? undefined
            : await pushClips(store, notStored, stopping);
        const left =
          again === undefined ? notStored.length : again.left.length + again.unfit.length;
        const why = again?.failure ?? failure;
        if (left > 0) emit(notice(left, why, manifestWords(manifests)));
      }
      settled.abort();
      if (finished !== undefined) emit(finished);
    },
  };
}

function notice(clips: number, failure: StoreFailure | undefined, named: string): RunEvent {
  const reason = failure === undefined || failure.kind === 'aborted' ? '' : `: ${failure.reason}`;
  const remedy =
    failure !== undefined && 'remedy' in failure && failure.remedy !== undefined
      ? `${failure.remedy} Then: rushes store push ${named}`
      : `Run rushes store push ${named}: the clips are on this machine.`;
  return {
    event: 'run.notice',
    severity: 'warning',
    message: `${clips} ${clips === 1 ? 'clip' : 'clips'} not in the store${reason}`,
    hint: remedy,
    unstored: true,
  };
}

/** The result of that task, current or earlier: the lock has it before the event is sent. */
function clipOf(
  { manifest, id, task }: Completed,
  lockOf: (manifest: string) => LandedLock | undefined,
): LocalClip | undefined {
  const one = lockOf(manifest);
  const entry = one?.lock.renders.get(id);
  if (one === undefined || entry === undefined) return undefined;
  const result = [entry, ...(entry.earlier ?? [])].find((each) => each.task === task);
  if (result?.clip === undefined) return undefined;
  const { sha256, bytes, path } = result.clip;
  return { sha256, bytes, path: fromLockPath(one.lockPath, path) };
}
