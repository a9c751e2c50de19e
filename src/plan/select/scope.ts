/** Which renders of a manifest a filter leaves in the plan. Pure. */
import type { RenderId } from '../../ids.ts';
import { isPaidFor, type PlannedRender } from '../plan.ts';

/**
 * Those that the filter wants; and where one of them takes the place of an entry that belongs to
 * another render by now, the move of that entry too. It costs nothing, and left out it would bury
 * what is paid for under the new result.
 */
export function inScopeWithMoves(
  renders: readonly PlannedRender[],
  wanted: (render: PlannedRender['render']) => boolean,
): PlannedRender[] {
  const movesFrom = new Map<RenderId, PlannedRender>();
  for (const planned of renders) {
    const { action, render } = planned;
    if (action.kind === 'moved' && action.fromManifest === undefined && action.from !== render.id)
      movesFrom.set(action.from, planned);
  }
  const open = renders.filter(({ render }) => wanted(render));
  if (movesFrom.size === 0) return open;
  const scope = new Set<PlannedRender>();
  for (let planned = open.pop(); planned !== undefined; planned = open.pop()) {
    if (scope.has(planned)) continue;
    scope.add(planned);
    const replaces = isPaidFor(planned.action) || planned.action.kind === 'moved';
    const away = replaces ? movesFrom.get(planned.render.id) : undefined;
    if (away !== undefined) open.push(away);
  }
  return renders.filter((planned) => scope.has(planned));
}
