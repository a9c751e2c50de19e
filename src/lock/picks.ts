/**
 * What a person chose among the takes and models of a scene, as functions from lock to lock. A
 * scene has one pick, and others only beside it (`also`). Pure.
 */
import { parseRenderId, type RenderId, type SceneId } from '../ids.ts';
import { answersOf } from './attempt.ts';
import { type Decided, type Deciding, idAlone, type Naming } from './decisions.ts';
import { decisionIn, entryOf, resultOf } from './entry.ts';
import type { Decision, Lock, LockEntry, ClipPick } from './file/format.ts';
import { keyOf, MOST_NOTE } from './file/format.ts';

export interface Picking extends Deciding {
  /** Seconds of the clip. */
  readonly in?: number;
  readonly out?: number;
  readonly note?: string;
  /** Keep the scene's other picks. Default false: the new one replaces them. */
  readonly also?: boolean;
}

/** Choose this clip for its scene. If it was rejected, it no longer is. */
export function pick(lock: Lock, id: RenderId, picking: Picking = {}): Decided {
  const entry = lock.renders.get(id);
  if (entry === undefined) return problem(`${id} is not in the lock: it was never rendered`);
  const why =
    unseen(id, entry, picking) ?? wrongPart(id, entry, picking) ?? wrongNote(picking.note);
  if (why !== undefined) return problem(why);
  const others = picksOfScene(lock, sceneOf(id)).filter((one) => one.id !== id);
  const chosen: ClipPick = {
    of: seen(entry),
    ...(picking.in !== undefined && { in: picking.in }),
    ...(picking.out !== undefined && { out: picking.out }),
    ...(picking.note !== undefined && { note: picking.note }),
    // The first pick of a scene is its pick, whatever was asked.
    ...(picking.also === true && others.length > 0 && { also: true as const }),
  };
  const renders = new Map(lock.renders);
  if (picking.also !== true)
    for (const other of others) renders.set(other.id, without(other.entry, ['pick']));
  const { reject: _reject, ...kept } = entry.decision ?? {};
  const by = picking.by === undefined ? {} : { by: picking.by };
  renders.set(id, withDecision(entry, { ...kept, pick: chosen, ...by }));
  const replaced = picking.also === true ? [] : others.map((other) => other.id);
  return {
    ok: true,
    lock: { renders },
    ...(replaced.length === 0 ? {} : { note: `in place of ${replaced.join(' and ')}` }),
  };
}

/** Not this clip. A pick of it is taken back; the render is made again only if asked to. */
export function reject(
  lock: Lock,
  id: RenderId,
  { note, by, ...naming }: Pick<Picking, 'note' | 'by' | 'named'> = {},
): Decided {
  const entry = lock.renders.get(id);
  if (entry === undefined) return problem(`${id} is not in the lock: it was never rendered`);
  const why = unseen(id, entry, naming) ?? wrongNote(note);
  if (why !== undefined) return problem(why);
  const { pick: _pick, ...kept } = entry.decision ?? {};
  return changed(lock, id, {
    ...entry,
    decision: {
      ...kept,
      reject: { of: seen(entry), ...(note !== undefined && { note }) },
      ...(by !== undefined && { by }),
    },
  });
}

/** Neither picked nor rejected. */
export function unpick(lock: Lock, id: RenderId): Decided {
  const entry = lock.renders.get(id);
  if (entry === undefined) return problem(`${id} is not in the lock: it was never rendered`);
  if (entry.decision?.pick === undefined && entry.decision?.reject === undefined)
    return problem(`${id} is neither picked nor rejected`);
  return changed(lock, id, without(entry, ['pick', 'reject']));
}

export interface PickedRender {
  readonly id: RenderId;
  readonly entry: LockEntry;
  readonly pick: ClipPick;
}

/** The picks of a scene, in the order of the lock. */
export const picksOfScene = (lock: Lock, scene: SceneId): readonly PickedRender[] =>
  picksOf(lock).get(scene) ?? [];

/** All picks, by scene. */
export function picksOf(lock: Lock): ReadonlyMap<SceneId, readonly PickedRender[]> {
  const picks = new Map<SceneId, PickedRender[]>();
  for (const [id, entry] of lock.renders) {
    if (entry.decision?.pick === undefined) continue;
    const scene = sceneOf(id);
    const list = picks.get(scene) ?? [];
    list.push({ id, entry, pick: entry.decision.pick });
    picks.set(scene, list);
  }
  return picks;
}

/**
 * The one pick that counts for its scene: the one that is not beside another. `undefined` if there
 * is no pick, or two branches picked differently.
 */
export function pickOf(picks: readonly PickedRender[]): PickedRender | undefined {
  const first = picks.filter(({ pick: { also } }) => also !== true);
  if (first.length > 1) return undefined;
  return first[0] ?? [...picks].sort((a, b) => (a.id < b.id ? -1 : 1))[0];
}

/** Conflicts that a person must resolve after a merge. */
export interface PickConflict {
  readonly scene: SceneId;
  /** Several picks of one scene; or one that the other side rejected. */
  readonly kind: 'two-picks' | 'picked-and-rejected';
  readonly ids: readonly RenderId[];
}

export function pickConflicts(lock: Lock): readonly PickConflict[] {
  const conflicts: PickConflict[] = [];
  for (const [scene, picks] of picksOf(lock)) {
    const first = picks.filter(({ pick: { also } }) => also !== true).map(({ id }) => id);
    if (first.length > 1) conflicts.push({ scene, kind: 'two-picks', ids: first.sort() });
    const both = picks.filter(({ entry }) => entry.decision?.reject !== undefined);
    if (both.length > 0)
      conflicts.push({ scene, kind: 'picked-and-rejected', ids: both.map(({ id }) => id).sort() });
  }
  return conflicts.sort((a, b) => (a.scene < b.scene ? -1 : a.scene > b.scene ? 1 : 0));
}

/**
 * The conflict as a sentence, and the command that resolves it. `named`: as commands name a render.
 */
export function pickConflictWords(
  { scene, kind, ids }: PickConflict,
  named: (id: RenderId) => string,
): { readonly message: string; readonly hint: string } {
  const [first = '', second = first] = ids.map(named);
  return kind === 'two-picks'
    ? {
        message: `scene ${scene} has ${ids.length} picks, from different branches: ${ids.join(' and ')}`,
        hint: `Choose one: rushes pick ${first} ; to keep several: rushes pick ${second} --also`,
      }
    : {
        message: `${ids.join(' and ')} ${ids.length === 1 ? 'is' : 'are'} picked on one branch and rejected on another`,
        hint: `Choose one: rushes pick ${first} ; or: rushes reject ${first}`,
      };
}

/** Whether the pick was made of another clip than the current one. */
export const isOfEarlierClip = (entry: LockEntry): boolean =>
  entry.decision?.pick !== undefined && entry.decision.pick.of !== seen(entry);

const sceneOf = (id: RenderId): SceneId => {
  const parsed = parseRenderId(id);
  if (parsed === undefined) throw new Error(`${id} is not a render id`);
  return parsed.scene;
};

const seen = (entry: LockEntry): string => entry.task ?? keyOf(entry);

const problem = (text: string): Decided => ({ ok: false, problem: text });

function unseen(
  id: RenderId,
  entry: LockEntry,
  { named = idAlone(id) }: Naming,
): string | undefined {
  if (entry.clip !== undefined) return undefined;
  const { held, awaitsClip } = answersOf(entry);
  if (awaitsClip === 'completed')
    return `${id} has not landed yet: rushes collect --only ${named()} fetches it`;
  if (awaitsClip === 'pending')
    return `${id} is still being made: rushes collect --only ${named()} fetches it`;
  return `${id} has no clip to choose: it is ${held ?? entry.status}`;
}

/** Clips are measured to a hundredth of a second. */
const TOLERANCE_SECONDS = 0.01;

function wrongPart(id: RenderId, { clip }: LockEntry, picking: Picking): string | undefined {
  const seconds = clip?.seconds ?? 0;
  const [from, to] = [picking.in ?? 0, picking.out ?? seconds];
  if (from > seconds || to > seconds + TOLERANCE_SECONDS)
    return `the clip of ${id} has ${seconds} second${seconds === 1 ? '' : 's'}: --in and --out must be within`;
  return from < to ? undefined : `--in ${from} must be before --out ${to}`;
}

const wrongNote = (note: string | undefined): string | undefined =>
  note === undefined || note.length <= MOST_NOTE
    ? undefined
    : `--note has ${note.length} characters; at most ${MOST_NOTE}`;

const withDecision = (entry: LockEntry, decision: Decision): LockEntry => ({ ...entry, decision });

function without(entry: LockEntry, what: readonly ('pick' | 'reject')[]): LockEntry {
  const left: { -readonly [Key in keyof Decision]: Decision[Key] } = { ...entry.decision };
  for (const key of what) delete left[key];
  return entryOf(resultOf(entry), decisionIn(left), entry.earlier ?? []);
}

const changed = (lock: Lock, id: RenderId, entry: LockEntry): Decided => ({
  ok: true,
  lock: { renders: new Map(lock.renders).set(id, entry) },
});
