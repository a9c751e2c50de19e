/** The manifest's `moved:` list: under which id the lock may know a render. */
import { parseRenderId, renderId, type RenderId, type SceneId, splitQualified } from '../../ids.ts';
import type { Project } from '../../scene.ts';
import type { ResolvedRender } from '../plan.ts';

/**
 * Where a render was: under another id, and where a line says so (`film:old/kling`) in the lock of
 * another manifest.
 */
export interface OldPlace {
  readonly id: RenderId;
  /** Its name. */
  readonly manifest: string | undefined;
}

/**
 * The old place of a render, if a line of the list speaks of it. A line names two render ids (and
 * then holds for all takes, or for the one take it names) or two scene ids (and then holds for
 * every alias). The first line that speaks wins.
 */
export function movedRules(
  moved: Project['moved'],
): ((render: ResolvedRender) => OldPlace | undefined) | undefined {
  if (moved.length === 0) return undefined;
  const from = new Map<string, ReturnType<typeof splitQualified>>();
  for (const rule of moved) if (!from.has(rule.to)) from.set(rule.to, splitQualified(rule.from));
  const at = (id: RenderId | undefined, manifest: string | undefined): OldPlace | undefined =>
    id === undefined ? undefined : { id, manifest };
  return ({ id, scene, alias, take }) => {
    const exact = from.get(id);
    if (exact !== undefined) return at(parseRenderId(exact.id)?.id, exact.manifest);
    const firstTake = from.get(renderId(scene, alias, 1));
    const old = firstTake === undefined ? undefined : parseRenderId(firstTake.id);
    if (old !== undefined)
      return at(
        old.take === 1 ? renderId(old.scene, old.alias, take) : undefined,
        firstTake?.manifest,
      );
    const oldScene = from.get(scene);
    if (oldScene === undefined || oldScene.id.includes('/')) return undefined;
    return at(renderId(oldScene.id as SceneId, alias, take), oldScene.manifest);
  };
}
