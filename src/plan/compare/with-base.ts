/**
 * The difference that a branch makes: two plans, one of the base and one of the head, compared by
 * what they would cost.
 */
import type { RenderId, SceneId } from '../../ids.ts';
import { changesOf } from '../match/changes.ts';
import { moneyOf, NO_COST } from '../estimate/cost.ts';
import { isPaidFor, type FieldChange, type Money, type Plan, type PlannedRender } from '../plan.ts';
import { type RenderKey, renderKey } from '../../keys.ts';

export interface RenderDifference {
  readonly manifest: string;
  readonly id: RenderId;
  readonly scene: SceneId;
  readonly model: string;
  /**
   * `added`, `removed`: in one of the two only. `changed`: another request. `rendered`: the same
   * request, and the head's lock has it where the base's has not. `state`: the same request under
   * another name, or one that is to be made again.
   */
  readonly kind: 'added' | 'removed' | 'changed' | 'rendered' | 'state';
  /**
   * The action on the base and on the head; absent on the side that does not have the
   * render.
   */
  readonly before?: PlannedRender;
  readonly after?: PlannedRender;
  /** The name that the same request has on the base, if it is another one. */
  readonly from?: { readonly manifest: string; readonly id: RenderId };
  /** Old -> new, for `changed`. */
  readonly changes: readonly FieldChange[];
}

export interface Part {
  readonly name: string;
  /** The cost of rendering on the base and on the head. */
  readonly before: Money;
  readonly after: Money;
  readonly renders: readonly RenderDifference[];
}

export interface BaseDifference {
  /** Nothing is different: a comment would be noise. */
  readonly empty: boolean;
  /** The cost of rendering everything on the base and on the head. */
  readonly before: Money;
  readonly after: Money;
  readonly renders: readonly RenderDifference[];
  /**
   * Only models and scenes that differ, the most expensive head first, then by name.
   * Scenes are named `manifest:scene` if there are several manifests.
   */
  readonly models: readonly Part[];
  readonly scenes: readonly Part[];
}

/**
 * Both plans must be made with the same options and filters. What costs nothing on either side is
 * no difference: a clip that is here or elsewhere, a task that is pending or done. Linear in the
 * renders of both.
 */
export function difference(base: Plan, head: Plan): BaseDifference {
  const before = byKey(base);
  const renders: RenderDifference[] = [];
  const unmatched: Sided[] = [];
  for (const { project, renders: planned } of head.projects) {
    for (const after of planned) {
      const key = renderKey(project.manifest, after.render.id);
      const old = before.get(key);
      before.delete(key);
      if (old === undefined) unmatched.push({ manifest: project.manifest, planned: after });
      else renders.push(...compare(project.manifest, old.planned, after));
    }
  }
  // The same request under another id, or in another manifest, is a new name and not a new clip.
  const byFingerprint = new Map(
    [...before].map(([key, { planned }]) => [planned.render.fingerprint, key]),
  );
  for (const { manifest, planned: after } of unmatched) {
    const key = byFingerprint.get(after.render.fingerprint);
    const old = key === undefined ? undefined : before.get(key);
    if (key !== undefined) before.delete(key);
    if (old === undefined)
      renders.push({ ...about(manifest, after), kind: 'added', after, changes: [] });
    else
      renders.push({
        ...about(manifest, after),
        kind: isSubmit(old.planned) && !isSubmit(after) ? 'rendered' : 'state',
        before: old.planned,
        after,
        from: { manifest: old.manifest, id: old.planned.render.id },
        changes: [],
      });
  }
  for (const { manifest, planned } of before.values()) {
    renders.push({ ...about(manifest, planned), kind: 'removed', before: planned, changes: [] });
  }
  const several =
    new Set([...base.projects, ...head.projects].map(({ project }) => project.manifest)).size > 1;
  return {
    empty: renders.length === 0,
    before: base.totals.cost,
    after: head.totals.cost,
    renders,
    models: parts(renders, ({ model }) => model),
    scenes: parts(renders, ({ manifest, scene }) => (several ? `${manifest}:${scene}` : scene)),
  };
}

interface Sided {
  readonly manifest: string;
  readonly planned: PlannedRender;
}

const isSubmit = ({ action }: PlannedRender): boolean => isPaidFor(action);

const byKey = ({ projects }: Plan): Map<RenderKey, Sided> =>
  new Map(
    projects.flatMap(({ project: { manifest }, renders }) =>
      renders.map(
        (planned) => [renderKey(manifest, planned.render.id), { manifest, planned }] as const,
      ),
    ),
  );

const about = (
  manifest: string,
  { render }: PlannedRender,
): Pick<RenderDifference, 'manifest' | 'id' | 'scene' | 'model'> => ({
  manifest,
  id: render.id,
  scene: render.scene,
  model: render.model.name,
});

/** One difference or none, of one render id. */
function compare(
  manifest: string,
  before: PlannedRender,
  after: PlannedRender,
): RenderDifference[] {
  const [old, now] = [before.render, after.render];
  if (old.fingerprint !== now.fingerprint) {
    const changes = changesOf(now, {
      fingerprint: old.fingerprint,
      model: old.model.name,
      status: 'completed',
      request: old.request,
    });
    return [{ ...about(manifest, after), kind: 'changed', before, after, changes }];
  }
  if (isSubmit(before) === isSubmit(after)) return [];
  return [
    {
      ...about(manifest, after),
      kind: isSubmit(before) ? 'rendered' : 'state',
      before,
      after,
      changes: [],
    },
  ];
}

function parts(
  renders: readonly RenderDifference[],
  nameOf: (render: RenderDifference) => string,
): Part[] {
  const byName = new Map<string, RenderDifference[]>();
  for (const render of renders) {
    const name = nameOf(render);
    const known = byName.get(name);
    if (known === undefined) byName.set(name, [render]);
    else known.push(render);
  }
  return [...byName]
    .map(([name, renders]) => ({
      name,
      before: costOf(renders.map(({ before }) => before)),
      after: costOf(renders.map(({ after }) => after)),
      renders,
    }))
    .sort(
      (a, b) =>
        b.after.exact + b.after.estimated - a.after.exact - a.after.estimated ||
        (a.name < b.name ? -1 : 1),
    );
}

function costOf(renders: readonly (PlannedRender | undefined)[]): Money {
  const submits = renders.filter((planned) => planned !== undefined && isPaidFor(planned.action));
  return submits.length === 0
    ? NO_COST
    : moneyOf(submits.flatMap((planned) => planned?.render.price ?? []));
}
