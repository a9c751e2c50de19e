/** Renders that need each other's clips belong together: one machine makes a chain. Pure. */
import type { RenderId } from '../../../ids.ts';
import type { ResolvedRender } from '../../plan.ts';
import { upstreamsOf } from './link-frames.ts';

/**
 * For each render the one that its chain goes by, the same for all that are linked to each other in
 * any way. Renders outside of `renders` link nothing.
 */
export function chainOf(renders: readonly ResolvedRender[]): (id: RenderId) => RenderId {
  const parents = new Map<RenderId, RenderId>();
  const rootOf = (id: RenderId): RenderId => {
    let root = id;
    for (let next = parents.get(root); next !== undefined; next = parents.get(root)) root = next;
    return root;
  };
  const known = new Set(renders.map(({ id }) => id));
  for (const render of renders)
    for (const upstream of upstreamsOf(render)) {
      if (!known.has(upstream)) continue;
      const [a, b] = [rootOf(render.id), rootOf(upstream)];
      // By id, so that it does not depend on the order of the manifest.
      if (a < b) parents.set(b, a);
      else if (b < a) parents.set(a, b);
    }
  return rootOf;
}
