/**
 * What a plan would pay for although it is paid for already, and the lock of the render does not
 * have it: by an attempt of another branch, or of a lock that is gone, which only the record knows;
 * or among the earlier results of a render that wants something else by now. Both become entries of
 * the render's own lock before the final plan is made.
 */
import path from 'node:path';
import type { Fingerprint, GatewayName, RenderId } from '../../ids.ts';
import { answersOf, mayCost, unclear } from '../../lock/attempt.ts';
import { resultOf as resultOfEntry } from '../../lock/entry.ts';
import { keyOf, type LockEntry, type Result } from '../../lock/file/format.ts';
import { fromLockPath, toLockPath } from '../../lock/file/paths.ts';
import type { JournalEvent } from '../../lock/journal/events.ts';
import { rebased } from '../../lock/journal/rebase.ts';
import type {
  AdoptedRender,
  Adoptions,
  Plan,
  PlannedRender,
  ProjectPlan,
  ResolvedRender,
} from '../../plan/plan.ts';
import type { Files } from '../../ports/files/files.ts';
import { attemptKey, mayBeUnderWay, type RecordedAttempt } from '../../record/attempt-line.ts';
import type { Attempts } from '../../record/attempts.ts';
import { keysOf, lockName, resultOf } from '../../record/results.ts';

export interface AdoptParts {
  readonly plan: Plan;
  /** The requests of each manifest, regardless of the filter. */
  readonly asked: (manifest: string) => ReadonlyMap<RenderId, Fingerprint>;
  readonly files: Files;
  /** ISO time. */
  readonly at: string;
  /** The record of a manifest's clone, where there is one. */
  readonly attemptsOf: (manifestPath: string) => Attempts | undefined;
  readonly origins: ReadonlyMap<GatewayName, string>;
  /**
   * Keys of what the locks beside those of the plan know: asked only where there is a candidate.
   */
  readonly inSight: (named: readonly RecordedAttempt[]) => Promise<ReadonlySet<string>>;
}

interface Payer {
  readonly part: ProjectPlan;
  readonly planned: PlannedRender;
}

const NONE: Adoptions = { adopted: [], events: [] };

export async function adoptions(parts: AdoptParts): Promise<Adoptions> {
  const payers = parts.plan.projects.flatMap((part) =>
    part.renders.flatMap((planned): Payer[] =>
      planned.action.kind === 'submit' ? [{ part, planned }] : [],
    ),
  );
  if (payers.length === 0) return NONE;
  const earlier = fromEarlier(parts, payers);
  const left = payers.filter((payer) => !earlier.payers.has(payer));
  const recorded = await fromRecord(parts, left);
  return {
    adopted: [...earlier.adopted, ...recorded.adopted],
    events: [...earlier.events, ...recorded.events],
  };
}

interface Spare {
  readonly part: ProjectPlan;
  readonly id: RenderId;
  readonly results: readonly Result[];
}

/** What the locks of the plan have for a render among the earlier results of others. */
function fromEarlier(
  { plan, at, asked }: AdoptParts,
  payers: readonly Payer[],
): Adoptions & { readonly payers: ReadonlySet<Payer> } {
  const wanted = new Set(payers.filter(isFirst).map(({ planned }) => planned.render.fingerprint));
  const spare = spareResults(plan, asked, wanted);
  const events: Adoptions['events'][number][] = [];
  const adopted: AdoptedRender[] = [];
  const served = new Set<Payer>();
  for (const payer of payers) {
    const { part, planned } = payer;
    const found = isFirst(payer) ? spare.get(planned.render.fingerprint)?.shift() : undefined;
    if (found === undefined) continue;
    served.add(payer);
    const [first, ...rest] = [...found.results].sort(
      (a, b) => answersOf(a).worth - answersOf(b).worth,
    );
    if (first === undefined) continue;
    const entry: LockEntry = rest.length === 0 ? first : { ...first, earlier: rest };
    const { id } = planned.render;
    const giving = found.part.project.manifest;
    const given: JournalEvent = {
      kind: 'given',
      at,
      id: found.id,
      results: found.results.map((result) => keyOf(result)),
    };
    const received: JournalEvent = {
      kind: 'received',
      at,
      id,
      entry: rebased(entry, found.part.lockPath, part.lockPath),
    };
    const { manifest } = part.project;
    // Within one lock a result has one place; between two it is in both for a moment, never in
    // none.
    if (giving === manifest) events.push({ manifest, event: given }, { manifest, event: received });
    else events.push({ manifest, event: received }, { manifest: giving, event: given });
    adopted.push({
      manifest,
      id,
      from: { lock: lockName(part.project.root, found.part.lockPath), id: found.id },
    });
  }
  return { adopted, events, payers: served };
}

/** No decision to pay for it once more. */
const isFirst = ({ planned: { action } }: Payer): boolean =>
  action.kind === 'submit' && (action.reason === 'new' || action.reason === 'changed');

function spareResults(
  { projects }: Plan,
  asked: AdoptParts['asked'],
  wanted: ReadonlySet<Fingerprint>,
): ReadonlyMap<Fingerprint, Spare[]> {
  const spare = new Map<Fingerprint, Spare[]>();
  const displaced = displacedEntries(projects);
  for (const part of projects) {
    let now: ReturnType<AdoptParts['asked']> | undefined;
    for (const [id, entry] of part.lock.renders) {
      if (entry.earlier === undefined) continue;
      now ??= asked(part.project.manifest);
      const asks = now.get(id);
      const free =
        goesBack(entry, asks) || displaced.has(entry)
          ? [resultOfEntry(entry), ...entry.earlier]
          : entry.earlier;
      for (const fingerprint of new Set(free.map((one) => one.fingerprint))) {
        if (!wanted.has(fingerprint) || asks === fingerprint) continue;
        const results = free.filter((one) => one.fingerprint === fingerprint && mayCost(one));
        if (results.length === 0) continue;
        const list = spare.get(fingerprint);
        if (list === undefined) spare.set(fingerprint, [{ part, id, results }]);
        else list.push({ part, id, results });
      }
    }
  }
  return spare;
}

/** The render asks for one of its own earlier results again, so its current one is free. */
function goesBack(entry: LockEntry, asks: Fingerprint | undefined): boolean {
  const { decision, earlier = [] } = entry;
  if (asks === undefined || entry.fingerprint === asks || unclear(entry) !== undefined)
    return false;
  if (decision?.accept === asks || decision?.pin === true || decision?.redo !== undefined)
    return false;
  return earlier.some(
    (one) =>
      one.fingerprint === asks && !answersOf(one).isVoid && answersOf(one).held === undefined,
  );
}

/** Entries that move to a render that needs one of their earlier results. */
const displacedEntries = (projects: Plan['projects']): ReadonlySet<LockEntry> =>
  new Set(
    projects.flatMap((part) =>
      part.renders.flatMap(({ render, action, entry, restored }) => {
        if (entry === undefined || restored === undefined) return [];
        const { manifest } = part.project;
        const whose = action.kind === 'moved' ? (action.fromManifest ?? manifest) : manifest;
        const id = action.kind === 'moved' ? action.from : render.id;
        const giving = projects.find(({ project }) => project.manifest === whose);
        return giving?.lock.renders.get(id) ?? [];
      }),
    ),
  );

/** What only the record knows. */
async function fromRecord(parts: AdoptParts, payers: readonly Payer[]): Promise<Adoptions> {
  const { plan, at, files, attemptsOf, origins } = parts;
  const candidates = new Map<Payer, readonly RecordedAttempt[]>();
  // Finding the record of a manifest looks at the disk: once, not for each render.
  const records = new Map(
    [...new Set(payers.map(({ part }) => part))].map((part) => [
      part,
      attemptsOf(part.project.manifestPath),
    ]),
  );
  let known: ReadonlySet<string> | undefined;
  for (const payer of payers) {
    const { render } = payer.planned;
    const paid = records
      .get(payer.part)
      ?.paidFor(render.fingerprint, origins.get(render.model.gateway));
    if (paid === undefined || paid.length === 0) continue;
    known ??= keysOf(plan.projects.map(({ lock }) => lock));
    const inLocks = known;
    // What another run is just sending is left to that run: the claim before the POST refuses it.
    const candidate = paid.filter(
      (one) => !inLocks.has(attemptKey(one)) && !mayBeUnderWay(one, Date.parse(at)),
    );
    if (candidate.length > 0) candidates.set(payer, candidate);
  }
  if (candidates.size === 0) return NONE;
  const taken = new Set(await parts.inSight([...candidates.values()].flat()));
  const events: Adoptions['events'][number][] = [];
  const adopted: AdoptedRender[] = [];
  // If several renders need one request, each first gets the result that its own lock once had.
  for (const own of [true, false]) {
    for (const [payer, paid] of candidates) {
      const { part, planned } = payer;
      const { manifest, root } = part.project;
      const mine = lockName(root, part.lockPath);
      const free = paid.filter((one) => !taken.has(attemptKey(one)));
      const lock = own ? mine : free[0]?.lock;
      const group = free.filter((one) => one.lock === lock);
      const [newest] = group;
      if (newest === undefined) continue;
      candidates.delete(payer);
      for (const one of group) taken.add(attemptKey(one));
      const { id } = planned.render;
      const entry = await entryFor(files, part, planned.render, group);
      events.push({ manifest, event: { kind: 'received', at, id, entry } });
      const { branch } = newest;
      adopted.push({
        manifest,
        id,
        from: { lock: newest.lock, id: newest.id, ...(branch !== undefined && { branch }) },
      });
    }
  }
  return { adopted, events };
}

/** As this lock will have it; the newest attempt is current. */
async function entryFor(
  files: Files,
  { project: { root }, lockPath }: ProjectPlan,
  render: ResolvedRender,
  attempts: readonly RecordedAttempt[],
): Promise<LockEntry> {
  const results: Result[] = [];
  for (const one of attempts)
    results.push(
      resultOf(one, {
        request: render.request,
        target: toLockPath(lockPath, render.target),
        clipPath: toLockPath(
          lockPath,
          await clipPlace(files, path.resolve(root, one.lock), one, render),
        ),
      }),
    );
  const [current, ...earlier] = results as [Result, ...Result[]];
  return { ...current, ...(earlier.length > 0 && { earlier }) };
}

/**
 * Where its clip is, if it is on this machine; else a place where no other clip is taken for it.
 */
async function clipPlace(
  files: Files,
  recordedLock: string,
  { clip }: RecordedAttempt,
  { target, fingerprint }: ResolvedRender,
): Promise<string> {
  if (clip === undefined) return target;
  const extension = path.extname(target);
  const aside = `${target.slice(0, -extension.length)}.${fingerprint.slice(7, 15)}${extension}`;
  for (const place of [fromLockPath(recordedLock, clip.path), target, aside]) {
    const facts = await files.stat(place);
    if (facts.ok && facts.value.kind === 'file' && facts.value.bytes === clip.bytes) return place;
  }
  return (await files.stat(target)).ok ? aside : target;
}
