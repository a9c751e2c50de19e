import { type Alias, type RenderId, renderId } from '../../ids.ts';
import type { Project, SceneSpec } from '../../scene.ts';

/** The render ids of a scene on one alias, one for each take. */
export function idsOf({ id, takes }: SceneSpec, alias: Alias): RenderId[] {
  const ids: RenderId[] = [];
  for (let take = 1; take <= takes; take++) ids.push(renderId(id, alias, take));
  return ids;
}

/** The render ids of a scene on all of its aliases; without `models:`, on those of its manifest. */
export const idsOfScene = (scene: SceneSpec, { aliases }: Pick<Project, 'aliases'>): RenderId[] =>
  (scene.models ?? aliases).flatMap(({ alias }) => idsOf(scene, alias));
