/** What locks and disk say together. Works from the locks alone, and changes nothing. */
import path from 'node:path';
import { answersOf } from '../lock/attempt.ts';
import { goneFromHere } from '../lock/landed-here.ts';
import { type ClipStates, readClipStates } from '../lock/clips-on-disk.ts';
import { linkLives } from '../lock/link-life.ts';
import { fromLockPath } from '../lock/file/paths.ts';
import type { LockClip, LockEntry } from '../lock/file/format.ts';
import type { Filter } from '../plan/options.ts';
import type { ClipPlace, ClipState } from '../plan/plan.ts';
import { idsOfScene } from '../plan/resolve/render-ids.ts';
import { systemFiles } from '../ports/files/files.ts';
import {
  NEEDS_NEW_REQUEST,
  type RenderState,
  stateOf,
  type StatusPart,
} from '../report/lock/status-json.ts';
import type { StatusStore } from '../report/lock/status-store.ts';
import type { Verified } from '../report/lock/verified.ts';
import { clipsInStore, type StoreAnswer } from './store/clips-in-store.ts';
import {
  type LockFileOfManifest,
  lockInScope,
  manifestsOfLocks,
} from './load/manifests-of-locks.ts';
import type { ReadLock } from './open/read-locks.ts';
import { shown, type Surroundings } from './open/surroundings.ts';
import { isMovedAside } from './displaced-clips.ts';

export interface StatusRequest {
  readonly filter: Filter;
  /** Do not look for clips on the disk. Default false. */
  readonly blind?: boolean;
  /** Read and hash every clip again, whatever the cache of digests says. Default false. */
  readonly rehash?: boolean;
}

/** What one lock and this disk say. */
interface LocalPart extends StatusPart, Pick<ReadLock, 'paths'> {
  readonly clipState: (id: unknown, entry: LockEntry) => ClipState | 'gone';
  readonly isAside: (entry: LockEntry) => boolean;
  readonly clips: ClipStates | undefined;
}

/** One part for each lock, of the renders that the filter names. */
export async function statusParts(
  locks: ReadonlyMap<string, ReadLock>,
  files: readonly LockFileOfManifest[],
  { filter, blind = false, rehash = false }: StatusRequest,
): Promise<readonly LocalPart[]> {
  const parts = [];
  for (const [manifest, { lock: whole, paths }] of locks) {
    const file = files.find((one) => one.manifest === manifest) ?? { manifest };
    const lock = lockInScope(whole, file, filter);
    const clips = blind
      ? undefined
      : await readClipStates(lock, paths.lock, paths.filesCache, systemFiles, { rehash });
    const isGone =
      clips === undefined ? () => false : await goneFromHere(lock, clips, paths, systemFiles);
    const aside = new Set<LockEntry>();
    for (const entry of lock.renders.values())
      if (clips?.of(entry) === 'damaged' && (await isMovedAside(entry, paths.lock)))
        aside.add(entry);
    parts.push({
      manifest,
      lock,
      paths,
      clips,
      clipState: (_: unknown, entry: LockEntry): ClipState | 'gone' =>
        isGone(entry) ? 'gone' : (clips?.of(entry) ?? 'unknown'),
      isAside: (entry: LockEntry) => aside.has(entry),
    });
  }
  return parts;
}

/**
 * The parts with only those renders that are in one of these states. `nowMs`: epoch milliseconds.
 */
export const partsInStates = (
  parts: readonly StatusPart[],
  states: ReadonlySet<RenderState>,
  nowMs: number,
): readonly StatusPart[] =>
  parts.map((part) => ({
    ...part,
    lock: {
      ...part.lock,
      renders: new Map(
        [...part.lock.renders].filter(([id, entry]) =>
          states.has(stateOf(entry, part.clipState(id, entry), nowMs)),
        ),
      ),
    },
  }));

/**
 * The parts with what their manifests no longer ask for. A manifest is read only if its lock has a
 * render in a state that depends on it, and left aside if it has errors. `nowMs`: epoch
 * milliseconds.
 */
export async function withOrphans<Part extends StatusPart>(
  at: Pick<Surroundings, 'cwd' | 'env'>,
  parts: readonly Part[],
  nowMs: number,
): Promise<readonly Part[]> {
  const depends = parts.filter(({ lock, clipState }) =>
    [...lock.renders].some(([id, entry]) =>
      NEEDS_NEW_REQUEST.has(stateOf(entry, clipState(id, entry), nowMs)),
    ),
  );
  const files = await manifestsOfLocks(
    at,
    depends.map(({ manifest }) => manifest),
    {},
  );
  const projects = new Map(
    files.map(({ manifest, project, unreadable }) => [
      manifest,
      unreadable === undefined ? project : undefined,
    ]),
  );
  return parts.map((part) => {
    const project = projects.get(part.manifest);
    if (project === undefined) return part;
    const ids = new Set<string>(project.scenes.flatMap((scene) => idsOfScene(scene, project)));
    return { ...part, isOrphan: (id: string) => !ids.has(id) };
  });
}

/** The parts with what the store has of their current clips. Without a store as they are. */
export async function withStored(
  at: Pick<Surroundings, 'env' | 'clock'>,
  parts: readonly LocalPart[],
): Promise<{ readonly parts: readonly StatusPart[]; readonly store?: StatusStore }> {
  const clips = new Map<string, LockClip>();
  const here = new Set<string>();
  for (const { lock, clipState } of parts)
    for (const [id, entry] of lock.renders) {
      if (entry.clip === undefined) continue;
      clips.set(entry.clip.sha256, entry.clip);
      if (clipState(id, entry) === 'present') here.add(entry.clip.sha256);
    }
  const answer = await clipsInStore(at, [...clips.values()]);
  const counts = { both: 0, onlyHere: 0, onlyStored: 0, nowhere: 0 };
  switch (answer.kind) {
    case 'none':
      return { parts };
    case 'problem':
      return { parts, store: { ...counts, problem: withRemedy(answer) } };
    case 'known':
  }
  for (const clip of clips.values()) {
    const isHere = here.has(clip.sha256);
    if (answer.has(clip)) counts[isHere ? 'both' : 'onlyStored'] += 1;
    else counts[isHere ? 'onlyHere' : 'nowhere'] += 1;
  }
  const { address } = answer;
  return {
    parts: parts.map((part) => ({
      ...part,
      clipState: (id: unknown, entry: LockEntry): ClipPlace => {
        const disk = part.clipState(id, entry);
        return (disk === 'absent' || disk === 'gone') &&
          entry.clip !== undefined &&
          answer.has(entry.clip)
          ? 'stored'
          : disk;
      },
    })),
    store: { ...(address === undefined ? {} : { address }), ...counts },
  };
}

const withRemedy = ({ problem, remedy }: Extract<StoreAnswer, { kind: 'problem' }>): string =>
  remedy === undefined ? problem : `${problem}. ${remedy}`;

export interface VerifiedLocks {
  readonly parts: readonly StatusPart[];
  /** Every clip that the locks have, those of earlier results too where they are here. */
  readonly clips: readonly Verified[];
  /**
   * 0, or 7 where a clip is changed, missing or cannot be read; with `complete` also where one is
   * absent, and 6 where a task is pending; with `store` 7 where neither this machine nor the store
   * has one.
   */
  readonly exit: 0 | 6 | 7;
  /** Why a later plan will not know of the damage that was found; empty if it will. */
  readonly unremembered: readonly string[];
  /** With `store`: the question and its answer. */
  readonly store?: StoreAnswer;
}

const STATES = {
  present: 'whole',
  absent: 'absent',
  gone: 'missing',
  damaged: 'changed',
  unknown: 'unreadable',
} as const;

/** Every clip that the locks have, read again and hashed. */
export async function verifyClips(
  at: Pick<Surroundings, 'cwd' | 'env' | 'clock'>,
  locks: ReadonlyMap<string, ReadLock>,
  files: readonly LockFileOfManifest[],
  {
    filter,
    complete = false,
    store = false,
  }: { readonly filter: Filter; readonly complete?: boolean; readonly store?: boolean },
): Promise<VerifiedLocks> {
  const found: { readonly verified: Verified; readonly clip: LockClip }[] = [];
  const unremembered: string[] = [];
  let pending = false;
  const parts = await statusParts(locks, files, { filter, rehash: true });
  for (const { manifest, lock, paths, clips, clipState, isAside } of parts) {
    const remembered = await clips?.rememberDamage();
    if (remembered?.ok === false) unremembered.push(remembered.problem.message);
    for (const [id, entry] of lock.renders) {
      for (const result of [entry, ...(entry.earlier ?? [])]) {
        if (result.clip === undefined) {
          if (result === entry && answersOf(result).awaitsClip === 'pending') pending = true;
          continue;
        }
        const disk = clipState(id, result);
        const comesBack = disk === 'gone' && linkLives(result, at.clock.now());
        const state = comesBack ? 'absent' : STATES[disk];
        // An earlier clip that is not here was often cleared away on purpose.
        if (result !== entry && (state === 'absent' || state === 'missing')) continue;
        const file = path.resolve(fromLockPath(paths.lock, result.clip.path));
        const verified: Verified = {
          manifest,
          id,
          path: shown(at, file),
          state,
          ...(result === entry ? {} : { earlier: true }),
          ...(entry.decision?.pin === true ? { pinned: true } : {}),
          ...(result === entry && isAside(entry) ? { aside: true } : {}),
        };
        found.push({ verified, clip: result.clip });
      }
    }
  }
  const isAway = ({ verified: { state } }: (typeof found)[number]): boolean =>
    state === 'absent' || state === 'missing';
  const answer = store
    ? await clipsInStore(
        at,
        found.filter(isAway).map(({ clip }) => clip),
      )
    : undefined;
  const clips = found.map((one): Verified => {
    const stored = isAway(one) && answer?.kind === 'known' && answer.has(one.clip);
    return stored ? { ...one.verified, state: 'stored' } : one.verified;
  });
  const missing = clips.some(
    ({ state }) =>
      state === 'changed' ||
      state === 'unreadable' ||
      state === 'missing' ||
      ((complete || store) && state === 'absent'),
  );
  return {
    parts,
    clips,
    exit: missing ? 7 : complete && pending ? 6 : 0,
    unremembered,
    ...(answer === undefined ? {} : { store: answer }),
  };
}
