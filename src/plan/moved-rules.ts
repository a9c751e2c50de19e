/** The manifest's `moved:` list: under which id the lock may know a render. */
import { parseRenderId, renderId, type RenderId, type SceneId } from '../ids.ts';
import type { Project } from '../scene.ts';
import type { ResolvedRender } from './plan.ts';

/**
 * The old id of a render, if a line of the list speaks of it. A line names two render ids (and then holds for all takes, or
 * for the one take it names) or two scene ids (and then holds for every alias). The first line that speaks wins.
 */
export function movedRules(moved: Project['moved']): ((render: ResolvedRender) => RenderId | undefined) | undefined {
  if (moved.length === 0) return undefined;
  const from = new Map<string, string>();
  for (const rule of moved) if (!from.has(rule.to)) from.set(rule.to, rule.from);
  return ({ id, scene, alias, take }) => {
    const exact = from.get(id);
    if (exact !== undefined) return parseRenderId(exact)?.id;
    const firstTake = from.get(renderId(scene, alias, 1));
    const old = firstTake === undefined ? undefined : parseRenderId(firstTake);
    if (old !== undefined) return old.take === 1 ? renderId(old.scene, old.alias, take) : undefined;
    const oldScene = from.get(scene);
    return oldScene === undefined || oldScene.includes('/') ? undefined : renderId(oldScene as SceneId, alias, take);
  };
}
