import { type Alias, type RenderId, renderId } from '../ids.ts';
import type { SceneSpec } from '../scene.ts';

/** The render ids of a scene on one alias, one for each take. */
export const idsOf = (scene: SceneSpec, alias: Alias): RenderId[] =>
  Array.from({ length: scene.takes }, (_, index) => renderId(scene.id, alias, index + 1));
