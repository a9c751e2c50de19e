/** Chains in the ref of the spend record, and the part of a plan that one allows. */
import type { AttemptId } from '../../ids.ts';
import type { Carried } from '../../lock/spent.ts';
import { addMoney, fromUsd, type MicroUsd, NO_MONEY } from '../../money.ts';
import { isPaidFor, type Plan, type PlannedRender, type ProjectPlan } from '../../plan/plan.ts';
import { totalsOf } from '../../plan/estimate/totals.ts';
import type { Attempts } from '../../record/attempts.ts';
import { type Chain, countedIn, decodeChain, encodeChain } from '../../record/chain.ts';
import { remoteRefOf } from '../open/open-record.ts';
import type { RemoteRecordPlace, Surroundings } from '../open/surroundings.ts';

/** Where a chain is kept: `root` is a folder of the clone. */
export interface ChainPlace {
  readonly remote: RemoteRecordPlace;
  readonly root: string;
  readonly branch: string;
}

export type FoundChain =
  | { readonly kind: 'open'; readonly chain: Chain }
  | { readonly kind: 'none' }
  | { readonly kind: 'problem'; readonly message: string };

/** Another run may push to the record between our fetch and our push. */
const MOST_ROUNDS = 30;

export async function findChain(
  at: Pick<Surroundings, 'env'>,
  { remote, root, branch }: ChainPlace,
): Promise<FoundChain> {
  const ref = remoteRefOf(at, remote, root);
  const fetched = await ref.fetch();
  if (fetched.kind !== 'fetched') return { kind: 'problem', message: fetched.message };
  const text = await ref.chainOf(branch);
  if (text.kind === 'unreadable') return { kind: 'problem', message: text.message };
  if (text.value === undefined) return { kind: 'none' };
  const chain = decodeChain(text.value);
  return chain?.branch === branch
    ? { kind: 'open', chain }
    : { kind: 'problem', message: `the chain of ${branch} in ${ref.ref} cannot be read` };
}

/** `undefined` closes the chain of this branch. Resolves with the problem, if there is one. */
export async function putChain(
  at: Pick<Surroundings, 'env' | 'clock'>,
  { remote, root, branch }: ChainPlace,
  chain: Chain | undefined,
): Promise<string | undefined> {
  const ref = remoteRefOf(at, remote, root);
  for (let round = 1; round <= MOST_ROUNDS; round++) {
    const fetched = await ref.fetch();
    if (fetched.kind !== 'fetched') return fetched.message;
    const text = chain === undefined ? undefined : encodeChain(chain);
    const there = await ref.chainOf(branch);
    if (there.kind === 'unreadable') return there.message;
    if (there.value === text) return undefined;
    const pushed = await ref.pushChain(at.clock.now(), branch, text);
    if (pushed.kind === 'pushed') return undefined;
    if (pushed.kind === 'refused') return pushed.message;
  }
  return `it changed ${MOST_ROUNDS} times in a row`;
}

/**
 * Of what the plan would submit only what the chain names; everything else of the plan stays. What
 * waits for the frame of another clip has no final request yet: no approval names it.
 */
export function partOfChain(
  plan: Plan,
  { fingerprints }: Chain,
  now: number,
): {
  readonly plan: Plan;
  /** What would be paid for, and is not part of the chain. */
  readonly left: readonly { readonly manifest: string; readonly planned: PlannedRender }[];
} {
  const approved = new Set(fingerprints);
  const isLeft = ({ action, render }: PlannedRender): boolean =>
    isPaidFor(action) && !approved.has(render.fingerprint);
  const projects = plan.projects.map((part): ProjectPlan => ({
    ...part,
    renders: part.renders.filter((planned) => !isLeft(planned)),
  }));
  const left = plan.projects.flatMap(({ project: { manifest }, renders }) =>
    renders.filter(isLeft).map((planned) => ({ manifest, planned })),
  );
  return { plan: { ...plan, projects, totals: totalsOf(projects, now) }, left };
}

/**
 * What the runs of the chain have spent and reserved so far, by manifest: a run that continues it
 * counts that under its caps, as after a kill.
 */
export function carriedByChain(
  chain: Chain,
  {
    byManifest,
    recordOf,
  }: {
    readonly byManifest: ReadonlyMap<string, { readonly carried: Carried }>;
    readonly recordOf: (
      manifest: string,
    ) => { readonly lock: string; readonly record: { readonly attempts: Attempts } } | undefined;
  },
): ReadonlyMap<string, Carried> {
  const carried = new Map<string, { usd: MicroUsd; attempts: Set<AttemptId> }>();
  const [first] = byManifest.keys();
  const manifests = new Map(
    [...byManifest.keys()].map((manifest) => [recordOf(manifest)?.lock, manifest] as const),
  );
  const records = new Set([...byManifest.keys()].map((manifest) => recordOf(manifest)?.record));
  for (const record of records) {
    if (record === undefined) continue;
    for (const { attempt, cost, lock } of countedIn(chain, record.attempts)) {
      // Of a manifest that is not here it still counts in the sum.
      const manifest = manifests.get(lock) ?? first;
      if (manifest === undefined) continue;
      const known = byManifest.get(manifest)?.carried;
      const one = carried.get(manifest) ?? {
        usd: known?.usd ?? NO_MONEY,
        attempts: new Set(known?.attempts),
      };
      carried.set(manifest, one);
      // The journal of a killed run has it already.
      if (attempt !== undefined && one.attempts.has(attempt)) continue;
      one.usd = addMoney(one.usd, fromUsd(cost?.usd ?? 0));
      if (attempt !== undefined) one.attempts.add(attempt);
    }
  }
  return carried;
}
