/** The difference that a branch makes: two plans, one of the base and one of the head, compared by what they would cost. */
import type { RenderId, SceneId } from '../ids.ts';
import { changesOf } from './changes.ts';
import { moneyOf, NO_COST } from './cost.ts';
import type { FieldChange, Money, Plan, PlannedRender } from './plan.ts';

export interface RenderDifference {
  readonly manifest: string;
  readonly id: RenderId;
  readonly scene: SceneId;
  readonly model: string;
  /**
   * `added`, `removed`: in one of the two only. `changed`: another request. `rendered`: the same request, and the head's lock
   * has it where the base's has not. `state`: the same request, and something else is to be done for it.
   */
  readonly kind: 'added' | 'removed' | 'changed' | 'rendered' | 'state';
  /** What would be done on the base and on the head; absent on the side that does not have the render. */
  readonly before?: PlannedRender;
  readonly after?: PlannedRender;
  /** Old -> new, for `changed`. */
  readonly changes: readonly FieldChange[];
}

export interface Part {
  readonly name: string;
  /** What rendering would cost on the base and on the head. */
  readonly before: Money;
  readonly after: Money;
  readonly renders: readonly RenderDifference[];
}

export interface BaseDifference {
  /** Nothing is different: a comment would be noise. */
  readonly empty: boolean;
  /** What rendering everything would cost on the base and on the head. */
  readonly before: Money;
  readonly after: Money;
  readonly renders: readonly RenderDifference[];
  /** Only models and scenes in which something is different, dearest head first, then by name. Scenes are named `manifest:scene` if there are several manifests. */
  readonly models: readonly Part[];
  readonly scenes: readonly Part[];
}

/** Both plans must be made with the same options and filters. Linear in the renders of both. */
export function difference(base: Plan, head: Plan): BaseDifference {
  const before = byKey(base);
  const renders: RenderDifference[] = [];
  for (const { project, renders: planned } of head.projects) {
    for (const after of planned) {
      const key = keyOf(project.manifest, after.render.id);
      const old = before.get(key);
      before.delete(key);
      const found = compare(old?.planned, after);
      if (found !== undefined) renders.push({ ...about(project.manifest, after), ...found });
    }
  }
  for (const { manifest, planned } of before.values()) {
    renders.push({ ...about(manifest, planned), kind: 'removed', before: planned, changes: [] });
  }
  const several = new Set([...base.projects, ...head.projects].map(({ project }) => project.manifest)).size > 1;
  return {
    empty: renders.length === 0,
    before: base.totals.cost,
    after: head.totals.cost,
    renders,
    models: parts(renders, ({ model }) => model),
    scenes: parts(renders, ({ manifest, scene }) => (several ? `${manifest}:${scene}` : scene)),
  };
}

const keyOf = (manifest: string, id: RenderId): string => `${manifest}\n${id}`;

const byKey = ({ projects }: Plan): Map<string, { readonly manifest: string; readonly planned: PlannedRender }> =>
  new Map(
    projects.flatMap(({ project: { manifest }, renders }) =>
      renders.map((planned) => [keyOf(manifest, planned.render.id), { manifest, planned }] as const),
    ),
  );

const about = (manifest: string, { render }: PlannedRender): Pick<RenderDifference, 'manifest' | 'id' | 'scene' | 'model'> => ({
  manifest,
  id: render.id,
  scene: render.scene,
  model: render.model.name,
});

function compare(
  before: PlannedRender | undefined,
  after: PlannedRender,
): Pick<RenderDifference, 'kind' | 'before' | 'after' | 'changes'> | undefined {
  if (before === undefined) return { kind: 'added', after, changes: [] };
  const [old, now] = [before.render, after.render];
  if (old.fingerprint !== now.fingerprint) {
    const changes = changesOf(now, { fingerprint: old.fingerprint, model: old.model.name, status: 'completed', request: old.request });
    return { kind: 'changed', before, after, changes };
  }
  if (before.action.kind === after.action.kind && before.action.reason === after.action.reason) return undefined;
  const rendered = before.action.kind === 'submit' && after.action.kind !== 'submit';
  return { kind: rendered ? 'rendered' : 'state', before, after, changes: [] };
}

function parts(renders: readonly RenderDifference[], nameOf: (render: RenderDifference) => string): Part[] {
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
    .sort((a, b) => b.after.exact + b.after.estimated - a.after.exact - a.after.estimated || (a.name < b.name ? -1 : 1));
}

function costOf(renders: readonly (PlannedRender | undefined)[]): Money {
  const submits = renders.filter((planned) => planned?.action.kind === 'submit');
  return submits.length === 0 ? NO_COST : moneyOf(submits.flatMap((planned) => planned?.render.price ?? []));
}
