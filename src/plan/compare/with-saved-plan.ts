/**
 * `plan --out f` and `render --plan f`: a plan that a person approved. Rendering it builds the plan
 * again and compares; it does exactly that or refuses and says what moved. No body is ever read
 * back from the file.
 */
import { hash } from 'node:crypto';
import canonicalize from 'canonicalize';
import type { RenderId } from '../../ids.ts';
import { encodeLock } from '../../lock/file/format.ts';
import type { Catalogue } from '../../models/model.ts';
import type { Plan } from '../plan.ts';
import { renderKey } from '../../keys.ts';

/** Name of an input -> `sha256:<hex>`. */
export type PlanDigests = Readonly<Record<string, string>>;

/** As much of a saved plan as is compared: a part of the document that `plan --json` writes. */
export interface SavedPlan {
  readonly digests: PlanDigests;
  readonly renders: readonly {
    readonly manifest: string;
    readonly id: string;
    readonly action: string;
    readonly reason: string;
    readonly fingerprint: string;
    /** Of a moved render: its old id, and the manifest that had it where that is another one. */
    readonly from?: string | undefined;
    readonly fromManifest?: string | undefined;
  }[];
}

/** The inputs of a plan: every file of every manifest, every lock, and the catalogue. */
export function planDigests(plan: Plan, catalogue: Catalogue): PlanDigests {
  const digests: Record<string, string> = { catalogue: catalogueDigest(catalogue) };
  for (const { project, lock } of plan.projects) {
    for (const [path, digest] of project.digests) digests[`file ${path}`] = digest;
    digests[`lock of ${project.manifest}`] = sha256(encodeLock(lock));
  }
  return digests;
}

/**
 * Over all facts of all models. A change in how a model translates shows in the fingerprints, which
 * are compared too.
 */
function catalogueDigest(catalogue: Catalogue): string {
  const facts = [...catalogue.values()].map(
    ({
      name,
      lifecycle,
      profiles,
      offers,
      defaults,
      deliveryFields,
      notifyField,
      rules,
      sources,
    }) => ({
      name,
      lifecycle,
      profiles,
      offers,
      defaults,
      deliveryFields,
      notifyField,
      rules,
      sources,
    }),
  );
  return sha256(canonicalize(facts.sort((a, b) => (a.name < b.name ? -1 : 1))) ?? '');
}

const sha256 = (text: string): string => `sha256:${hash('sha256', text, 'hex')}`;

/**
 * Changes since the plan was saved, one sentence each; empty if the plan built now is exactly
 * the saved one.
 */
export function movedSince(saved: SavedPlan, plan: Plan, catalogue: Catalogue): string[] {
  const now = planDigests(plan, catalogue);
  const moved = [...new Set([...Object.keys(saved.digests), ...Object.keys(now)])]
    .sort()
    .flatMap((name) => {
      const [before, after] = [own(saved.digests, name), own(now, name)];
      if (before === after) return [];
      if (before === undefined) return [`${name} was not there when the plan was saved`];
      return [after === undefined ? `${name} is no longer there` : `${name} has changed`];
    });
  return [...moved, ...changedRenders(saved, plan)];
}

const own = (digests: PlanDigests, name: string): string | undefined =>
  Object.hasOwn(digests, name) ? digests[name] : undefined;

/** Vars, options and time change a plan without changing a file. */
function changedRenders(saved: SavedPlan, plan: Plan): string[] {
  const before = new Map(
    saved.renders.map((render) => [renderKey(render.manifest, render.id), render]),
  );
  const moved: string[] = [];
  const compare = (
    manifest: string,
    id: RenderId,
    now: Omit<SavedPlan['renders'][number], 'manifest' | 'id'>,
  ): void => {
    const old = before.get(renderKey(manifest, id));
    before.delete(renderKey(manifest, id));
    if (old === undefined) moved.push(`${id} of ${manifest} is not in the saved plan`);
    else if (old.fingerprint !== now.fingerprint)
      moved.push(`${id} of ${manifest} is another request now`);
    else if (old.action !== now.action || meaningOf(old) !== meaningOf(now)) {
      moved.push(`${id} of ${manifest} was "${words(old)}" and is "${words(now)}" now`);
    } else if (old.from !== now.from || old.fromManifest !== now.fromManifest) {
      moved.push(
        `${id} of ${manifest} was to come from ${origin(old)} and comes from ${origin(now)} now`,
      );
    }
  };
  for (const { project, renders, orphans } of plan.projects) {
    for (const { render, action } of renders) {
      const { kind, reason } = action;
      const { from, fromManifest } = kind === 'moved' ? action : {};
      compare(project.manifest, render.id, {
        action: kind,
        reason,
        fingerprint: render.fingerprint,
        from,
        fromManifest,
      });
    }
    for (const { id } of orphans) before.delete(renderKey(project.manifest, id));
  }
  for (const { id, manifest, action } of before.values())
    if (action !== 'orphan') moved.push(`${id} of ${manifest} is only in the saved plan`);
  return moved;
}

/** Whether a clip that is kept is here or in the store differs between machines. */
const meaningOf = ({
  action,
  reason,
}: Pick<SavedPlan['renders'][number], 'action' | 'reason'>): string =>
  action === 'keep' && (reason === 'stored' || reason === 'elsewhere') ? 'current' : reason;

const words = ({ action, reason }: { readonly action: string; readonly reason: string }): string =>
  action === reason ? action : `${action} ${reason}`;

const origin = ({
  from = 'its own id',
  fromManifest,
}: Pick<SavedPlan['renders'][number], 'from' | 'fromManifest'>): string =>
  fromManifest === undefined ? from : `${from} of ${fromManifest}`;
