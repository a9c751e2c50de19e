/** From resolved manifests and their locks to a plan with everything that a decision needs. */
import { originsOf } from '../../gateways/open.ts';
import type { RenderId } from '../../ids.ts';
import { goneFromHere } from '../../lock/landed-here.ts';
import { type ClipMatters, readClipsThatMatter } from '../../lock/clips-on-disk.ts';
import { EMPTY_LOCK, type Lock, type Result } from '../../lock/file/format.ts';
import { pathsOf } from '../../lock/file/paths.ts';
import type { JournalEvent } from '../../lock/journal/events.ts';
import { replay } from '../../lock/journal/replay.ts';
import { makePlan } from '../../plan/make-plan.ts';
import type { PlanOptions } from '../../plan/options.ts';
import type { Adoptions, ClipPlace, ClipState, Plan, Resolved } from '../../plan/plan.ts';
import { isoSeconds } from '../../ports/clock.ts';
import type { Attempts } from '../../record/attempts.ts';
import type { ClipKey } from '../../store/store.ts';
import { adoptions } from '../record/adopt-attempts.ts';
import { namesStore } from '../open/open-store.ts';
import { hasFrames } from '../../plan/resolve/frames/link-frames.ts';
import { clipsInStore, type StoreAnswer } from '../store/clips-in-store.ts';
import { missingDecoder } from './frames-of-run.ts';
import { keysInSight, withSiblingLocks } from './check-sibling-locks.ts';
import { withKnownUploads } from '../pictures/known-uploads.ts';
import { filesOf, type Surroundings } from '../open/surroundings.ts';

export interface PlanRequest extends Omit<PlanOptions, 'now'> {
  /** Plans over the locks and clips of drafts. Default false. */
  readonly draft?: boolean | undefined;
  /**
   * For clips in these states the store is asked. Default both; a run has pulled what it needs
   * before it plans.
   */
  readonly askStoreFor?: readonly ('absent' | 'damaged')[] | undefined;
  /**
   * Look whether this machine can take the frames that the plan needs. Default false: a run refuses
   * where it cannot.
   */
  readonly warnOfDecoder?: boolean | undefined;
}

/** Facts about paid attempts besides the locks of the plan. */
export interface PaidElsewhere {
  /** The record of a manifest's clone, `undefined` if there is none. */
  readonly attemptsOf: (manifestPath: string) => Attempts | undefined;
  /** Checked out where a manifest lies. */
  readonly branchOf?: (manifestPath: string) => string | undefined;
  /** Writes what a lock adopts; absent if the plan only looks. */
  readonly write?: (manifest: string, event: JournalEvent) => Promise<void>;
}

/**
 * What a run would do, why, and for how much. What is paid for already, by an attempt that only the
 * record knows, is adopted; what a lock beside these has is an error. `lockOf` gives the locks as
 * they are now.
 */
export async function planWithChecks(
  at: Pick<Surroundings, 'cwd' | 'clock' | 'env' | 'files'>,
  asResolved: readonly Resolved[],
  lockOf: (manifest: string) => Lock,
  request: PlanRequest,
  paid: PaidElsewhere,
): Promise<Plan> {
  const resolved = request.draft === true ? asResolved : await withKnownUploads(at, asResolved);
  let locks = lockOf;
  let answer: StoreAnswer | undefined;
  const askStore = async (clips: readonly ClipKey[]): Promise<StoreAnswer> => {
    // One that gave no answer is not asked once more for the same plan.
    if (answer?.kind !== 'problem') answer = await clipsInStore(at, clips);
    return answer;
  };
  const over = { ...request, ...(request.draft === true || !namesStore(at) ? {} : { askStore }) };
  let plan = await planOver(at, resolved, locks, over);
  const found: { adopted: Adoptions['adopted'][number][]; events: Adoptions['events'][number][] } =
    {
      adopted: [],
      events: [],
    };
  // An adopted result may displace a result that another render needs: repeat until none is left.
  for (let round = 0; round < MOST_ROUNDS; round++) {
    const more = await adoptionsOf(at, plan, resolved, request, paid);
    if (more.events.length === 0) break;
    found.adopted.push(...more.adopted);
    found.events.push(...more.events);
    const before = locks;
    const taken = new Map(
      resolved.map(({ project: { manifest } }) => [
        manifest,
        replay(
          before(manifest),
          more.events.flatMap(({ manifest: whose, event }) => (whose === manifest ? event : [])),
        ),
      ]),
    );
    if (paid.write !== undefined)
      for (const { manifest, event } of more.events) await paid.write(manifest, event);
    locks = (name) => taken.get(name) ?? EMPTY_LOCK;
    plan = await planOver(at, resolved, locks, over);
  }
  const decoder = request.warnOfDecoder === true ? await missingDecoder(plan) : undefined;
  if (decoder !== undefined) plan = { ...plan, diagnostics: [...plan.diagnostics, decoder] };
  return withSiblingLocks(at, found.events.length === 0 ? plan : { ...plan, adoptions: found }, {
    ...request,
    branchOf: paid.branchOf,
  });
}

/** Each round adopts at least one result; chains of scenes that change places are short. */
const MOST_ROUNDS = 50;

function adoptionsOf(
  at: Pick<Surroundings, 'clock' | 'env' | 'files'>,
  plan: Plan,
  resolved: readonly Resolved[],
  { draft }: PlanRequest,
  { attemptsOf, branchOf }: PaidElsewhere,
): Promise<Adoptions> {
  return adoptions({
    plan,
    asked: (manifest) => {
      const index = resolved.findIndex(({ project }) => project.manifest === manifest);
      const renders = resolved[index]?.renders ?? [];
      return (
        plan.projects[index]?.asked ??
        new Map(renders.map(({ id, fingerprint }) => [id, fingerprint]))
      );
    },
    files: filesOf(at),
    at: isoSeconds(at.clock.now()),
    attemptsOf: draft === true ? () => undefined : attemptsOf,
    origins: originsOf(at.env),
    inSight: (candidates) => keysInSight(at, plan, candidates, { branchOf }),
  });
}

interface OverOptions extends PlanRequest {
  /** Do not look for clips on the disk. Default false. */
  readonly blind?: boolean;
  /** Default: no store is asked. */
  readonly askStore?: (clips: readonly ClipKey[]) => Promise<StoreAnswer>;
}

/** The plan over these locks alone, without a look at others. */
export async function planOver(
  at: Pick<Surroundings, 'clock' | 'files'>,
  resolved: readonly Resolved[],
  lockOf: (manifest: string) => Lock,
  { draft, blind = false, askStoreFor = ['absent', 'damaged'], askStore, ...request }: OverOptions,
): Promise<Plan> {
  const looks = [];
  const away: ClipKey[] = [];
  const matters = clipMatters(resolved, askStore !== undefined);
  for (const one of resolved) {
    const paths = pathsOf(one.project.manifestPath, { draft: draft === true });
    const lock = lockOf(one.project.manifest);
    const clips = blind
      ? undefined
      : await readClipsThatMatter(lock, paths.lock, paths.filesCache, filesOf(at), matters);
    const place = (result: Result): ClipState => clips?.of(result) ?? 'unknown';
    const isGone =
      clips === undefined ? () => false : await goneFromHere(lock, clips, paths, filesOf(at));
    const mayAsk = (result: Result): boolean =>
      askStoreFor.some((state) => state === place(result));
    if (askStore !== undefined)
      for (const { clip } of wantedResults(one, lock).filter(mayAsk))
        if (clip !== undefined) away.push(clip);
    looks.push({ resolved: one, lock, lockPath: paths.lock, place, isGone, mayAsk });
  }
  const answer = away.length === 0 ? undefined : await askStore?.(away);
  const inStore = ({ clip }: Result): boolean =>
    clip !== undefined && answer?.kind === 'known' && answer.has(clip);
  // Nothing is lost as long as a store that is named may have it.
  const mayBeInStore = answer?.kind === 'problem';
  const parts = looks.map(({ place, isGone, mayAsk, ...part }) => ({
    ...part,
    clipState: (_: RenderId, result: Result): ClipPlace => {
      if (mayAsk(result) && inStore(result)) return 'stored';
      return isGone(result) && !mayBeInStore ? 'gone' : place(result);
    },
  }));
  const plan = makePlan(parts, { ...request, now: at.clock.now() });
  return answer === undefined || answer.kind === 'none'
    ? plan
    : { ...plan, store: answer.kind === 'known' ? {} : problemOf(answer) };
}

const problemOf = ({
  problem,
  remedy,
}: Extract<StoreAnswer, { kind: 'problem' }>): NonNullable<Plan['store']> => ({
  problem,
  ...(remedy === undefined ? {} : { remedy }),
});

/**
 * The clips whose state a plan needs: of results that a render asks for or that have a decision.
 * All of them if a store may be asked for clips, or frames may be taken of clips.
 */
function clipMatters(resolved: readonly Resolved[], hasStore: boolean): ClipMatters {
  if (hasStore || resolved.some(({ renders }) => hasFrames(renders))) return () => true;
  const asked = new Set(
    resolved.flatMap(({ renders }) => renders.map(({ fingerprint }) => fingerprint)),
  );
  return ({ fingerprint }, { decision }) => decision !== undefined || asked.has(fingerprint);
}

/** Current results, and earlier ones that a render of the manifest asks for again. */
function wantedResults({ renders }: Resolved, lock: Lock): readonly Result[] {
  const wanted = new Set(renders.map(({ fingerprint }) => fingerprint));
  return [...lock.renders.values()].flatMap((entry) => [
    entry,
    ...(entry.earlier ?? []).filter(({ fingerprint }) => wanted.has(fingerprint)),
  ]);
}
